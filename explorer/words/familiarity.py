"""Similarity of a vector to the labels a generator was trained on: a table, and how familiar that makes it."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from explorer.words.errors import WordSpaceError
from explorer.words.space import WordSpace

NEAR = 0.40  # of the way from the median word of the vocabulary to a label itself
FAR = 0.22
_MAX_MEDIAN = 0.5  # cosine of the median word at most: a small vocabulary may be labels for the most part
_KEPT = 8  # label sets remembered
_ROWS = 8192  # words compared at a time, so that many labels need little memory
_similarities: OrderedDict[tuple[str, bytes], np.ndarray] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True)
class Familiarity:
    """best: cosine with the nearest label, -1..1. percentile: share of the vocabulary, in percent, that is less similar
    to any label. sentence: the level in words, for display. above: how far `best` lies above the median word of the
    vocabulary, which gives the level: 0 there, 1 at a label, below 0 under it."""

    best: float
    percentile: float
    level: Literal["near", "between", "far"]
    sentence: str
    above: float


def label_table(vector: np.ndarray, labels: Sequence[str], label_vectors: np.ndarray) -> list[tuple[str, float]]:
    """(label, cosine) for a vector [dim] against label_vectors [K, dim], best first; equals keep their order."""
    vector = np.asarray(vector, dtype=np.float32)
    rows = np.asarray(label_vectors, dtype=np.float32)
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(vector)
    cosines = np.clip(rows @ vector / np.maximum(lengths, 1e-12), -1, 1)
    return [(labels[i], float(cosines[i])) for i in np.argsort(-cosines, kind="stable")]


def familiarity(space: WordSpace, vector: np.ndarray, label_vectors: np.ndarray) -> Familiarity:
    """Familiarity of a vector [dim] to a generator trained on label_vectors [K, dim].

    The first call for a set of labels compares the whole vocabulary (some 20 ms for ten labels and 100,000 words); the
    result is kept, and later calls take well under a millisecond. Raises WordSpaceError for shapes that do not fit.

    The level depends on how far the cosine with the nearest label lies above that of the vocabulary's median word:
    0 is the median, 1 a label; `near` from .40 on, `far` below .22, `between` else. Plain cosines cannot be compared
    across spaces: the median is .41 in wiki-word2vec, whose vectors share a direction, and .10 in the GloVe spaces,
    where it was removed; and among a thousand labels every word is close to one.
    For the ten Fashion-MNIST labels the levels change at cosines of .29 and .46 in
    glove-minilm-100d, .30 and .46 in glove-100d, .54 and .65 in wiki-word2vec. Shares of words that are not `far`, and
    that are `near`, as assets/words/measure_familiarity.py (which lists them) measures them:

                                                 glove-minilm-100d    glove-100d      wiki-word2vec
                                                 not far    near    not far   near    not far   near
        55 garments that are no labels             .98       .80      .98     .87       .91     .83
        12 fabrics                                1.00      1.00     1.00    1.00       .92     .75
         7 colours                                1.00      1.00     1.00    1.00      1.00     .57
        12 people (man, ballerina ...)             .58       .00      .67     .08       .33     .08
        10 seasons and places (summer, gym ...)    .30       .20      .30     .10       .20     .00
        27 things that are not worn                .19       .00      .19     .00       .19     .00
        2,000 random, 20,000 most frequent         .10       .02      .08     .02       .14     .05
        2,000 random, 100,000 most frequent        .05       .01      .05     .01       .14     .05

    So words that have nothing to do with clothes are hardly ever `near` (of the places, gym and wedding), and garments
    seldom `far` (in both GloVe spaces, the cape alone). The percentile says how unusual such a similarity is.
    """
    labels = np.ascontiguousarray(label_vectors, dtype=np.float32)
    vector = np.asarray(vector, dtype=np.float32)
    if labels.ndim != 2 or len(labels) < 1 or labels.shape[1] != space.dim or vector.shape != (space.dim,):
        raise WordSpaceError(
            f"Labels of shape {labels.shape} and a vector of shape {vector.shape} do not fit the space {space.name}, "
            f"which has {space.dim} numbers a word."
        )
    similarities = vocabulary_similarities(space, labels)
    lengths = np.linalg.norm(labels, axis=1) * np.linalg.norm(vector)
    best = float(np.clip((labels @ vector / np.maximum(lengths, 1e-12)).max(), -1, 1))
    percentile = 100.0 * float(np.searchsorted(similarities, best)) / len(similarities)
    median = median_similarity(similarities)
    above = (best - median) / (1 - median)
    shown = f"{round(best, 2) + 0.0:.2f}"  # never -0.00
    if above >= NEAR:
        return Familiarity(best, percentile, "near", _near_sentence(space, best, percentile), above)
    if above >= FAR:
        sentence = f"Some way from the training words (cosine {shown} to the nearest): part of this picture is a guess."
        return Familiarity(best, percentile, "between", sentence, above)
    sentence = f"Far from everything trained (cosine {shown} to the nearest label): this picture is a guess."
    return Familiarity(best, percentile, "far", sentence, above)


def _near_sentence(space: WordSpace, best: float, percentile: float) -> str:
    if best >= 0.999:
        return "This is a training word itself."
    closer = 100 - percentile
    share = f"{closer:.1f} %" if closer >= 0.1 else "fewer than 0.1 %"
    return f"Near the training words (cosine {best:.2f}): {share} of the words in {space.name} lie nearer."


def median_similarity(similarities: np.ndarray) -> float:
    """That of the vocabulary's median word, from which familiarity is counted; see `vocabulary_similarities`."""
    return float(np.clip(similarities[len(similarities) // 2], 0, _MAX_MEDIAN))


def vocabulary_similarities(space: WordSpace, labels: np.ndarray) -> np.ndarray:
    """Cosine of each word with its nearest label [K, dim], sorted, float32 [len(space)]; kept for the last few label
    sets."""
    key = (space.hash, hashlib.blake2b(labels.tobytes(), digest_size=16).digest())
    with _lock:
        if key in _similarities:
            _similarities.move_to_end(key)
            return _similarities[key]
    unit = labels / np.maximum(np.linalg.norm(labels, axis=1, keepdims=True), 1e-12)
    parts = [(space.matrix[at : at + _ROWS] @ unit.T).max(axis=1) for at in range(0, len(space), _ROWS)]
    similarities = np.sort(np.concatenate(parts))
    with _lock:
        _similarities[key] = similarities
        while len(_similarities) > _KEPT:
            _similarities.popitem(last=False)
    return similarities
