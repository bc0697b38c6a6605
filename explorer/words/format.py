"""The word-space file: one line of JSON, then words, scales and rows. Nothing in it can run.

    magic    b"GAN-EXPLORER-WORDS 1\\n"
    header   uint32 little-endian length, then that many bytes of UTF-8 JSON:
             {"name", "dim", "count", "encoding": "int8" | "float16", "words_bytes", "sha256", "card": {...}}
    words    UTF-8, `count` words in frequency order with "\\n" between them, `words_bytes` bytes in all
    scales   float32 [count], little-endian; int8 encoding only: row * scale gives the vector
    rows     int8 or float16 [count, dim], little-endian

`sha256` is that of encoding, dim, words_bytes and everything behind the header; it names the space's content, so that a
renamed space or a corrected card stays the same space.
"""

import hashlib
import json
import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from explorer.atomic import write_atomic
from explorer.files import open_regular, parse_json, reason
from explorer.words.errors import WordSpaceError

MAGIC = b"GAN-EXPLORER-WORDS 1\n"
FILE_NAME = "space.words"
MAX_HEADER = 1 << 20  # bytes
MAX_DIM = 4096
MAX_COUNT = 5_000_000
MAX_WORD = 100  # characters
BLOCK = 4096  # rows worked on at a time
_PIECE = 1 << 20  # bytes
_ENCODINGS = {"int8": np.dtype("i1"), "float16": np.dtype("<f2")}


@dataclass(frozen=True)
class RawSpace:
    """A file's content as read: `vectors` is float32 [count, dim], unit rows; `sha256` is checked."""

    name: str
    words: tuple[str, ...]
    vectors: np.ndarray
    sha256: str
    card: dict[str, Any]


class PackedRows:
    """Vectors as a file keeps them (a quarter of their size as int8), added in any number of pieces.

    path: named in errors. dim: numbers in a vector.
    """

    def __init__(self, path: Path, dim: int, encoding: str = "int8"):
        if encoding not in _ENCODINGS:
            raise WordSpaceError(f"A word space is stored as int8 or float16, not as {encoding!r}.")
        self.path, self.dim, self.encoding, self.count = path, dim, encoding, 0
        self._scales, self._rows = bytearray(), bytearray()

    def add(self, vectors: np.ndarray) -> None:
        """Take float32 [N, dim]; raises WordSpaceError for rows that are not finite or have no direction."""
        largest = np.abs(vectors).max(axis=1, keepdims=True)  # divided out first: squares of huge numbers overflow
        scalable = (largest > 0) & np.isfinite(largest)
        unit = _unit_rows(self.path, np.divide(vectors, largest, out=vectors.copy(), where=scalable))
        if self.encoding == "int8":
            scales = np.abs(unit).max(axis=1) / np.float32(127)
            self._scales += scales.astype("<f4").tobytes()
            self._rows += np.rint(unit / scales[:, None]).astype("i1").tobytes()
        else:
            self._rows += unit.astype("<f2").tobytes()
        self.count += len(vectors)

    def body(self, text: bytes) -> bytes:
        """The content of a file after its header."""
        return b"".join((text, self._scales, self._rows))


def write_space(
    path: Path, name: str, words: Sequence[str], vectors: np.ndarray, card: dict[str, Any], encoding: str = "int8"
) -> str:
    """Write words and float vectors [count, dim] to `path` (replaced in one step); returns the content's sha256.

    Rows are stored at unit length. Raises WordSpaceError for what could not be read back: no words, odd or
    double words, rows that are not finite or have no direction.
    """
    vectors = np.asarray(vectors, dtype=np.float32)
    if vectors.ndim != 2 or len(vectors) != len(words):
        raise WordSpaceError(f"{len(words)} words need as many vectors, not an array of shape {vectors.shape}.")
    _check_size(path, len(words), vectors.shape[1])
    rows = PackedRows(path, vectors.shape[1], encoding)
    for start in range(0, len(vectors), BLOCK):
        rows.add(vectors[start : start + BLOCK])
    return write_rows(path, name, words, rows, card)


def write_rows(path: Path, name: str, words: Sequence[str], rows: PackedRows, card: dict[str, Any]) -> str:
    """Write words and packed vectors, as `write_space`."""
    if not is_clean(name):
        raise WordSpaceError(f"A word space needs a name of 1 to {MAX_WORD} printable characters, not {name[:40]!r}.")
    _check_size(path, len(words), rows.dim)
    _check_words(path, words)
    if rows.count != len(words):
        raise WordSpaceError(f"{len(words)} words need as many vectors, not {rows.count}.")
    text = "\n".join(words).encode()
    body = rows.body(text)
    digest = _hash(rows.encoding, rows.dim, len(text))
    digest.update(body)
    header = {
        "name": name,
        "dim": rows.dim,
        "count": len(words),
        "encoding": rows.encoding,
        "words_bytes": len(text),
        "sha256": digest.hexdigest(),
        "card": card,
    }
    head = json.dumps(header, ensure_ascii=False).encode(errors="replace")  # a file's name may be no text
    if len(head) > MAX_HEADER:
        raise WordSpaceError("The card of this word space is too long; shorten it to a few paragraphs.")
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, MAGIC + struct.pack("<I", len(head)) + head + body)
    return digest.hexdigest()


