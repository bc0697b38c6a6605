"""What a new word space is called, and where it goes."""

import re
from pathlib import Path

from explorer import places
from explorer.words.errors import WordSpaceError
from explorer.words.format import FILE_NAME

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_ENDS = (".zip", ".gz", ".bz2", ".xz", ".xml", ".txt", ".vec", ".csv", ".tsv", ".bin", ".kv", ".model", ".w2v")


def name_for(source: Path, name: str | None, otherwise: str = "imported") -> str:
    """`name` if given and usable, else one made from the file's. Raises WordSpaceError."""
    if name is None:
        stem = source.name
        for end in _ENDS:
            stem = stem.removesuffix(end)
        return re.sub(r"[^A-Za-z0-9._-]+", "-", stem).strip("-._")[:64] or otherwise
    if not _NAME.fullmatch(name):
        raise WordSpaceError(f"{name[:80]!r} cannot name a word space; use up to 64 letters, digits, dots and hyphens.")
    return name


def own_file(name: str) -> Path:
    """Where a space of that name stands among the user's own; refused with WordSpaceError if a shipped one has it."""
    if (places.shipped("words") / name / FILE_NAME).exists():
        raise WordSpaceError(f"{name} is the name of a shipped word space; give yours another name.")
    return places.user_data() / "words" / name / FILE_NAME
