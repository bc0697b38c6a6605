"""Names of runs: which are allowed for a new one, and the folder of an existing one."""

import os
import re
import unicodedata
from pathlib import Path

from explorer.data import NAMES
from explorer.errors import shown
from explorer.jobs.job import JobError
from explorer.places import search_folders

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # device names of Windows


def check_new(name: object) -> str:
    """Return the name of a new run; raises JobError for one that some system forbids or that leads elsewhere."""
    good = isinstance(name, str) and _NAME.fullmatch(name) and not name.endswith(".") and not _RESERVED.fullmatch(name)
    if not good:
        raise JobError(
            f"{shown(name, 80)!r} cannot name a run: use 1 to 64 letters (a to z), digits, dots, hyphens and "
            f"underscores, with a letter or digit first{_suggestion(name)}."
        )
    return name


def _suggestion(name: object) -> str:
    """The nearest allowed name, as the end of a sentence."""
    plain = unicodedata.normalize("NFKD", str(name)[:200]).encode("ascii", "ignore").decode()
    other = re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-._")[:64]
    return f", as in {other!r}" if _NAME.fullmatch(other) and other != name else ""


def is_shown(name: str) -> bool:
    """Whether a folder of that name may be a run: it is not hidden, and the name is valid UTF-8."""
    try:
        return not name.startswith(".") and bool(name.encode())
    except UnicodeEncodeError:
        return False


def existing_run(root: Path, name: object) -> Path:
    """Folder of the run of that name in `root`; raises JobError for any that is not right there."""
    if isinstance(name, str) and is_shown(name) and not set(name) & {"/", "\\", "\0"}:
        folder = root / name
        try:
            if folder.is_dir() and folder.resolve().parent == root.resolve():  # and no link to elsewhere
                return folder
        except (OSError, ValueError, RuntimeError):  # names that no file system allows, links in circles
            pass
    raise JobError(f"There is no run {shown(name, 80)!r} in {root}.")


def absolute_source(source: str) -> str:
    """A data source or word space as a process in another folder finds it: a path is made absolute."""
    path = os.path.abspath(os.path.expanduser(source))
    is_name = source in NAMES or any((folder / source).is_dir() for folder in search_folders("words"))
    return source if is_name or not os.path.exists(path) else path
