"""Folders: what is shipped, what is the user's own, where data sets lie."""

import os
import stat
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Literal

import platformdirs

from explorer.errors import ExplorerError

DEFAULT_SPACE = "glove-minilm-100d"  # here, so that the command line can read it without NumPy

_PACKAGE = Path(__file__).resolve().parent
Kind = Literal["words", "checkpoints", "judges"]
_CHECKOUT: dict[Kind, str] = {"words": "assets/words", "checkpoints": "checkpoints", "judges": "assets/judges"}


def shipped(kind: Kind) -> Path:
    """The folder of shipped word spaces, checkpoints or judges: inside an installed wheel, else in the source tree."""
    inside = _PACKAGE / "_shipped" / kind
    return inside if inside.is_dir() else _PACKAGE.parent / _CHECKOUT[kind]


def search_folders(kind: Kind) -> tuple[Path, Path]:
    """Folders in which a kind is looked up by name: the shipped ones, then the user's own."""
    return shipped(kind), user_data() / kind


def user_data() -> Path:
    """The user's own folder (imported word spaces, downloaded data, caches); `GAN_EXPLORER_HOME` moves it.

    A user without a home folder, as in many containers, gets one among the temporary files, and one message about it.
    Raises ExplorerError where that folder is somebody else's.
    """
    home = os.environ.get("GAN_EXPLORER_HOME")
    if home:
        return expand(home)
    try:
        folder = Path(platformdirs.user_data_dir("gan-explorer", appauthor=False))
    except RuntimeError:
        return _temporary()
    return folder if folder.is_absolute() else _temporary()


@cache
def _temporary() -> Path:
    folder = Path(tempfile.gettempdir()) / f"gan-explorer-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
    except OSError:
        ours = False
    if not ours:
        raise ExplorerError(
            f"There is no home folder, and {folder} cannot be used in its place: set GAN_EXPLORER_HOME to a folder "
            "that may be written."
        )
    print(
        f"gan-explorer: This user has no home folder, so what is kept goes to {folder}; set GAN_EXPLORER_HOME to keep "
        "it elsewhere.",
        file=sys.stderr,
    )
    return folder


def expand(path: str | Path) -> Path:
    """A path with `~` and `~name` filled in; raises ExplorerError where no such home folder is known."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        raise ExplorerError(f"There is no home folder for {str(path)!r} here: give the path in full.") from None


def runs() -> Path:
    """Folder of the trainings that have a name instead of a path."""
    return user_data() / "runs"


def run_folder(run: str) -> Path:
    """The folder of a run that is given by a bare name, among the user's own, or by a path.

    A bare name is a path only where a run of that name lies in the current folder.
    """
    path = expand(run)
    return runs() / run if is_bare(run) and not (path / "config.json").is_file() else path


def is_bare(name: str) -> bool:
    """Whether this is a name of one part, no path."""
    return name not in ("", ".", "..", "~") and not set(name) & {"/", os.sep, "\0"} and not name.startswith("~")


def data_dir() -> Path | None:
    """The folder of data sets named by the environment variable `GAN_EXPLORER_DATA`, if it is set."""
    folder = os.environ.get("GAN_EXPLORER_DATA")
    return expand(folder) if folder else None
