"""One file of word vectors, of whatever kind, into a word space of ours."""

import gzip
import re
import unicodedata
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from explorer.words.errors import WordSpaceError
from explorer.words.format import MAGIC, MAX_COUNT, MAX_DIM, is_clean, write_space
from explorer.words.naming import name_for, own_file

LIMIT = 500_000  # words kept unless told otherwise
_PICKLE = re.compile(rb"\x80[\x02-\x05]|c[\w.]+\r?\n[\w.]+\r?\n")  # protocols 2 to 5; 0 and 1 begin with a class
_FACEBOOK = b"\xba\x16\x4f\x2f"


@dataclass(frozen=True)
class Imported:
    """What an import made: the file, its name, how many words of how many numbers, and sentences to show."""

    path: Path
    name: str
    words: int
    dim: int
    notes: tuple[str, ...]


def import_space(source: Path, name: str | None = None, limit: int = LIMIT, output: Path | None = None) -> Imported:
    """Convert `source` into our format, in the user's own word spaces or at `output`, replaced in one step.

    Reads word2vec text and binary, GloVe text, gensim's `.kv` and full Word2Vec and FastText models, gzipped or not.
    The first `limit` words are kept, as these files begin with the most frequent. Raises WordSpaceError.
    """
    source = Path(source)
    if not 1 <= limit <= MAX_COUNT:
        raise WordSpaceError(f"The limit must lie between 1 and {MAX_COUNT} words, not at {limit}.")
    name = name_for(source, name)
    target = output if output is not None else own_file(name)
    if target.exists() and source.exists() and target.samefile(source):
        raise WordSpaceError(f"{source} cannot be converted onto itself; name another file with -o.")
    with np.errstate(over="ignore"):  # numbers too large for float32 become infinite, which is said below
        words, vectors, kind = _read(source, limit)
    kept, notes = _usable(source, words, vectors)
    card = {
        "title": name,
        "source": f"{source.name} ({kind})",
        "licence": "that of the imported vectors",
        "made": "imported as they were; rows at unit length, int8",
    }
    try:
        write_space(target, name, [_word(words[row]) for row in kept], vectors[kept], card)
    except OSError as error:
        raise WordSpaceError(f"Cannot write {target}: {error.strerror or error}.") from error
    if len(words) == limit:
        notes.append(f"At most {limit} words are kept; --limit changes that.")
    return Imported(target, name, len(kept), vectors.shape[1], tuple(notes))


def _read(source: Path, limit: int) -> tuple[list[str], np.ndarray, str]:
    from explorer.words.importing.gensim_files import read_gensim
    from explorer.words.importing.word2vec_files import read_word2vec

    try:
        with _opened(source) as file:
            head = file.peek(256)[:256]
            if not head:
                raise WordSpaceError(f"{source} is empty.")
            if head.startswith(MAGIC):
                raise WordSpaceError(f"{source} is a word space already; open it by its path.")
            if head.startswith(b"\x93NUMPY"):
                raise WordSpaceError(f"{source} is an array beside a model; import the model's own file.")
            if head.startswith(_FACEBOOK):
                raise WordSpaceError(f"{source} is fastText's own format; import the .vec file that comes with it.")
            if _PICKLE.match(head):
                return (*read_gensim(source, cast(BinaryIO, file), limit), "gensim")
            return read_word2vec(source, cast(BinaryIO, file), limit)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise WordSpaceError(f"{source} is not a whole gzip file; copy it again.") from None
    except OSError as error:
        raise WordSpaceError(f"Cannot read {source}: {error.strerror or error}.") from error


def _opened(source: Path) -> gzip.GzipFile | BinaryIO:
    """The file open for reading, uncompressed where its first bytes say gzip, whatever it is called."""
    if source.is_dir():
        raise WordSpaceError(f"{source} is a folder; name the file of vectors in it.")
    file = source.open("rb")
    if file.peek(2)[:2] == b"\x1f\x8b":
        file.close()
        return gzip.open(source)
    return file


def _word(word: str) -> str:
    return unicodedata.normalize("NFC", word)


def _usable(source: Path, words: list[str], vectors: np.ndarray) -> tuple[list[int], list[str]]:
    """Rows that can stand in a space, and sentences about those that cannot."""
    if not words:
        raise WordSpaceError(f"{source} holds no words.")
    if not 1 <= vectors.shape[1] <= MAX_DIM:
        raise WordSpaceError(f"{source} has vectors of {vectors.shape[1]} numbers; up to {MAX_DIM} are read.")
    finite = np.isfinite(vectors).all(axis=1)
    if not finite.all():
        row = int(np.argmin(finite))
        raise WordSpaceError(
            f"The vector of {words[row]!r} in {source} (word {row + 1}) is not finite; the file is damaged."
        )
    zero = ~vectors.any(axis=1)
    seen: set[str] = set()
    kept, odd, double, empty = [], 0, 0, 0
    for row, word in enumerate(map(_word, words)):
        if not is_clean(word):
            odd += 1
        elif word in seen:
            double += 1
        elif zero[row]:
            empty += 1
        else:
            seen.add(word)
            kept.append(row)
    notes = []
    for count, what in ((odd, "that cannot be shown"), (double, "that came twice"), (empty, "whose vectors are zero")):
        if count:
            notes.append(
                f"{count} {'word' if count == 1 else 'words'} {what} {'was' if count == 1 else 'were'} left out."
            )
    if not kept:
        raise WordSpaceError(f"{source} holds no usable words: " + " ".join(notes))
    return kept, notes
