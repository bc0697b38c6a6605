"""What a run may be called, and finding one by a name that a browser sent."""

import os
import re
import unicodedata
from pathlib import Path

from explorer.data import NAMES
from explorer.errors import shown
from explorer.jobs.job import JobError
from explorer.places import shelves

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # which are no files on Windows


def check_new(name: object) -> str:
    """A name for a new run; raises JobError for one that is none on some system, or that leads elsewhere."""
    good = isinstance(name, str) and _NAME.fullmatch(name) and not name.endswith(".") and not _DEVICES.fullmatch(name)
    if not good:
        raise JobError(
            f"{shown(name, 80)!r} cannot name a run: use 1 to 64 letters (a to z), digits, dots, hyphens and "
            f"underscores, with a letter or digit first{_instead(name)}."
        )
    return name


def _instead(name: object) -> str:
    """The nearest name that can be, as the end of a sentence."""
    plain = unicodedata.normalize("NFKD", str(name)[:200]).encode("ascii", "ignore").decode()
    other = re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-._")[:64]
    return f", as in {other!r}" if _NAME.fullmatch(other) and other != name else ""


def is_shown(name: str) -> bool:
    """Whether a folder of that name may be a run: nobody hides it, and its name can be written as UTF-8."""
    try:
        return not name.startswith(".") and bool(name.encode())
    except UnicodeEncodeError:
        return False


def existing(root: Path, name: object) -> Path:
    """The folder of that name in `root`, whatever it is called; raises JobError for any that is not right there."""
    if isinstance(name, str) and is_shown(name) and not set(name) & {"/", "\\", "\0"}:
        folder = root / name
        try:
            if folder.is_dir() and folder.resolve().parent == root.resolve():  # and no link to elsewhere
                return folder
        except (OSError, ValueError, RuntimeError):  # names that no file system allows, links in circles
            pass
    raise JobError(f"There is no run {shown(name, 80)!r} in {root}.")


def in_full(source: str) -> str:
    """A data source or a word space, which a process that works elsewhere must find too: a path from the root on."""
    path = os.path.abspath(os.path.expanduser(source))
    is_name = source in NAMES or any((shelf / source).is_dir() for shelf in shelves("words"))
    return source if is_name or not os.path.exists(path) else path