def read_space(path: Path) -> RawSpace:
    """Read and check a whole file; raises WordSpaceError with one sentence for anything out of order."""
    try:
        with open_regular(path) as file:
            header = _read_header(path, file)
            size = os.fstat(file.fileno()).st_size - file.tell()
            count, dim, kind = header["count"], header["dim"], _ENCODINGS[header["encoding"]]
            scales_bytes = 4 * count if header["encoding"] == "int8" else 0
            expected = header["words_bytes"] + scales_bytes + count * dim * kind.itemsize
            if size != expected:
                what = "cut short" if size < expected else "longer than its header says"
                raise WordSpaceError(f"{path} is {what} ({size} bytes of {expected}); copy or import it again.")
            # Checked before anything is held in memory: a file of holes may be of any length.
            start, digest = file.tell(), _hash(header["encoding"], dim, header["words_bytes"])
            while piece := file.read(_PIECE):
                digest.update(piece)
            file.seek(start)
            body = file.read(expected) if digest.hexdigest() == header["sha256"] else b""
    except OSError as error:
        raise WordSpaceError(f"Cannot read the word space {path}: {reason(error)}.") from error
    if len(body) != expected:
        raise WordSpaceError(f"{path} is damaged: its content is not what its header promises; copy it again.")
    try:
        words = tuple(body[: header["words_bytes"]].decode().split("\n"))
    except UnicodeDecodeError:
        raise WordSpaceError(f"The words in {path} are not UTF-8 text; import it again.") from None
    if len(words) != count:
        raise WordSpaceError(f"{path} promises {count} words and holds {len(words)}; import it again.")
    _check_words(path, words)
    rows = np.frombuffer(body, kind, count * dim, header["words_bytes"] + scales_bytes).reshape(count, dim)
    if kind == np.int8:
        scales = np.frombuffer(body, "<f4", count, header["words_bytes"])
        if not (np.isfinite(scales).all() and (scales > 0).all()):
            raise WordSpaceError(f"{path} holds scales that are not positive numbers; import it again.")
    # A scale only stretches its row, and rows are opened at unit length: the direction is all that is needed.
    vectors = _unit_rows(path, rows.astype(np.float32))
    vectors.flags.writeable = False
    return RawSpace(header["name"], words, vectors, header["sha256"], header["card"])


def _read_header(path: Path, file: Any) -> dict[str, Any]:
    start = file.read(len(MAGIC) + 4)
    if len(start) < len(MAGIC) + 4 or not start.startswith(MAGIC):
        raise WordSpaceError(
            f"{path} is not a word space of this program; convert word2vec or gensim files with "
            "`gan-explorer words import FILE`."
        )
    (length,) = struct.unpack("<I", start[len(MAGIC) :])
    if length > MAX_HEADER:
        raise WordSpaceError(f"The header of {path} claims {length} bytes, which no word space needs.")
    try:
        header = parse_json(file.read(length).decode())
    except ValueError:
        raise WordSpaceError(f"The header of {path} is not readable JSON; copy or import it again.") from None
    kinds = {"name": str, "dim": int, "count": int, "encoding": str, "words_bytes": int, "sha256": str, "card": dict}
    if not isinstance(header, dict) or set(header) != set(kinds):
        raise WordSpaceError(f"The header of {path} needs exactly the fields {', '.join(kinds)}.")
    for key, kind in kinds.items():
        if type(header[key]) is not kind:
            raise WordSpaceError(f"The field {key!r} in the header of {path} is of the wrong kind.")
    if header["encoding"] not in _ENCODINGS:
        raise WordSpaceError(f"{path} is encoded as {header['encoding'][:40]!r}; only int8 and float16 are read.")
    if not is_clean(header["name"]):
        raise WordSpaceError(f"The name in the header of {path} is empty, too long or unprintable.")
    _check_size(path, header["count"], header["dim"])
    if not header["count"] <= header["words_bytes"] <= header["count"] * (4 * MAX_WORD + 1):
        raise WordSpaceError(f"The header of {path} gives its words an impossible length; import it again.")
    return header


def _check_size(path: Path, count: int, dim: int) -> None:
    if not 1 <= dim <= MAX_DIM:
        raise WordSpaceError(f"{path} has {dim} dimensions; a word space has 1 to {MAX_DIM}.")
    if not 1 <= count <= MAX_COUNT:
        raise WordSpaceError(f"{path} has {count} words; a word space has 1 to {MAX_COUNT}.")


def _check_words(path: Path, words: Sequence[str]) -> None:
    if len(set(words)) != len(words):
        raise WordSpaceError(f"{path} holds a word twice; every word may stand in a space once.")
    if not all(words) or max(map(len, words)) > MAX_WORD:
        raise WordSpaceError(f"{path} holds an empty word or one of more than {MAX_WORD} characters.")
    if not "".join(words).isprintable():
        bad = next(word for word in words if not is_clean(word))
        raise WordSpaceError(f"{path} holds the word {bad!r}, which has characters that cannot be shown.")


def is_clean(word: str) -> bool:
    """Whether a word can stand in a space: 1 to 100 characters that can be shown."""
    return 0 < len(word) <= MAX_WORD and word.isprintable()


def _unit_rows(path: Path, rows: np.ndarray) -> np.ndarray:
    norms = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    if not np.isfinite(norms).all():
        raise WordSpaceError(f"{path} holds vectors that are not finite numbers; import it again.")
    if not (norms > 0).all():
        raise WordSpaceError(f"{path} holds vectors of length zero, which point nowhere; import it again.")
    return rows / norms[:, None]


def _hash(encoding: str, dim: int, words_bytes: int) -> "hashlib._Hash":
    """The hash of a space, to be updated with the content after the header."""
    return hashlib.sha256(f"{encoding} {dim} {words_bytes}\n".encode())
