"""Where uploads lie: in `uploads/` of the user's own folder, each under a number that nobody can guess.

An upload stays for as long as a run names it, since a training that is resumed reads its pictures again; what no run
names is deleted when it is a day old.
"""

import contextlib
import math
import os
import re
import shutil
import time
from pathlib import Path
from typing import BinaryIO

from explorer import places
from explorer.app.server.upload_list import UploadError, UploadList
from explorer.files import open_regular

KEPT = 86_400.0  # seconds that an upload stays which no run names
SPARE, SPARE_NODES = 2 << 30, 100_000  # bytes, and files, that are left on the disk for others
_ID = re.compile(r"[0-9a-f]{32}")


def uploads_root() -> Path:
    """Folder of all uploads."""
    return places.user_data() / "uploads"


def upload_path(number: object) -> Path:
    """The folder, zip or tar that was uploaded under this number; raises UploadError where there is none."""
    if isinstance(number, str) and _ID.fullmatch(number):
        with contextlib.suppress(OSError):
            inside = list((uploads_root() / number).iterdir())
            if len(inside) == 1 and not inside[0].is_symlink():
                return inside[0]
    raise UploadError("These pictures are not here any more; send them again.", 404)


def delete_old() -> None:
    """Delete what is older than a day and named by no run, in the trash or not; and what never arrived whole."""
    old = [folder for folder in _folders(uploads_root()) if _age(folder) > KEPT]
    configs = _run_configs() if old else ""
    for folder in old:
        if folder.name not in configs:
            shutil.rmtree(folder, ignore_errors=True)


def check_space(root: Path, expected: UploadList) -> None:
    """Make the folder of all uploads, delete old ones, and raise UploadError unless the disk has room for this one."""
    root.mkdir(parents=True, exist_ok=True)
    delete_old()
    if shutil.disk_usage(root).free < expected.bytes + SPARE or _free_nodes(root) < expected.nodes + SPARE_NODES:
        raise UploadError("There is not enough room on this machine's disk for these pictures.", 507)


class UploadWriter:
    """Writes the files of a list one after the other, from bytes as they come, into a new folder."""

    def __init__(self, folder: Path, expected: UploadList):
        self._folder, self._files = folder, iter(expected.files)
        self._folders: set[tuple[str, ...]] = set()
        self._file: BinaryIO | None = None
        self._left = 0
        folder.mkdir(mode=0o700)

    def write(self, data: bytes) -> None:
        """Write what came; raises UploadError for more than was announced."""
        view = memoryview(data)
        while len(view):
            if not self._left and not self._open_next():
                raise UploadError("More came than was announced; send it again.")
            part = view[: self._left]
            self._file.write(part)
            self._left -= len(part)
            view = view[len(part) :]

    def finish(self) -> None:
        """Raise UploadError unless everything is there."""
        if self._left or self._open_next():
            raise interrupted()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _open_next(self) -> bool:
        """Open the next file that is not empty; False if there is none."""
        for parts, size in self._files:
            self.close()
            for depth in range(1, len(parts)):
                if parts[:depth] not in self._folders:
                    self._folder.joinpath(*parts[:depth]).mkdir()  # an error where a file has that name
                    self._folders.add(parts[:depth])
            self._file, self._left = self._folder.joinpath(*parts).open("xb"), size
            if size:
                return True
        return False


def interrupted() -> UploadError:
    """The error of an upload that ended before everything was there."""
    return UploadError("The sending broke off; nothing was kept.")


def _free_nodes(root: Path) -> float:
    """How many files its disk has room for; infinite where the system does not say, or the disk does not count."""
    disk = os.statvfs(root) if hasattr(os, "statvfs") else None
    return disk.f_favail if disk is not None and disk.f_files else math.inf


def _folders(root: Path) -> list[Path]:
    """The uploads, whole ones and half ones, and nothing else that lies there."""
    with contextlib.suppress(OSError):
        return [one for one in root.iterdir() if _ID.fullmatch(one.name.removeprefix(".")) and not one.is_symlink()]
    return []


def _age(folder: Path) -> float:
    try:
        return time.time() - folder.stat().st_mtime
    except OSError:
        return 0.0


def _run_configs() -> str:
    """The configs of all runs as one text, those in the trash too."""
    found = []
    for pattern in ("*/config.json", ".trash/*/config.json"):
        for path in places.runs().glob(pattern):
            with contextlib.suppress(OSError), open_regular(path) as file:
                found.append(file.read(100_000).decode("utf-8", "replace"))
    return "\n".join(found)
