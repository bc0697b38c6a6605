"""The words that a map is made of, and their projection: made once for a set of labels, t-SNE's kept on disk."""

import io
import threading
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from explorer import places
from explorer.atomic import write_atomic
from explorer.checkpoint import Checkpoint
from explorer.data.cache import digest_of
from explorer.errors import ExplorerError, shown
from explorer.explore.map.projection import Method, Projection, fit_pca, fit_tsne
from explorer.explore.spec.spec import MAX_TEXT
from explorer.words import ExpressionError, WordSpace
from explorer.words.arrays import open_array
from explorer.words.expressions.resolve import resolve

AROUND = 120  # words that a map is made of at least: of fewer labels, with the words nearest to them
KEPT = 8  # arrangements in memory
VERSION = 1
_kept: "OrderedDict[tuple[str, Method], Arrangement]" = OrderedDict()
_lock = threading.Lock()
_fitting = threading.Lock()  # one t-SNE at a time: it takes all that a core can give


class NoWords(ExplorerError):
    """A generator that is not conditioned on words, so that there is no map of them."""


@dataclass(frozen=True, eq=False)
class Arrangement:
    """words: the labels, then words nearest to them. labels: how many of them are labels. key: of its content."""

    key: str
    words: tuple[str, ...]
    labels: int
    projection: Projection


def check_words(checkpoint: Checkpoint) -> None:
    """Raise NoWords, in a sentence for people, unless the generator is conditioned on word vectors."""
    conditioning, name = checkpoint.description.conditioning, shown(checkpoint.name, 100)
    if conditioning == "label":
        raise NoWords(
            f"There is no map here: {name} was trained on {len(checkpoint.labels)} numbered labels, not on the vectors "
            "of their words, so nothing lies between two of them. Choose a generator that is conditioned on words."
        )
    if conditioning != "word":
        what = "codes" if conditioning == "codes" else "latents alone"
        raise NoWords(
            f"There is no map here: {name} draws from {what} and takes no words. Choose a generator that is "
            "conditioned on words."
        )


def arrangement_of(checkpoint: Checkpoint, space: WordSpace, method: Method, keep: bool = True) -> Arrangement:
    """The arrangement of a checkpoint's labels. keep: whether t-SNE's places are written to the user's cache, so that
    they are there the next time. Raises NoWords, and SpecError for too few words."""
    check_words(checkpoint)
    key = _key(checkpoint, space)
    with _lock:
        found = _kept.get((key, method))
        if found is not None:
            _kept.move_to_end((key, method))
            return found
    words, vectors = _words(checkpoint, space)
    projection = fit_pca(vectors) if method == "pca" else Projection("tsne", vectors, _tsne(key, vectors, keep))
    found = Arrangement(key, words, len(checkpoint.labels), projection)
    with _lock:
        _kept[(key, method)] = found
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return found


def typable(space: WordSpace, word: str, vector: np.ndarray) -> bool:
    """Whether a word of the space, typed, is read as that word: a dot or a sign in it may mean something else."""
    if len(word) > MAX_TEXT or not word.isprintable():
        return False
    try:
        return float(resolve(space, word, suggest=False).vector @ vector) > 1 - 1e-4
    except ExpressionError:
        return False


def _words(checkpoint: Checkpoint, space: WordSpace) -> tuple[tuple[str, ...], np.ndarray]:
    """The labels and, of few, the words nearest to each in turn; their unit vectors, float64 [N, D]."""
    labels = checkpoint.labels
    words, vectors = list(labels), list(checkpoint.label_vectors)
    each = -(-max(0, AROUND - len(labels)) // len(labels))
    taken = {label.lower() for label in labels}
    for label in range(len(labels) if each else 0):
        added = 0
        for word, _ in space.nearest(checkpoint.label_vectors[label], 3 * each + len(labels)):
            vector = space.vector(word)
            if added < each and word.lower() not in taken and typable(space, word, vector):
                taken.add(word.lower())
                words.append(word)
                vectors.append(vector)
                added += 1
    rows = np.array(vectors, np.float64)
    return tuple(words), rows / np.linalg.norm(rows, axis=1, keepdims=True)


def _key(checkpoint: Checkpoint, space: WordSpace) -> str:
    """Digest of the word space and the labels: what the arrangement depends on."""
    labels = "\n".join((f"map {VERSION}", space.hash, *checkpoint.labels)).encode()
    return digest_of([labels, np.ascontiguousarray(checkpoint.label_vectors, np.float32)])


def _tsne(key: str, vectors: np.ndarray, keep: bool) -> np.ndarray:
    path = places.user_data() / "cache" / "maps" / f"{key}.npy"
    with _fitting:
        found = _read(path, len(vectors))
        if found is None:
            found = fit_tsne(vectors).astype(np.float32)
            if keep:
                with suppress(OSError):  # then it is arranged anew the next time
                    content = io.BytesIO()
                    np.save(content, found, allow_pickle=False)
                    path.parent.mkdir(parents=True, exist_ok=True)
                    write_atomic(path, content.getvalue())
    return found.astype(np.float64)


def _read(path: Path, count: int) -> np.ndarray | None:
    """The places in a file of ours; None if there is none, or a damaged one."""
    try:
        found = np.array(open_array(path), np.float32)
    except (OSError, ValueError):
        return None
    fits = found.shape == (count, 2) and bool((np.abs(found) <= 1 + 1e-5).all())  # False for NaN too
    return found if fits else None
