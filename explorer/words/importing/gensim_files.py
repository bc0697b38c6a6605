"""Words and vectors out of gensim's `.kv` files and full Word2Vec or FastText models, with their `.npy` files."""

import pickle
import zipfile
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from explorer.unpickling import Array
from explorer.words.errors import WordSpaceError
from explorer.words.importing.unpickle import Shell, read_pickle

_MAX_NGRAM = 20  # letters
_MAX_BUCKETS = 100_000_000


def read_gensim(path: Path, file: BinaryIO, limit: int) -> tuple[list[str], np.ndarray]:
    """The first `limit` words in their stored order and their vectors, float32 [N, dim]; raises WordSpaceError.

    `file` is `path` opened (and uncompressed). Large arrays are read from where gensim puts them, in names made from
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
            return words[:limit], _vectors(path, holder.state, prefix, words, limit)
    raise WordSpaceError(f"{path} is a {type(root).__name__} without words; save the model after its training.")


def _words(path: Path, state: dict) -> list[str]:
    """The words in order, wherever the gensim that wrote them kept them."""
    for name in ("index_to_key", "index2word", "index2entity"):
        words = state.get(name)
        if isinstance(words, list) and words:
            if not all(isinstance(word, str) for word in words):
                raise WordSpaceError(f"{path} names its vectors by something other than words.")
            return words
    return []


def _vectors(path: Path, state: dict, prefix: str, words: list[str], limit: int) -> np.ndarray:
    vectors = _stored(path, state, "vectors", prefix)
    if vectors is None:
        vectors = _stored(path, state, "syn0", prefix)
    if vectors is None:
        vectors = _composed(path, state, prefix, words, limit)
    if vectors.ndim != 2 or len(vectors) < min(limit, len(words)):
        raise WordSpaceError(f"{path} has {len(words)} words and vectors of shape {vectors.shape}; they do not fit.")
    return np.array(vectors[: min(limit, len(words))], dtype=np.float32)


def _stored(path: Path, state: dict, name: str, prefix: str) -> np.ndarray | None:
    """An array kept inside the pickle, or in its own file where the pickle says that there is one."""
    value: Any = state.get(name)
    if isinstance(value, Array):
        try:
            return value.values(("f2", "f4", "f8"), "plain floating-point numbers").astype(np.float32)
        except (pickle.UnpicklingError, ValueError) as error:
            raise WordSpaceError(f"The vectors in {path} cannot be read: {error}.") from None
    apart = state.get("__numpys")
    if not isinstance(apart, list | tuple) or name not in apart:
        return None
    beside = Path(f"{prefix}.{name}" + (".npz" if path.suffix in (".gz", ".bz2") else ".npy"))
    try:
        loaded = np.load(beside, mmap_mode=None if beside.suffix == ".npz" else "r", allow_pickle=False)
        array = loaded["val"] if isinstance(loaded, np.lib.npyio.NpzFile) else loaded
    except FileNotFoundError:
        raise WordSpaceError(f"{path} keeps its vectors in {beside.name}; put that file beside it.") from None
    except (OSError, ValueError, KeyError, EOFError, MemoryError, SyntaxError, zipfile.BadZipFile):
        raise WordSpaceError(f"{beside} is not a plain NumPy array; copy it again.") from None
    if array.dtype.kind != "f":
        raise WordSpaceError(f"{beside} does not hold floating-point numbers; copy it again.")
    return array


def _composed(path: Path, state: dict, prefix: str, words: list[str], limit: int) -> np.ndarray:
    """FastText's word vectors, which gensim 4 does not store: the mean of a word's own vector and its n-grams'."""
    own = _stored(path, state, "vectors_vocab", prefix)
    if own is None:
        raise WordSpaceError(f"{path} holds words but no vectors for them.")
    least, most, buckets = (state.get(name) for name in ("min_n", "max_n", "bucket"))
    if buckets == 0:
        return own
    ngrams = _stored(path, state, "vectors_ngrams", prefix)
    sizes_fit = all(type(size) is int for size in (least, most, buckets)) and least >= 0 and most <= _MAX_NGRAM
    if ngrams is None or not sizes_fit or not 0 < buckets <= _MAX_BUCKETS:
        raise WordSpaceError(f"{path} is a FastText model without usable n-grams; save it again with gensim 4.")
    if own.ndim != 2 or ngrams.shape != (buckets, own.shape[1]) or len(own) < min(limit, len(words)):
        raise WordSpaceError(f"The n-grams and words of {path} do not fit each other; copy its files again.")
    if state.get("compatible_hash") is False:
        raise WordSpaceError(f"{path} hashes its n-grams as gensim did before 3.8; save it again with gensim 3.8.")
    from gensim.models.fasttext import ft_ngram_hashes

    vectors = np.array(own[: min(limit, len(words))], dtype=np.float32)
    for row, word in enumerate(words[: len(vectors)]):
        hashes = ft_ngram_hashes(word, least, most, buckets)
        vectors[row] = (vectors[row] + ngrams[hashes].sum(axis=0)) / (len(hashes) + 1)
    return vectors
