"""Entry of the library: what is known of one kept picture without opening it."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from explorer.checks import is_number, is_whole
from explorer.errors import ExplorerError, printable, shown

FORMAT, VERSION = "gan-explorer library entry", 1
KINDS = ("picture", "tile", "walk", "sum", "direction", "sheet", "translation")
MAX_WORD, MAX_NOTE, MAX_TAG, MAX_TAGS, MAX_GENERATOR = 300, 2000, 40, 20, 200  # letters; tags
MAX_SIDE = 2**26  # pixels
ID = re.compile(r"20[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])-([01][0-9]|2[0-3])([0-5][0-9]){2}-[0-9a-f]{6}")
_DIGEST = re.compile(r"[0-9a-f]{32}")


class LibraryError(ExplorerError):
    """A picture that cannot be kept, or an entry that is missing or cannot be trusted; the sentence says why."""


@dataclass(frozen=True)
class Entry:
    """One kept picture.

    id: `20261128-225410-3fa1c2`, when it was kept (UTC) and six random hex digits. word: what was typed, or stands for
    it. kind: one of KINDS. generator: its checkpoint's name. seed: None where there is not just one. size: width and
    height in pixels. digest: of pixels and recipe, 32 hex digits. tags: at most 20. note: may have several lines.
    """

    id: str
    word: str
    kind: str
    generator: str
    seed: int | None
    psi: float
    size: tuple[int, int]
    digest: str
    tags: tuple[str, ...] = ()
    note: str = ""

    @property
    def date(self) -> datetime:
        """When it was kept, in UTC."""
        return datetime.strptime(self.id[:15], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)

    @property
    def day(self) -> str:
        """`2026-11-28`."""
        return f"{self.id[:4]}-{self.id[4:6]}-{self.id[6:8]}"

    def fields(self) -> dict[str, Any]:
        """All but the id, as JSON can hold it; see `read_entry`."""
        return {
            "format": FORMAT,
            "version": VERSION,
            "word": self.word,
            "kind": self.kind,
            "generator": self.generator,
            "seed": self.seed,
            "psi": self.psi,
            "size": list(self.size),
            "digest": self.digest,
            "tags": list(self.tags),
            "note": self.note,
        }

    def matches(self, words: Sequence[str]) -> bool:
        """Whether each of these words, in small letters, is in its word, tags, note, generator, kind, seed or date."""
        if not words:
            return True
        about = (self.word, *self.tags, self.note, self.generator, self.kind, str(self.seed), self.id, self.day)
        text = "\n".join(about).casefold()
        return all(word in text for word in words)


def read_entry(number: str, fields: object) -> Entry:
    """The entry that a stranger's decoded JSON describes; raises ValueError, words for the middle of a sentence."""
    if not isinstance(fields, dict) or fields.get("format") != FORMAT:
        raise ValueError("it is no entry of ours")
    if fields.get("version") != VERSION:
        raise ValueError(f"it has format version {shown(fields.get('version'), 20)}, and this program reads {VERSION}")
    word, note, generator, digest = (fields.get(key) for key in ("word", "note", "generator", "digest"))
    if not all(isinstance(text, str) for text in (word, note, generator, digest)):
        raise ValueError("it lacks its word, note, generator or digest")
    if len(word) > MAX_WORD or len(note) > MAX_NOTE or len(generator) > MAX_GENERATOR:
        raise ValueError("its texts are too long")
    if not _DIGEST.fullmatch(digest):
        raise ValueError("its digest is none")
    seed, psi, size, tags = (fields.get(key) for key in ("seed", "psi", "size", "tags"))
    if not (seed is None or is_whole(seed, 0, 2**63 - 1)) or not is_number(psi, 0, 1.5):
        raise ValueError("its seed or psi is out of range")
    if not isinstance(size, list) or len(size) != 2 or not all(is_whole(side, 1, MAX_SIDE) for side in size):
        raise ValueError("its size is none")
    if not isinstance(tags, list) or len(tags) > MAX_TAGS or not all(_is_tag(tag) for tag in tags):
        raise ValueError("its tags are none of ours")
    if not isinstance(fields.get("kind"), str) or fields["kind"] not in KINDS:
        raise ValueError("it is of no kind that is known here")
    word, generator = (shown(text, MAX_WORD) for text in (word, generator))
    entry = Entry(number, word, fields["kind"], generator, seed, psi, tuple(size), digest, tuple(tags), printable(note))
    if number[6:8] > "28":
        _ = entry.date  # ValueError for the 31st of February
    return entry


def read_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags as somebody typed them, each once, whatever its case; raises LibraryError."""
    found: dict[str, str] = {}
    for tag in tags:
        tag = unicodedata.normalize("NFC", tag).strip() if isinstance(tag, str) else ""
        if not _is_tag(tag):
            raise LibraryError(f"A tag has 1 to {MAX_TAG} letters and no comma, so {shown(tag, MAX_TAG)!r} is none.")
        found.setdefault(tag.casefold(), tag)
    if len(found) > MAX_TAGS:
        raise LibraryError(f"An entry has at most {MAX_TAGS} tags.")
    return tuple(found.values())


def read_note(note: str) -> str:
    """A note as somebody typed it; raises LibraryError."""
    if not isinstance(note, str) or len(note) > MAX_NOTE:
        raise LibraryError(f"A note has at most {MAX_NOTE:,} letters.")
    return printable(note.replace("\r\n", "\n"))


def _is_tag(tag: object) -> bool:
    return (
        isinstance(tag, str)
        and 1 <= len(tag) <= MAX_TAG
        and tag.isprintable()
        and "," not in tag
        and tag == tag.strip()
    )
