"""The listing of a tar, plain or packed by gzip, xz or bzip2. No entry is unpacked to where its header says."""

import bz2
import gzip
import lzma
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from explorer.data.folders import listing
from explorer.data.folders.listing import MAX_FILE_BYTES, MAX_FILES, MAX_RATIO, Listing, Parts
from explorer.data.folders.name_encoding import decode_disk_names
from explorer.data.imageset import DataError

_GZIP, _BZIP2, _XZ = b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00"
_BLOCK = 1 << 20
_MAX_MEMORY = 256 << 20
"""What xz may take to unpack. A file may ask for 4 GB; the strongest that people use, `xz -9`, asks for 65 MB."""

_SPARE = 1 << 30
"""Bytes of the temporary folder's disk that are left for others, who may be training on it."""

_MAX_NAME = 16 << 10
"""Bytes of an extra header, which holds a long name: tarfile reads them at once, and searches them more than once."""

_EXTRA = (tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE)


def is_tar(path: Path) -> bool:
    """Whether a file is a tar, or packed in one of the ways that tars are packed."""
    try:
        with path.open("rb") as file:
            start = file.read(512)
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror or error}).") from error
    return start.startswith((_GZIP, _BZIP2, _XZ)) or _is_tar_header(start)


def _is_tar_header(start: bytes) -> bool:
    return start[257:262] == b"ustar"


class TarListing(Listing):
    """A packed tar is unpacked as a whole, not into its files, to a nameless temporary file."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self._spans: dict[Parts, tuple[int, int]] = {}
        self._file = _open_unpacked(root)
        try:
            self._list()
        except DataError:
            self.close()
            raise
        except Exception as error:  # tarfile fails in many ways over damaged headers
            self.close()
            raise DataError(f"{root} is no tar, or a damaged one ({error}): fetch or pack it again.") from error

    def _list(self) -> None:
        folders: set[Parts] = set()
        members = self._members()
        decoded, guessed = decode_disk_names(member.name for member in members)
        self._note_encoding(guessed)
        for member, name in zip(members, decoded, strict=True):
            parts = listing.entry_parts(name, self.root)
            if not parts or not all(map(listing.is_visible, parts)):
                continue
            folders.update(parts[:depth] for depth in range(1, len(parts)))
            if member.isdir():
                folders.add(parts)
            elif not member.isreg() or member.issparse():
                raise DataError(
                    f"{self.where(parts)} is a link or another special entry, not a file: do not trust it, or "
                    "pack the files themselves (tar --dereference --hard-dereference)."
                )
            elif parts in self._spans:
                raise DataError(f"{self.where(parts)} is there twice: pack the tar again.")
            else:
                self._spans[parts] = member.offset_data, member.size
        self.files, self.folders = list(self._spans), list(folders)
        self._finish()

    def _members(self) -> list[tarfile.TarInfo]:
        """Every entry, each once and within the file."""
        length = self._file.seek(0, 2)
        self._file.seek(0)
        found: list[tarfile.TarInfo] = []
        before = -1
        with tarfile.open(
            fileobj=self._file, mode="r:", tarinfo=_Header, encoding="utf-8", errors="surrogateescape"
        ) as tar:
            for member in tar:
                if len(found) >= MAX_FILES:
                    raise DataError(f"{self.root} has more than {MAX_FILES:,} files: give the tar of one data set.")
                if member.offset <= before or not 0 <= member.size <= length - member.offset_data:
                    raise DataError(f"{self.root} is a damaged tar (its sizes lie): fetch or pack it again.")
                before = member.offset
                found.append(member)
            self._file.seek(tar.offset)
            if self._file.read(tarfile.BLOCKSIZE).strip(b"\0"):  # tarfile takes a broken header for the end
                raise DataError(f"{self.root} is a damaged tar (a header is broken): fetch or pack it again.")
        return found

    def where(self, parts: Parts) -> str:
        return listing.readable(f"{'/'.join(parts)} in {self.root}" if parts else str(self.root))

    def read(self, parts: Parts) -> bytes:
        offset, size = self._spans[parts]
        if size > MAX_FILE_BYTES:
            raise DataError(f"{self.where(parts)} has {size:,} bytes: that is no training picture.")
        try:
            self._file.seek(offset)
            return self._file.read(size)
        except OSError as error:
            raise DataError(f"{self.root} cannot be read ({error.strerror or error}).") from error

    def close(self) -> None:
        self._file.close()


class _Header(tarfile.TarInfo):
    """A header whose sizes are checked before tarfile acts on them."""

    @classmethod
    def frombuf(cls, buf: bytes, encoding: str, errors: str) -> "_Header":
        header = super().frombuf(buf, encoding, errors)
        if header.size < 0 or (header.type in _EXTRA and header.size > _MAX_NAME):
            raise tarfile.ReadError("a header of absurd size")
        return header


def _open_unpacked(path: Path) -> BinaryIO:
    """The plain tar, readable at any offset."""
    try:
        with path.open("rb") as file:
            packed = file.read(6).startswith((_GZIP, _BZIP2, _XZ))
        if not packed:
            return path.open("rb")
        most = max(listing.MAX_UNPACKED_BYTES, MAX_RATIO * path.stat().st_size)
        whole = tempfile.TemporaryFile()  # noqa: SIM115 - the listing keeps it, and closes it
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror or error}).") from error
    try:
        for block in _unpacked(path):
            if not whole.tell() and not _is_tar_header(block):
                raise DataError(f"{path} is packed, but holds no tar: unpack it, and give the folder.")
            whole.write(block)
            if whole.tell() > most:
                raise DataError(
                    f"{path} unpacks to more than {most >> 20:,} MB, too many for its size: do not trust it."
                )
            disk = shutil.disk_usage(tempfile.gettempdir())
            if disk.free < min(_SPARE, disk.total // 20):
                raise DataError(f"There is not enough room on this machine's disk to unpack {path}.")
        return whole
    except (EOFError, gzip.BadGzipFile, zlib.error, lzma.LZMAError, ValueError) as error:
        whole.close()
        raise DataError(f"{path} is damaged ({error}): fetch or pack it again.") from error
    except OSError as error:  # bzip2's own complaints, too
        whole.close()
        raise DataError(f"{path} cannot be unpacked ({error.strerror or error}).") from error
    except BaseException:
        whole.close()
        raise


def _unpacked(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        start = file.read(6)
        file.seek(0)
        if start == _XZ:
            yield from _unpacked_xz(file)
            return
        with gzip.open(file) if start.startswith(_GZIP) else bz2.open(file) as plain:
            while block := plain.read(_BLOCK):
                yield block


def _unpacked_xz(file: BinaryIO) -> Iterator[bytes]:
    """As `lzma.open`, which cannot bound the memory: one stream after another, zeros between them."""
    data = file.read(_BLOCK)
    while data:
        stream = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MAX_MEMORY)
        while not stream.eof:
            if stream.needs_input and not data and not (data := file.read(_BLOCK)):
                raise EOFError("it ends early")
            if block := stream.decompress(data, _BLOCK):
                yield block
            data = b""
        data = stream.unused_data.lstrip(b"\0")
        while not data and (more := file.read(_BLOCK)):
            data = more.lstrip(b"\0")
