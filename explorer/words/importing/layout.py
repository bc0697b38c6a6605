"""The layout of a file of vectors, from its beginning: with or without a first line, and how numbers are separated.

Known are word2vec's text and binary (`COUNT DIM` on the first line), GloVe's text (no first line), tab-separated text,
and CSV with commas or semicolons, each with or without a row of headings.
"""

import codecs
import csv
import re
from dataclasses import dataclass

import numpy as np

from explorer.words.errors import WordSpaceError
from explorer.words.format import MAX_DIM

_COUNTS = re.compile(rb"\s*(\d{1,12})[ \t]+(\d{1,12})\s*\Z")
_HEADINGS = {"", "word", "words", "token", "tokens", "term", "key", "name", "label", "entity", "index", "id"}
_SEPARATORS = (b"\t", b",", b";")


@dataclass(frozen=True)
class Layout:
    """skip: bytes before the first row. dim: numbers in a row. separator: between them; None for any white space.
    announced: number of words on the first line. binary: whether rows are a word, a blank and float32. headings:
    whether a row of headings was skipped."""

    skip: int
    dim: int
    separator: bytes | None = None
    announced: int | None = None
    binary: bool = False
    headings: bool = False


def detect_layout(head: bytes, label: str) -> Layout | None:
    """The layout of a file that begins with `head`, or None if it is none of these.

    Raises WordSpaceError for a first line that promises what cannot be.
    """
    begin = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
    first, second = _line(head, begin), _line(head, begin + len(_line(head, begin)))
    counts = _COUNTS.match(first)
    if counts:
        count, dim = int(counts[1]), int(counts[2])
        if not count or not 1 <= dim <= MAX_DIM:
            raise WordSpaceError(
                f"{label} announces {count} words of {dim} numbers; up to {MAX_DIM} numbers a word are read."
            )
        text = parse_row(second, dim, None) is not None
        if not text and (other := _numbers(second, None)) is not None and other >= 2:
            raise WordSpaceError(f"{label} announces {dim} numbers a word, and its first word has {other}.")
        return Layout(begin + len(first), dim, announced=count, binary=not text)
    for separator in (None, *_SEPARATORS):
        dim = _numbers(second, separator)
        if dim and _are_headings(first, dim, separator):
            return Layout(begin + len(first), dim, separator, headings=True)
        dim = _numbers(first, separator)
        if dim and 2 <= dim <= MAX_DIM:
            return Layout(begin, dim, separator)
    return None


def parse_row(line: bytes, dim: int, separator: bytes | None) -> tuple[bytes, np.ndarray] | None:
    """A word (which may hold blanks, or be empty) and its vector, float32 [dim]; None if the line is no such row."""
    parts = line.rstrip().rsplit(separator, dim)
    if separator is None and len(parts) == dim and line[:1].isspace():
        parts.insert(0, b"")
    if len(parts) != dim + 1:
        return None
    word, *numbers = parts if separator in (None, b"\t") else (_unquoted(part) for part in parts)
    try:
        return word.strip(), np.array([float(number) for number in numbers], dtype=np.float32)
    except ValueError:
        return None


def _line(head: bytes, start: int) -> bytes:
    end = head.find(b"\n", start)
    return head[start:] if end < 0 else head[start : end + 1]


def _numbers(line: bytes, separator: bytes | None) -> int | None:
    """Number of numbers after the word on a line; None if it is no row."""
    if separator is None:
        parts = len(line.split())
        likely = (parts, parts - 1) if line[:1].isspace() else (parts - 1,)
    else:
        likely = (len(_fields(line, separator)) - 1,)
    return next((dim for dim in likely if 1 <= dim <= MAX_DIM and parse_row(line, dim, separator)), None)


def _fields(line: bytes, separator: bytes) -> list[str]:
    try:
        return next(csv.reader([line.decode("utf-8", "replace").rstrip("\r\n")], delimiter=separator.decode()), [])
    except csv.Error:
        return []


def _are_headings(line: bytes, dim: int, separator: bytes | None) -> bool:
    """Whether a line names the columns: by texts, or by the numbers from 0 or 1 on."""
    fields = line.decode("utf-8", "replace").split() if separator is None else _fields(line, separator)
    if len(fields) != dim + 1:
        return False
    if _numbers(line, separator) is None:
        return not any(_is_number(field) for field in fields[1:])
    counted = ([str(number) for number in range(first, first + dim)] for first in (0, 1))
    return fields[0].strip().lower() in _HEADINGS and fields[1:] in counted


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _unquoted(part: bytes) -> bytes:
    part = part.strip()
    if len(part) > 1 and part.startswith(b'"') and part.endswith(b'"'):
        return part[1:-1].replace(b'""', b'"')
    return part
