"""How far a vector lies from everything a generator was trained on, said honestly."""

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Literal

import numpy as np

from explorer.words.errors import WordSpaceError
from explorer.words.space import WordSpace

NEAR = 0.45
FAR = 0.30
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

    The level depends on the cosine with the nearest label: `near` from .45 on, `far` below .30, `between` else.
    Measured in glove-100d against the ten Fashion-MNIST labels (share of the words with at least that cosine):

                                                             >= .30   >= .45   5 %, median, 95 %
        54 garments that are no labels (jeans, handbag ...)    1.00      .89   .43  .66  .82
        12 fabrics (suede, cotton ...)                         1.00     1.00   .51  .62  .73
         7 colours                                             1.00     1.00   .51  .56  .59
        12 people (man, ballerina ...)                          .67      .08   .14  .34  .47
        10 seasons and places (summer, office ...)              .30      .10   .17  .20  .48
        27 things that are not worn (banana, theorem ...)       .11      .00  -.04  .15  .36
        2,000 random words of the 20,000 most frequent          .07      .01  -.04  .10  .34
        2,000 random words of the 100,000 most frequent         .04      .01  -.03  .10  .27

    So `near` is hardly ever said of what is no garment, and `far` never of the 54 garments (slipper .32 and pumps .30
    are the lowest, as GloVe knows the slipper lobster and water pumps). Other labels have other words around them; the
    percentile says how unusual such closeness is for them.
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
    if best >= NEAR:
        return Familiarity(best, percentile, "near", _near_sentence(space, best, percentile))
    if best >= FAR:
        sentence = (
            f"Some way from the training words (cosine {best:.2f} to the nearest): part of this picture is a guess."
        )
        return Familiarity(best, percentile, "between", sentence)
    sentence = f"Far from everything trained (cosine {best:.2f} to the nearest label): this picture is a guess."
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
