"""Word spaces by name: the shipped ones and the user's own, opening one, and naming a new one."""

import os
import re
import threading
from pathlib import Path
from typing import NoReturn

from explorer import places
from explorer.places import DEFAULT_SPACE
from explorer.words.errors import WordSpaceError
from explorer.words.format import FILE_NAME
from explorer.words.space import WordSpace

_KEPT = 4  # spaces held open; 40 MB each for 100,000 words of 100 dimensions
_open: dict[tuple[Path, int, int], WordSpace] = {}
_lock = threading.Lock()

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_ENDS = (".zip", ".gz", ".bz2", ".xz", ".xml", ".txt", ".vec", ".csv", ".tsv", ".bin", ".kv", ".model", ".w2v")


def list_spaces() -> list[Path]:
    """Files of all spaces that have a name, shipped ones first; a user's own hides no shipped one."""
    found: dict[str, Path] = {}
    for root in places.search_folders("words"):
        for path in sorted(root.glob(f"*/{FILE_NAME}")):
            found.setdefault(path.parent.name, path)
    return list(found.values())


def open_space(name_or_path: str | Path = DEFAULT_SPACE) -> WordSpace:
    """The space of that name (shipped, then the user's own), or in that file or folder; kept while unchanged.

    Raises WordSpaceError when there is none, or it cannot be used.
    """
    return _opened(_find(name_or_path))


def open_named_space(name: str) -> WordSpace:
    """The space of that name (shipped, then the user's own); a name that a stranger wrote is never taken for a path.

    Raises WordSpaceError when there is none, or it cannot be used.
    """
    return _opened(_named(name) or _none_such(name))


def name_for(source: Path, name: str | None, otherwise: str = "imported") -> str:
    """`name` if given and usable, else a name made from the file's. Raises WordSpaceError."""
    if name is None:
        stem = source.name
        for end in _ENDS:
            stem = stem.removesuffix(end)
        return re.sub(r"[^A-Za-z0-9._-]+", "-", stem).strip("-._")[:64] or otherwise
    if not _NAME.fullmatch(name):
        raise WordSpaceError(f"{name[:80]!r} cannot name a word space; use up to 64 letters, digits, dots and hyphens.")
    return name


def own_file(name: str) -> Path:
    """Path of the user's own space of that name; raises WordSpaceError if a shipped one has the name."""
    if (places.shipped("words") / name / FILE_NAME).exists():
        raise WordSpaceError(f"{name} is the name of a shipped word space; give yours another name.")
    return places.user_data() / "words" / name / FILE_NAME


def _opened(path: Path) -> WordSpace:
    try:
        stat = path.stat()
    except OSError as error:
        raise WordSpaceError(f"Cannot read the word space {path}: {error.strerror or error}.") from error
    key = (path.resolve(), stat.st_mtime_ns, stat.st_size)
    with _lock:
        space = _open.pop(key, None) or WordSpace.open(path)
        _open[key] = space
        while len(_open) > _KEPT:
            _open.pop(next(iter(_open)))
    return space


def _find(name_or_path: str | Path) -> Path:
    text = os.fspath(name_or_path)
    found = _named(text) if isinstance(name_or_path, str) else None
    for path in (Path(text, FILE_NAME), Path(text)):
        if found is None and text and os.path.isfile(path):
            found = path
    return found or _none_such(text)


def _named(name: str) -> Path | None:
    # os.path's tests say no where pathlib's would raise: for names that are too long or hold a zero byte.
    if name in ("", ".", "..") or os.path.basename(name) != name:
        return None
    files = (root / name / FILE_NAME for root in places.search_folders("words"))
    return next((file for file in files if os.path.isfile(file)), None)


def _none_such(text: str) -> NoReturn:
    known = ", ".join(path.parent.name for path in list_spaces()) or "none yet"
    raise WordSpaceError(f"There is no word space {text[:100]!r}; known ones: {known}, or give the path of a file.")
