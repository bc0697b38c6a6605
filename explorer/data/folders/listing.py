"""What lies in a folder, a zip or a tar, under one roof: names, sub-folders, the bytes of a file."""

import os
import re
import stat
import warnings
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from explorer import files
from explorer.data.folders import name_encoding as names
from explorer.data.imageset import DataError

Parts = tuple[str, ...]
"""A path below the root, part by part: ("train", "husky", "1.jpg")."""

MAX_FILES = 2_000_000
MAX_FOLDERS = 200_000
"""On a disk, where links that lead from folder to folder can make more of a few than anybody could walk through."""

MAX_FILE_BYTES = 256 << 20
"""No single picture may be larger than this, packed or unpacked."""

MAX_DEPTH = 64
"""Folders inside each other: a path of a zip may claim thousands, and each is one more path to remember."""

MAX_UNPACKED_BYTES = 1 << 30
MAX_RATIO = 100
"""A zip or tar that unpacks to more than that and to so many times its own size does not hold pictures: it is a bomb,
whose entries may even share their bytes."""

_SYSTEM_FILES = {"__macosx", "thumbs.db", "desktop.ini", "$recycle.bin", "ehthumbs.db"}


@dataclass
class Listing:
    """Everything visible below a root; hidden files and what file managers leave behind are not.

    files, folders: paths below the root, sorted, so that neither the file system's nor an archive's order matters.
    links: those that lead nowhere, back to where they lie, or out of an archive; what they stand for is left out.
    notes: sentences about what was found odd.
    """

    root: Path
    files: list[Parts] = field(default_factory=list)
    folders: list[Parts] = field(default_factory=list)
    links: list[Parts] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def where(self, parts: Parts) -> str:
        """A path as a person would find it again."""
        raise NotImplementedError

    def read(self, parts: Parts) -> bytes:
        """The bytes of one file; DataError if it cannot be read or is absurdly large."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of the file, if one is open."""

    def _sort(self) -> None:
        """What a listing ends with: everything in order, and a sentence about its links."""
        for found in (self.files, self.folders, self.links):
            found.sort()
        if self.links:
            one = len(self.links) == 1
            self.notes.append(
                f"{len(self.links):,} {'link was' if one else 'links were'} left out, the first "
                f"{self.where(self.links[0])}: {'it leads' if one else 'they lead'} nowhere, in a circle, or out of an "
                "archive."
            )

    def _note_names(self, guessed: str) -> None:
        """guessed: as `names.zip_names` says it."""
        if guessed:
            self.notes.append(readable(f"{self.root} does not say how its names are encoded; read as {guessed}."))


def open_listing(path: Path) -> Listing:
    """List a folder, a zip or a tar. Raises DataError where `path` is none of them."""
    from explorer.data.folders.tar import Tar, is_tar

    if not names.is_text(path.absolute()):
        raise DataError(f"The name of {path} is not in UTF-8, so no run could write it down: rename it.")
    if path.is_dir():
        return _Folder(path)
    if not path.exists():
        raise DataError(f"{path} does not exist.")
    if not files.is_regular(path):
        raise DataError(f"{path} is a pipe, a device or a socket: give a folder, zip or tar.")
    if zipfile.is_zipfile(path):
        return _Zip(path)
    if path.suffix.lower() == ".zip":
        raise DataError(f"{path} is not a whole zip: fetch or pack it again.")
    if is_tar(path):
        return Tar(path)
    raise DataError(f"{path} is neither a folder nor a zip or tar: unpack it, and give the folder.")


def entry_parts(name: str, root: Path) -> Parts:
    """Where an archive says that an entry lies; DataError for a place outside the archive, or absurdly deep in it."""
    name = name.replace("\\", "/")
    parts = tuple(part for part in name.split("/") if part not in ("", "."))
    if name.startswith("/") or re.match(r"[A-Za-z]:", name) or ".." in parts or "\0" in name:
        raise DataError(f"{root} has an entry that points outside itself ({name[:200]!r}): do not trust it.")
    if len(parts) > MAX_DEPTH:
        raise DataError(f"{root} has folders more than {MAX_DEPTH} deep: pack the folder of one data set.")
    return parts


