"""Vectors of gensim's `.kv` files and full Word2Vec or FastText models, with their `.npy` files."""

import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from explorer.files import reason
from explorer.pickles.standins import Array
from explorer.words.arrays import open_array, unpack_array
from explorer.words.errors import WordSpaceError
from explorer.words.format import MAX_DIM, is_clean
from explorer.words.importing.collecting import Vectors, normalized
from explorer.words.importing.gensim_pickle import Shell, read_pickle

_MAX_NGRAM = 20  # letters
_MAX_BUCKETS = 100_000_000


def read_gensim(path: Path, file: BinaryIO) -> Vectors:
    """The words in their stored order and their vectors; raises WordSpaceError.

    `file` is `path` opened (and unpacked). Large arrays are read from where gensim puts them, in names made from
    `path`, never from names in the file.
    """
    root = read_pickle(file, str(path))
    if not isinstance(root, Shell):
        raise WordSpaceError(f"{path} is a pickle, but holds no word vectors or model of gensim.")
    inner = root.state.get("wv")
    holders = [(inner, f"{path}.wv")] if isinstance(inner, Shell) else []
    for holder, prefix in [*holders, (root, str(path))]:
        words = _words(path, holder.state)
        if words:
            return _vectors(path, holder.state, prefix, words)
    raise WordSpaceError(f"{path} is a {type(root).__name__} without words; save the model after its training.")


def _words(path: Path, state: dict) -> list[str]:
    """The words in order, under whichever name that version of gensim kept them."""
    for name in ("index_to_key", "index2word", "index2entity"):
        words = state.get(name)
        if isinstance(words, list) and words:
            if not all(isinstance(word, str) for word in words):
                raise WordSpaceError(f"{path} names its vectors by something other than words.")
            return words
    return []


def _vectors(path: Path, state: dict, prefix: str, words: list[str]) -> Vectors:
    for name in ("vectors", "syn0"):
        vectors = _stored(path, state, name, prefix)
        if vectors is not None:
            break
    else:
        return _composed(path, state, prefix, words)
    _check_fit(path, words, vectors)
    return Vectors("gensim", vectors.shape[1], _stored_rows(words, vectors))


def _stored_rows(words: list[str], vectors: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    for word, vector in zip(words, vectors, strict=False):
        yield word, vector.astype(np.float32)


def _check_fit(path: Path, words: list[str], vectors: np.ndarray) -> None:
    # The numbers in a row before anything is copied: a file of holes may have any.
    if vectors.ndim != 2 or len(vectors) < len(words) or not 1 <= vectors.shape[1] <= MAX_DIM:
        raise WordSpaceError(f"{path} has {len(words)} words and vectors of shape {vectors.shape}; they do not fit.")


def _stored(path: Path, state: dict, name: str, prefix: str) -> np.ndarray | None:
    """An array kept inside the pickle, or in its own file if the pickle says so."""
    value: Any = state.get(name)
    if isinstance(value, Array):
        try:
            return value.values(("f2", "f4", "f8"), "plain floating-point numbers")
        except (pickle.UnpicklingError, ValueError) as error:
            raise WordSpaceError(f"The vectors in {path} cannot be read: {error}.") from None
    apart = state.get("__numpys")
    if not isinstance(apart, list | tuple) or name not in apart:
        return None
    packed = path.suffix in (".gz", ".bz2")
    beside = Path(f"{prefix}.{name}" + (".npz" if packed else ".npy"))
    try:
        return unpack_array(beside, "val") if packed else open_array(beside)
    except FileNotFoundError:
        raise WordSpaceError(
            f"{path} keeps its vectors in {beside.name}; put that file beside it (unpacked, if it comes in a zip)."
        ) from None
    except (OSError, ValueError) as error:
        raise WordSpaceError(f"{beside} is not a plain NumPy array ({reason(error)}); copy it again.") from None


def _composed(path: Path, state: dict, prefix: str, words: list[str]) -> Vectors:
    """FastText's word vectors, which gensim 4 does not store: the mean of a word's own vector and its n-grams'."""
    own = _stored(path, state, "vectors_vocab", prefix)
    if own is None:
        raise WordSpaceError(f"{path} holds words but no vectors for them.")
    _check_fit(path, words, own)
    least, most, buckets = (state.get(name) for name in ("min_n", "max_n", "bucket"))
    if type(buckets) is int and buckets == 0:
        return Vectors("gensim", own.shape[1], _stored_rows(words, own))
    ngrams = _stored(path, state, "vectors_ngrams", prefix)
    sizes_fit = all(type(size) is int for size in (least, most, buckets)) and 0 <= least <= most <= _MAX_NGRAM
    if ngrams is None or not sizes_fit or not 0 < buckets <= _MAX_BUCKETS:
        raise WordSpaceError(f"{path} is a FastText model without usable n-grams; save it again with gensim 4.")
    if ngrams.shape != (buckets, own.shape[1]):
        raise WordSpaceError(f"The n-grams and words of {path} do not fit each other; copy its files again.")
    if state.get("compatible_hash") is False:
        raise WordSpaceError(f"{path} hashes its n-grams as gensim did before 3.8; save it again with gensim 3.8.")
    from gensim.models.fasttext import ft_ngram_hashes

    def rows() -> Iterator[tuple[str, np.ndarray]]:
        for word, row in zip(words, own, strict=False):
            vector = row.astype(np.float32)
            if is_clean(normalized(word)):  # others are left out: no n-grams of endless words, or of what is no text
                hashes = ft_ngram_hashes(word, least, most, buckets)
                vector = (vector + ngrams[hashes].sum(axis=0)) / (len(hashes) + 1)
            yield word, vector.astype(np.float32)

    return Vectors("gensim", own.shape[1], rows())
