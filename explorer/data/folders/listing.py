"""Files and sub-folders of a set, whether it is a folder, a zip or a tar; and the listing of a folder."""

import hashlib
import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path

from explorer import files
from explorer.data.imageset import DataError

Parts = tuple[str, ...]
"""A path below the root, part by part: ("train", "husky", "1.jpg")."""

MAX_FILES = 2_000_000
MAX_FOLDERS = 200_000
"""On a disk, where links from folder to folder can multiply a few beyond all bounds."""

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
    """Files and folders below a root, without hidden ones and what file managers leave behind.

    files, folders: paths below the root, sorted, so that neither the file system's nor an archive's order matters.
    links: links left out, since they lead nowhere, back to where they lie, or out of an archive.
    notes: sentences about what was found odd.
    """

    root: Path
    files: list[Parts] = field(default_factory=list)
    folders: list[Parts] = field(default_factory=list)
    links: list[Parts] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def where(self, parts: Parts) -> str:
        """A path below the root as messages show it."""
        raise NotImplementedError

    def read(self, parts: Parts) -> bytes:
        """The bytes of one file; DataError if it cannot be read or is absurdly large."""
        raise NotImplementedError

    def digest(self) -> str:
        """A digest of the archive's bytes; of a folder, of each file's path, size and time of change. DataError."""
        digest = hashlib.blake2b(digest_size=16)
        try:
            with files.open_regular(self.root) as file:
                while block := file.read(1 << 20):
                    digest.update(block)
        except OSError as error:
            raise DataError(f"{self.root} cannot be read ({files.reason(error)}).") from error
        return digest.hexdigest()

    def close(self) -> None:
        """Close the archive, if one is open."""

    def _finish(self) -> None:
        """Sort everything, and add a note about the links."""
        for found in (self.files, self.folders, self.links):
            found.sort()
        if self.links:
            one = len(self.links) == 1
            self.notes.append(
                f"{len(self.links):,} {'link was' if one else 'links were'} left out, the first "
                f"{self.where(self.links[0])}: {'it leads' if one else 'they lead'} nowhere, in a circle, or out of an "
                "archive."
            )

    def _note_encoding(self, guessed: str) -> None:
        """guessed: as `name_encoding.decode_zip_names` gives it."""
        if guessed:
            self.notes.append(readable(f"{self.root} does not say how its names are encoded; read as {guessed}."))


def entry_parts(name: str, root: Path) -> Parts:
    """The path of an archive's entry; DataError for one outside the archive, or absurdly deep in it."""
    name = name.replace("\\", "/")
    parts = tuple(part for part in name.split("/") if part not in ("", "."))
    if name.startswith("/") or re.match(r"[A-Za-z]:", name) or ".." in parts or "\0" in name:
        raise DataError(f"{root} has an entry that points outside itself ({name[:200]!r}): do not trust it.")
    if len(parts) > MAX_DEPTH:
        raise DataError(f"{root} has folders more than {MAX_DEPTH} deep: pack the folder of one data set.")
    return parts


def is_visible(name: str) -> bool:
    """Whether a name is neither hidden nor one that file managers leave behind."""
    return not name.startswith((".", "~$")) and name.lower() not in _SYSTEM_FILES


def readable(text: str) -> str:
    """A path with a mark in place of each character that would steer a terminal or break a page."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


class DirectoryListing(Listing):
    def __init__(self, root: Path) -> None:
        super().__init__(root)
        try:
            self._walk(root, (), frozenset())
        except OSError as error:
            raise DataError(f"{error.filename or root} cannot be listed ({error.strerror or error}).") from error
        self._finish()

    def _walk(self, folder: Path, above: Parts, ancestors: frozenset[tuple[int, int]]) -> None:
        """List a folder. A link may lead to one that was listed before, whose pictures then count again, but not to one
        of the `ancestors`, which would go round in circles."""
        if len(above) > MAX_DEPTH:
            raise DataError(f"{folder} lies more than {MAX_DEPTH} folders deep: give the folder of one data set.")
        ancestors |= {_inode(folder)}
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
        for entry in found:
            if not is_visible(entry.name):
                continue
            parts = (*above, entry.name)
            kind = _kind(entry)
            if kind == stat.S_IFDIR and not (entry.is_symlink() and _inode(entry.path) in ancestors):
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

    def digest(self) -> str:
        digest = hashlib.blake2b(digest_size=16)
        for parts in self.files:
            path = self.root.joinpath(*parts)
            try:
                status = os.stat(path)
            except OSError as error:
                raise DataError(f"{path} cannot be read ({files.reason(error)}).") from error
            digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\0".encode("utf-8", "surrogateescape"))
        return digest.hexdigest()

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


def _inode(path: str | Path) -> tuple[int, int]:
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