def visible(name: str) -> bool:
    return not name.startswith((".", "~$")) and name.lower() not in _SYSTEM_FILES


def readable(text: str) -> str:
    """A path as a terminal and a page can show it: what would steer the one, or breaks the other, is a mark."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


class _Folder(Listing):
    def __init__(self, root: Path) -> None:
        super().__init__(root)
        try:
            self._walk(root, (), frozenset())
        except OSError as error:
            raise DataError(f"{error.filename or root} cannot be listed ({error.strerror or error}).") from error
        self._sort()

    def _walk(self, folder: Path, above: Parts, ancestors: frozenset[tuple[int, int]]) -> None:
        """List a folder, whose place on the disk is not among the `ancestors`: a link may lead to a folder that was
        listed before, whose pictures then count again, but not round in circles."""
        if len(above) > MAX_DEPTH:
            raise DataError(f"{folder} lies more than {MAX_DEPTH} folders deep: give the folder of one data set.")
        ancestors |= {_place(folder)}
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
        for entry in found:
            if not visible(entry.name):
                continue
            parts = (*above, entry.name)
            kind = _kind(entry)
            if kind == stat.S_IFDIR and not (entry.is_symlink() and _place(entry.path) in ancestors):
                self.folders.append(parts)
                self._walk(Path(entry.path), parts, ancestors)
            elif kind == stat.S_IFREG:
                self.files.append(parts)
            elif kind in (None, stat.S_IFDIR):
                self.links.append(parts)  # pipes and devices are not even counted
            if len(self.files) > MAX_FILES or len(self.folders) > MAX_FOLDERS:
                raise DataError(
                    f"{self.root} has more than {MAX_FILES:,} files or {MAX_FOLDERS:,} folders, those that links lead "
                    "to among them: give the folder of one data set."
                )

    def where(self, parts: Parts) -> str:
        return readable(str(self.root.joinpath(*parts)))

    def read(self, parts: Parts) -> bytes:
        path = self.root.joinpath(*parts)
        try:
            with files.open_regular(path) as file:
                data = file.read(MAX_FILE_BYTES + 1)
        except OSError as error:
            raise DataError(f"{path} cannot be read ({files.reason(error)}).") from error
        if len(data) > MAX_FILE_BYTES:
            raise DataError(f"{path} is larger than {MAX_FILE_BYTES >> 20} MB: that is no training picture.")
        return data


def _place(path: str | Path) -> tuple[int, int]:
    status = os.stat(path)
    return status.st_dev, status.st_ino


def _kind(entry: os.DirEntry) -> int | None:
    """S_IFDIR or S_IFREG for a folder or file, links followed; None for a link that leads nowhere; 0 for the rest."""
    if entry.is_dir(follow_symlinks=False):
        return stat.S_IFDIR
    if entry.is_file(follow_symlinks=False):
        return stat.S_IFREG
    if not entry.is_symlink():
        return 0
    try:
        return stat.S_IFMT(entry.stat().st_mode)
    except OSError:
        return None


class _Zip(Listing):
    def __init__(self, root: Path) -> None:
        super().__init__(root)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about fields that are read here by `names`
                self._zip = zipfile.ZipFile(root)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise DataError(f"{root} is a damaged zip ({error}): fetch or pack it again.") from error
        self._infos: dict[Parts, zipfile.ZipInfo] = {}
        folders: set[Parts] = set()
        try:
            entries = self._zip.infolist()
            if len(entries) > MAX_FILES:
                raise DataError(f"{root} has more than {MAX_FILES:,} files: give the zip of one data set.")
            decoded, guessed = names.zip_names(entries)
            self._note_names(guessed)
            for info, name in zip(entries, decoded, strict=True):
                parts = entry_parts(name, root)
                if not parts or not all(map(visible, parts)):
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
        if unpacked > max(MAX_UNPACKED_BYTES, MAX_RATIO * root.stat().st_size):
            self.close()
            raise DataError(
                f"{root} claims to unpack to {unpacked >> 20:,} MB, too many for its size: do not trust it."
            )
        self.files, self.folders = list(self._infos), list(folders)
        self._sort()

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
