"""The listing of a zip. Nothing is unpacked but what is read."""

import stat
import warnings
import zipfile
import zlib
from pathlib import Path

from explorer.data.folders import listing
from explorer.data.folders.listing import (
    MAX_FILE_BYTES,
    MAX_FILES,
    MAX_RATIO,
    Listing,
    Parts,
    entry_parts,
    is_visible,
    readable,
)
from explorer.data.folders.name_encoding import decode_zip_names
from explorer.data.imageset import DataError


class ZipListing(Listing):
    def __init__(self, root: Path) -> None:
        super().__init__(root)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about fields that `name_encoding` reads
                self._zip = zipfile.ZipFile(root)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise DataError(f"{root} is a damaged zip ({error}): fetch or pack it again.") from error
        self._infos: dict[Parts, zipfile.ZipInfo] = {}
        folders: set[Parts] = set()
        try:
            entries = self._zip.infolist()
            if len(entries) > MAX_FILES:
                raise DataError(f"{root} has more than {MAX_FILES:,} files: give the zip of one data set.")
            decoded, guessed = decode_zip_names(entries)
            self._note_encoding(guessed)
            for info, name in zip(entries, decoded, strict=True):
                parts = entry_parts(name, root)
                if not parts or not all(map(is_visible, parts)):
                    continue
                folders.update(parts[:depth] for depth in range(1, len(parts)))
                if stat.S_ISLNK(info.external_attr >> 16):
                    self.links.append(parts)
                elif name.endswith(("/", "\\")):
                    folders.add(parts)
                elif parts in self._infos:
                    raise DataError(f"{self.where(parts)} is there twice: pack the zip again.")
                else:
                    self._infos[parts] = info
        except BaseException:
            self.close()
            raise
        unpacked = sum(info.file_size for info in self._infos.values())
        if unpacked > max(listing.MAX_UNPACKED_BYTES, MAX_RATIO * root.stat().st_size):
            self.close()
            raise DataError(
                f"{root} claims to unpack to {unpacked >> 20:,} MB, too many for its size: do not trust it."
            )
        self.files, self.folders = list(self._infos), list(folders)
        self._finish()

    def where(self, parts: Parts) -> str:
        return readable(f"{'/'.join(parts)} in {self.root}" if parts else str(self.root))

    def read(self, parts: Parts) -> bytes:
        info = self._infos[parts]
        # zipfile stops at the size that the entry declares, so a declared size in bounds bounds what is unpacked.
        if info.file_size > MAX_FILE_BYTES:
            raise DataError(f"{self.where(parts)} unpacks to {info.file_size:,} bytes: that is no training picture.")
        if info.flag_bits & 0x1:
            raise DataError(f"{self.where(parts)} is encrypted: unpack the zip, and give the folder.")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # others take memory as they like
            raise DataError(f"{self.where(parts)} is packed in an unusual way: unpack the zip, and give the folder.")
        try:
            return self._zip.read(info)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as error:
            raise DataError(
                f"{self.where(parts)} cannot be unpacked ({error}): fetch or pack the zip again."
            ) from error

    def close(self) -> None:
        self._zip.close()
