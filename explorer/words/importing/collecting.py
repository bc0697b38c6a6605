"""Vectors of a file into rows of a word space, one at a time; words that cannot be in a space are counted."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from explorer.errors import shown
from explorer.words.errors import WordSpaceError
from explorer.words.format import BLOCK, MAX_COUNT, MAX_WORD, PackedRows, is_clean
from explorer.words.importing.keys import Keys, are_alphabetical

LIMIT = 500_000  # words kept by default
_MAX_FAULTS = 100_000  # words left out, and ten for each that is kept: with more it is no file of vectors
_FAULTS = {
    "blank": "with nothing but a blank for a word",
    "odd": "that cannot be shown",
    "double": "that came twice",
    "empty": "whose vectors are zero",
}


@dataclass(frozen=True)
class Vectors:
    """Vectors as a reader of one kind of file gives them.

    kind: of file, in words. dim: numbers in a vector. rows: words and their float32 [dim], read on demand; raises
    WordSpaceError; the word is blank where the file has none. announced: number of words that the file claims, if it
    does. notes: sentences to show.
    """

    kind: str
    dim: int
    rows: Iterator[tuple[str, np.ndarray]]
    announced: int | None = None
    notes: tuple[str, ...] = ()


def normalized(word: str) -> str:
    """The word as a space holds it (NFC); one that is far too long stays as it is."""
    return unicodedata.normalize("NFC", word) if len(word) <= 8 * MAX_WORD else word


def collect(
    label: str, target: Path, vectors: Vectors, limit: int | None, language: str | None
) -> tuple[list[str], PackedRows, list[str]]:
    """Words, their rows and sentences to show. Raises WordSpaceError for vectors that are damaged or none at all.

    limit: words to keep, the first ones; by default LIMIT where words are sorted by frequency, and all, up to
    MAX_COUNT, where they are sorted by the alphabet, whose beginning would be no selection.
    """
    words: list[str] = []
    seen: set[str] = set()
    rows, block = PackedRows(target, vectors.dim), np.empty((BLOCK, vectors.dim), np.float32)
    keys, faults = Keys(label, language), dict.fromkeys(_FAULTS, 0)
    most, more, read, filled = limit or LIMIT, False, 0, 0
    for key, vector in vectors.rows:
        read += 1
        if not np.isfinite(vector).all():
            raise WordSpaceError(
                f"The vector of {shown(repr(key), 80)} in {label} (word {read}) is not finite; the file is damaged."
            )
        if not key or key.isspace():
            faults["blank"] += 1
            continue
        word = keys.word(key)
        if word is None:
            continue
        if sum(faults.values()) > _MAX_FAULTS + 10 * len(words):
            raise WordSpaceError(
                f"{label} has {read:,} words of which {len(words):,} can be used; it is damaged or repeats itself."
            )
        word = normalized(word)
        if not is_clean(word):
            faults["odd"] += 1
        elif word in seen:
            faults["double"] += 1
        elif not vector.any():
            faults["empty"] += 1
        else:
            if len(words) == most:
                if limit is not None or most == MAX_COUNT or not are_alphabetical(words):
                    more = True
                    break
                most = MAX_COUNT
            seen.add(word)
            words.append(word)
            block[filled] = vector
            filled += 1
            if filled == BLOCK:
                rows.add(block)
                filled = 0
    if filled:
        rows.add(block[:filled])
    if not read and vectors.announced:
        raise WordSpaceError(f"{label} announces {vectors.announced:,} words and has none; it is cut short.")
    notes = keys.notes(len(words)) if read else []
    notes += _order_notes(words, more)
    if not more and vectors.announced not in (None, read):
        what = "it may have been cut short" if read < vectors.announced else "all of them were read"
        notes.append(f"The first line announces {vectors.announced:,} words, and the file has {read:,}; {what}.")
    left_out = [
        f"{count:,} {'word' if count == 1 else 'words'} {_FAULTS[fault]} {'was' if count == 1 else 'were'} left out."
        for fault, count in faults.items()
        if count
    ]
    if not words:
        raise WordSpaceError(" ".join([f"{label} holds no {'usable ' if read else ''}words.", *left_out]))
    return words, rows, notes + left_out


def _order_notes(words: list[str], more: bool) -> list[str]:
    if are_alphabetical(words):
        order = "The words come in the order of the alphabet, not by how frequent they are"
        if not more:
            return [f"{order}, so all of them were read."]
        return [f"{order}: these are the first {len(words):,}. Without --limit up to {MAX_COUNT:,} are read."]
    return [f"At most {len(words):,} words are kept; --limit changes that."] if more else []
