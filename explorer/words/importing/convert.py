"""Import: a file of word vectors, of whatever kind, into a word space."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from explorer.errors import printable
from explorer.files import reason
from explorer.words.errors import WordSpaceError
from explorer.words.format import MAGIC, MAX_COUNT, MAX_DIM, write_rows
from explorer.words.importing.collecting import Vectors, collect
from explorer.words.importing.opening import Opened, open_vectors
from explorer.words.listing import name_for, own_file

_PICKLE = re.compile(rb"\x80[\x02-\x05]|c[\w.]+\r?\n[\w.]+\r?\n")  # protocols 2 to 5; 0 and 1 begin with a class
_OTHERS = (
    (MAGIC, "is a word space already; open it by its path"),
    (b"\x93NUMPY", "is an array beside a model; import the model's own file"),
    (b"\xba\x16\x4f\x2f", "is fastText's own format; import the .vec file that comes with it"),
    (b"\x89HDF", "is an HDF5 file; import the same vectors as text"),
    (b"\xff\xfe", "is text in UTF-16; save it as UTF-8"),
    (b"\xfe\xff", "is text in UTF-16; save it as UTF-8"),
)


@dataclass(frozen=True)
class Imported:
    """The result of an import: the file, its name, the numbers of words and of dimensions, and sentences to show."""

    path: Path
    name: str
    words: int
    dim: int
    notes: tuple[str, ...]


def import_space(
    source: Path,
    name: str | None = None,
    limit: int | None = None,
    output: Path | None = None,
    dim: int | None = None,
    language: str | None = None,
    replace: bool = False,
) -> Imported:
    """Convert `source` into our format, in the user's own word spaces or at `output`, which is replaced in one step.

    Reads word2vec text and binary, GloVe text, CSV, gensim's `.kv` and full Word2Vec and FastText models, plain or
    packed by gzip, bzip2 or xz, and vectors in a zip, where `dim` chooses by the numbers in a vector. limit: keep only
    the words that come first, 500,000 by default where they come by frequency. language: which of ConceptNet's, `en` if
    none is given. replace: whether the user's own space of that name may be replaced. Rows are read one after the
    other, and held in a quarter of their size. Raises WordSpaceError.
    """
    source = Path(source)
    if limit is not None and not 1 <= limit <= MAX_COUNT:
        raise WordSpaceError(f"The limit must lie between 1 and {MAX_COUNT} words, not at {limit}.")
    if name is not None:
        name_for(source, name)  # refused before anything is read
    with open_vectors(source, dim) as file:
        name = name_for(Path(file.name), name)
        target = output if output is not None else own_file(name)
        if target.exists() and target.samefile(source):
            raise WordSpaceError(f"{source} cannot be converted onto itself; name another file with -o.")
        if output is None and target.exists() and not replace:
            raise WordSpaceError(
                f"You have a word space {name} already; give the new one another name with --name, or replace the old "
                "one with --replace."
            )
        with np.errstate(over="ignore"):  # numbers too large for float32 become infinite, which is an error
            vectors = _vectors(source, file)
            if not 1 <= vectors.dim <= MAX_DIM:
                raise WordSpaceError(f"{file.label} has vectors of {vectors.dim} numbers; up to {MAX_DIM} are read.")
            if dim not in (None, vectors.dim) and not file.member:
                raise WordSpaceError(f"{file.label} has vectors of {vectors.dim} numbers, not {dim}; leave out --dim.")
            words, rows, notes = collect(file.label, target, vectors, limit, language)
    card = {
        "title": name,
        "source": f"{printable(file.name)} ({vectors.kind})",
        "licence": "that of the imported vectors",
        "made": "imported as they were; rows at unit length, int8",
    }
    try:
        write_rows(target, name, words, rows, card)
    except OSError as error:
        raise WordSpaceError(f"Cannot write {target}: {reason(error)}.") from error
    return Imported(target, name, len(words), rows.dim, (*file.notes, *vectors.notes, *notes))


def _vectors(source: Path, file: Opened) -> Vectors:
    from explorer.words.importing.gensim_files import read_gensim
    from explorer.words.importing.word2vec_files import read_word2vec

    head = file.stream.peek(512)[:512]
    if not head:
        raise WordSpaceError(f"{file.label} is empty.")
    for mark, what in _OTHERS:
        if head.startswith(mark):
            raise WordSpaceError(f"{file.label} {what}.")
    if head[257:262] == b"ustar":
        raise WordSpaceError(f"{file.label} is a tar archive; unpack it, and import the file of vectors in it.")
    return read_gensim(source, file.stream) if _PICKLE.match(head) else read_word2vec(file.label, file.stream)
