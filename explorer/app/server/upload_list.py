"""List of what a browser is about to upload: paths and sizes of files, read as if a stranger had written them."""

import json
import os
import re
import unicodedata
from dataclasses import dataclass

from explorer.app.server.refuse import MISMATCH
from explorer.data.folders.listing import MAX_FILE_BYTES
from explorer.errors import ExplorerError

MAX_FILES = 100_000
MAX_FOLDERS = 20_000
MAX_BYTES = 4 << 30  # of all files together
MAX_LIST = 32 << 20  # bytes of the list itself
MAX_LINE = 8192
MAX_DEPTH = 16  # folders inside each other
MAX_NAME = 255  # bytes, as most file systems have it
UNNAMED = "pictures"  # name of a set that came without a folder around it
ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".tbz")

_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\..*)?", re.IGNORECASE)


class UploadError(ExplorerError):
    """An upload that is refused. `status` is HTTP's number for it."""

    def __init__(self, sentence: str, status: int = 400):
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True)
class UploadList:
    """What is announced: name is what the set is called, `pets` or `pets.zip`; files are (path, bytes), each below a
    folder of that name, or the zip or tar itself; nodes is how many files and folders a disk has to keep."""

    name: str
    files: tuple[tuple[tuple[str, ...], int], ...]
    nodes: int

    @property
    def bytes(self) -> int:
        """Of all files together."""
        return sum(size for _, size in self.files)


def read_list(data: bytes) -> UploadList:
    """Read a list: a line a file, each the JSON of ["path", bytes].

    It is one zip or tar; or what a folder holds, as paths that begin with its name; or several folders, which go into
    one. Raises UploadError, with a sentence, for anything else, for too much, and for any path that could lead
    elsewhere.
    """
    if data.count(b"\n") >= MAX_FILES:
        raise UploadError(f"More than {MAX_FILES:,} files are too many to send at once.", 413)
    files = tuple(map(_read_line, data.split(b"\n")))
    if sum(size for _, size in files) > MAX_BYTES:
        raise UploadError(f"More than {MAX_BYTES >> 30} GB are too many to send at once.", 413)
    nodes = len(files) + _count_folders(files)
    tops = {path[0] for path, _ in files}
    if all(len(path) == 1 for path, _ in files):
        if len(files) != 1 or not files[0][0][0].lower().endswith(ARCHIVES):
            raise UploadError(
                "Send one folder with a sub-folder of pictures for each class (or with pictures alone, for "
                "unconditional families), or a zip or tar of such a folder."
            )
        return UploadList(files[0][0][0], files, nodes)
    large = next((path for path, size in files if size > MAX_FILE_BYTES), None)
    if large is not None:
        raise UploadError(f"{large[-1]} is larger than {MAX_FILE_BYTES >> 20} MB: that is no training picture.", 413)
    if len({path for path, _ in files}) != len(files):
        raise UploadError("A file is in this twice; choose the folder again.")
    if len(tops) == 1:
        return UploadList(tops.pop(), files, nodes)
    return UploadList(UNNAMED, tuple(((UNNAMED, *path), size) for path, size in files), nodes + 1)


def _count_folders(files: tuple[tuple[tuple[str, ...], int], ...]) -> int:
    found: set[tuple[str, ...]] = set()
    for path, _ in files:
        for depth in range(len(path) - 1, 0, -1):
            if path[:depth] in found:
                break
            found.add(path[:depth])
        if len(found) > MAX_FOLDERS:
            raise UploadError(f"More than {MAX_FOLDERS:,} folders are too many to send at once.", 413)
    return len(found)


def _read_line(line: bytes) -> tuple[tuple[str, ...], int]:
    try:
        path, size = json.loads(line[: MAX_LINE + 1])
        if not isinstance(path, str) or type(size) is not int or size < 0 or len(line) > MAX_LINE:
            raise ValueError
    except (ValueError, TypeError, RecursionError) as error:
        raise UploadError(MISMATCH) from error
    parts = tuple(path.split("/"))
    if len(parts) > MAX_DEPTH:
        raise UploadError(f"{path[:80]!r} lies more than {MAX_DEPTH} folders deep; choose the folder of one data set.")
    if not all(map(_is_file_name, parts)):
        raise UploadError(f"{path[:80]!r} cannot be the name of a file here; rename it.")
    return parts, size


def _is_file_name(part: str) -> bool:
    """Whether a part of a path is the name of a file or folder on every system, and nothing but that."""
    try:
        size = len(part.encode())
    except UnicodeEncodeError:  # half a character
        return False
    leads_elsewhere = (
        part in ("", ".", "..") or "\\" in part or re.match(r"[A-Za-z]:", part) or part.endswith((".", " "))
    )
    hidden = any(unicodedata.category(letter) in ("Cc", "Cs") for letter in part)
    reserved = _RESERVED.fullmatch(part) or (os.name == "nt" and set(part) & set('<>:"|?*'))
    return size <= MAX_NAME and not (leads_elsewhere or hidden or reserved)
