"""Words and vectors out of word2vec's text and binary files (and GloVe's text, which has no first line of its own)."""

import re
from pathlib import Path
from typing import BinaryIO

import numpy as np

from explorer.words.errors import WordSpaceError
from explorer.words.format import MAX_COUNT, MAX_DIM

_CHUNK = 1 << 20  # bytes
_COUNTS = re.compile(rb"\s*(\d{1,12})\s+(\d{1,12})\s*\Z")
_MAX_LINE = 1 << 18  # bytes; 4,096 numbers of 20 characters and a word fit in


def read_word2vec(path: Path, file: BinaryIO, limit: int) -> tuple[list[str], np.ndarray, str]:
    """The first `limit` words in order, their vectors float32 [N, dim], and the kind of file; raises WordSpaceError.

    Words that are not UTF-8 come as empty strings, for the caller to leave out.
    """
    first = file.readline(_MAX_LINE)
    counts = _COUNTS.match(first)
    if not counts:
        row = _row(first, len(first.split()) - 1)
        if row is None or not 2 <= len(row[1]) <= MAX_DIM:
            raise WordSpaceError(f"{path} is neither word2vec text or binary nor vectors saved by gensim.")
        words, vectors = _text(path, file, limit, len(row[1]), [row])
        return words, vectors, "text without a first line, as GloVe's"
    count, dim = int(counts[1]), int(counts[2])
    if not 1 <= count <= MAX_COUNT or not 1 <= dim <= MAX_DIM:
        raise WordSpaceError(
            f"{path} announces {count} words of {dim} numbers; up to {MAX_COUNT} words of up to {MAX_DIM} are read."
        )
    ahead = file.read(_CHUNK)
    if _row(ahead.split(b"\n", 1)[0], dim):
        rest = _Ahead(ahead, file)
        words, vectors = _text(path, rest, min(limit, count), dim, [])
        kind = "word2vec text"
    else:
        words, vectors = _binary(path, ahead, file, min(limit, count), dim)
        kind = "word2vec binary"
    if len(words) < min(limit, count):
        raise WordSpaceError(f"{path} announces {count} words and ends after {len(words)}; it is cut short.")
    return words, vectors, kind


class _Ahead:
    """Lines of a file of which a beginning was already read."""

    def __init__(self, ahead: bytes, file: BinaryIO):
        *self._lines, self._open = ahead.split(b"\n")
        self._lines.reverse()
        self._file = file

    def readline(self, size: int) -> bytes:
        if self._lines:
            return self._lines.pop() + b"\n"
        start, self._open = self._open, b""
        return start + self._file.readline(size)


def _row(line: bytes, dim: int) -> tuple[bytes, np.ndarray] | None:
    """A word (which may hold spaces) and its vector, float32 [dim]; None where the line is not that."""
    parts = line.rstrip().rsplit(maxsplit=dim) if dim > 0 else []
    try:
        return (parts[0], np.array([float(part) for part in parts[1:]], dtype=np.float32)) if len(parts) > dim else None
    except ValueError:
        return None


def _text(
    path: Path, file: BinaryIO | _Ahead, limit: int, dim: int, rows: list[tuple[bytes, np.ndarray]]
) -> tuple[list[str], np.ndarray]:
    while len(rows) < limit and (line := file.readline(_MAX_LINE)):
        row = _row(line, dim)
        if row is not None:
            rows.append(row)
        elif line.strip():
            raise WordSpaceError(f"Word {len(rows) + 1} in {path} is not followed by {dim} numbers; it is damaged.")
    vectors = np.array([vector for _, vector in rows], dtype=np.float32).reshape(len(rows), dim)
    return [_decoded(word) for word, _ in rows], vectors


def _binary(path: Path, buffer: bytes, file: BinaryIO, limit: int, dim: int) -> tuple[list[str], np.ndarray]:
    words: list[str] = []
    vectors = []
    at, size = 0, 4 * dim
    while len(words) < limit:
        space = buffer.find(b" ", at)
        while space < 0 or len(buffer) < space + 1 + size:
            more = file.read(_CHUNK)
            if not more or (space < 0 and len(buffer) - at > _CHUNK):
                break
            buffer, at = buffer[at:] + more, 0
            space = buffer.find(b" ")
        if space < 0 or len(buffer) < space + 1 + size:
            break
        words.append(_decoded(buffer[at:space].lstrip(b"\n")))
        vectors.append(np.frombuffer(buffer, "<f4", dim, space + 1))
        at = space + 1 + size
    return words, np.array(vectors, dtype=np.float32).reshape(len(words), dim)


def _decoded(word: bytes) -> str:
    try:
        return word.decode()
    except UnicodeDecodeError:
        return ""
