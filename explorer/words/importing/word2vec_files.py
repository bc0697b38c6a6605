"""Vectors of text files (word2vec's, GloVe's, CSV) and of word2vec's binary files."""

import io
from collections.abc import Iterator

import numpy as np

from explorer.words.errors import WordSpaceError
from explorer.words.importing.collecting import Vectors
from explorer.words.importing.layout import Layout, detect_layout, parse_row

_CHUNK = 1 << 20  # bytes
_MAX_LINE = 1 << 18  # bytes; 4,096 numbers of 20 characters and a word fit in
_MAX_BLANK = 10_000  # lines
_NAMES = {None: "text", b"\t": "tab-separated text", b",": "CSV", b";": "CSV with semicolons"}


def read_word2vec(label: str, file: io.BufferedReader) -> Vectors:
    """The vectors in a file, read on demand; raises WordSpaceError.

    Bytes of words that are not UTF-8 become halves of surrogate pairs, which cannot be in a space.
    """
    layout = detect_layout(file.peek(_CHUNK), label)
    if layout is None:
        raise WordSpaceError(f"{label} is neither word2vec text or binary nor vectors saved by gensim.")
    file.read(layout.skip)
    if layout.binary:
        return Vectors("word2vec binary", layout.dim, _binary(label, file, layout), layout.announced)
    kind = "word2vec text" if layout.announced else f"{_NAMES[layout.separator]} without a first line of counts"
    notes = ("Its first row names the columns and is no word.",) if layout.headings else ()
    return Vectors(kind, layout.dim, _text(label, file, layout), layout.announced, notes)


def _text(label: str, file: io.BufferedReader, layout: Layout) -> Iterator[tuple[str, np.ndarray]]:
    number = blank = 0
    while line := file.readline(_MAX_LINE):
        row = parse_row(line, layout.dim, layout.separator)
        if row is not None:
            number += 1
            yield _decoded(row[0]), row[1]
        elif not line.strip():
            blank += 1
            if blank > _MAX_BLANK:
                raise WordSpaceError(f"{label} has more than {_MAX_BLANK:,} blank lines; it is damaged.")
        else:
            raise WordSpaceError(
                f"Word {number + 1} in {label} is not followed by {layout.dim} numbers; it is damaged or cut short."
            )


def _binary(label: str, file: io.BufferedReader, layout: Layout) -> Iterator[tuple[str, np.ndarray]]:
    buffer, at, size = b"", 0, 4 * layout.dim
    number = 0
    while True:
        space = buffer.find(b" ", at)
        while space < 0 or len(buffer) < space + 1 + size:
            more = file.read(_CHUNK)
            if not more or (space < 0 and len(buffer) - at > _CHUNK):
                if not more and not buffer[at:].strip():
                    return
                raise WordSpaceError(f"{label} ends in the middle of word {number + 1}; it is cut short or damaged.")
            buffer, at = buffer[at:] + more, 0
            space = buffer.find(b" ")
        number += 1
        yield _decoded(buffer[at:space].lstrip(b"\n")), np.frombuffer(buffer, "<f4", layout.dim, space + 1)
        at = space + 1 + size


def _decoded(word: bytes) -> str:
    return word.decode("utf-8", "surrogateescape")
