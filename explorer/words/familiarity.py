"""How far a vector lies from everything a generator was trained on, said honestly."""

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Literal

import numpy as np

from explorer.words.errors import WordSpaceError
from explorer.words.space import WordSpace

NEAR = 0.40  # of the way from a middling word of the vocabulary to a label itself
FAR = 0.22
_HIGHEST = (
    0.5  # cosine that a middling word is taken to have at most: a small vocabulary may be labels for the most part
)
_KEPT = 8  # label sets remembered
_ROWS = 8192  # words compared at a time, so that many labels need little memory
_closeness: OrderedDict[tuple[str, bytes], np.ndarray] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True)
class Familiarity:
    """best: cosine to the nearest label, -1..1. percentile: share of the vocabulary, in percent, that lies less close
    to any label. sentence: the level in words, to be shown."""

    best: float
    percentile: float
    level: Literal["near", "between", "far"]
    sentence: str


def familiarity(space: WordSpace, vector: np.ndarray, label_vectors: np.ndarray) -> Familiarity:
    """Familiarity of a vector [dim] to a generator trained on label_vectors [K, dim].

    The first call for a set of labels looks at the whole vocabulary (some 20 ms for ten labels and 100,000 words); its
    answer is kept, and later calls take well under a millisecond. Raises WordSpaceError for shapes that do not fit.

    The level depends on how far the cosine with the nearest label stands above what a middling word (the median of the
    vocabulary) has with its own: 0 is such a word, 1 a label; `near` from .40 on, `far` below .22, `between` else.
    Plain cosines would not do, as they are no measure across spaces: a middling word has .44 in wiki-word2vec, whose
    vectors share a direction, and .10 in the GloVe spaces, where it was removed; and among a thousand labels every
    word is close to one. For the ten Fashion-MNIST labels the levels turn at cosines of .29 and .46 in
    glove-minilm-100d, .30 and .46 in glove-100d, .57 and .67 in wiki-word2vec. Shares of words that are not `far`, and
    that are `near`, as assets/words/measure_familiarity.py (which lists them) measures them:

                                                 glove-minilm-100d    glove-100d      wiki-word2vec
                                                 not far    near    not far   near    not far   near
        55 garments that are no labels             .98       .80      .98     .87       .91     .81
        12 fabrics                                1.00      1.00     1.00    1.00       .92     .75
         7 colours                                1.00      1.00     1.00    1.00      1.00     .43
        12 people (man, ballerina ...)             .58       .00      .67     .08       .08     .00
        10 seasons and places (summer, gym ...)    .30       .20      .30     .10       .20     .00
        27 things that are not worn                .19       .00      .19     .00       .15     .00
        2,000 random, 20,000 most frequent         .10       .02      .08     .02       .08     .01
        2,000 random, 100,000 most frequent        .05       .01      .05     .01       .13     .04

    So `near` is hardly ever said of what has nothing to do with clothes (of the places, gym and wedding), and `far`
    seldom of garments (in both GloVe spaces, of the cape alone). The percentile says how unusual such closeness is.
    """
    labels = np.ascontiguousarray(label_vectors, dtype=np.float32)
    vector = np.asarray(vector, dtype=np.float32)
    if labels.ndim != 2 or len(labels) < 1 or labels.shape[1] != space.dim or vector.shape != (space.dim,):
        raise WordSpaceError(
            f"Labels of shape {labels.shape} and a vector of shape {vector.shape} do not fit the space {space.name}, "
            f"which has {space.dim} numbers a word."
        )
    closeness = _vocabulary_closeness(space, labels)
    lengths = np.linalg.norm(labels, axis=1) * np.linalg.norm(vector)
    best = float(np.clip((labels @ vector / np.maximum(lengths, 1e-12)).max(), -1, 1))
    percentile = 100.0 * float(np.searchsorted(closeness, best)) / len(closeness)
    middling = float(np.clip(closeness[len(closeness) // 2], 0, _HIGHEST))
    above = (best - middling) / (1 - middling)
    shown = f"{round(best, 2) + 0.0:.2f}"  # never -0.00
    if above >= NEAR:
        return Familiarity(best, percentile, "near", _near_sentence(space, best, percentile))
    if above >= FAR:
        sentence = f"Some way from the training words (cosine {shown} to the nearest): part of this picture is a guess."
        return Familiarity(best, percentile, "between", sentence)
    sentence = f"Far from everything trained (cosine {shown} to the nearest label): this picture is a guess."
    return Familiarity(best, percentile, "far", sentence)


def _near_sentence(space: WordSpace, best: float, percentile: float) -> str:
    if best >= 0.999:
        return "This is a training word itself."
    closer = 100 - percentile
    share = f"{closer:.1f} %" if closer >= 0.1 else "fewer than 0.1 %"
    return f"Near the training words (cosine {best:.2f}): {share} of the words in {space.name} lie nearer."


def _vocabulary_closeness(space: WordSpace, labels: np.ndarray) -> np.ndarray:
    """Each word's cosine with its nearest label, sorted, float32 [len(space)]; kept for the last few label sets."""
    key = (space.hash, hashlib.blake2b(labels.tobytes(), digest_size=16).digest())
    with _lock:
        if key in _closeness:
            _closeness.move_to_end(key)
            return _closeness[key]
    unit = labels / np.maximum(np.linalg.norm(labels, axis=1, keepdims=True), 1e-12)
    parts = [(space.matrix[at : at + _ROWS] @ unit.T).max(axis=1) for at in range(0, len(space), _ROWS)]
    closeness = np.sort(np.concatenate(parts))
    with _lock:
        _closeness[key] = closeness
        while len(_closeness) > _KEPT:
            _closeness.popitem(last=False)
    return closeness
