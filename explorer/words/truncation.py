"""Word truncation on vectors: a word takes one of the labels nearest to it, and its vector goes towards that label."""

import numpy as np

# Without a bound the many unlike labels of a large vocabulary outweigh the few alike: at this temperature, of 759 words
# for emoji, the eight nearest hold .99 of what all would for `kitten`, and .59 for `slipper`, which none is like.
NEAREST = 8
# Sharp enough that what nobody would accept is rare, and even enough that near equals share: among those words `kitten`
# is a cat in .86 of the tiles, `spectacles` are sunglasses in .72 and glasses in .25, `sofa` a bed in .63 and a chair
# in .32.
TEMPERATURE = 0.03
SAME = 1 - 1e-5  # cosine from which a word is the label itself


def label_shares(label_vectors: np.ndarray, vector: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The places of the labels that a word may take, nearest first, and how often it takes each: shares, sum 1.

    A softmax of the cosines of the unit `vector` [D] with its eight nearest labels [K, D], unit too; all of the label
    itself where the word is one.
    """
    near, weights = _weights(label_vectors, vector)
    return near, weights / weights.sum()


def labels_taken(label_vectors: np.ndarray, vector: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """The place of the label that each of some random numbers in (0, 1) [N] takes, int64 [N]; see `label_shares`."""
    near, weights = _weights(label_vectors, vector)
    heights = np.cumsum(weights)
    return near[np.searchsorted(heights[:-1] / heights[-1], numbers)]


def towards_labels(label_vectors: np.ndarray, vector: np.ndarray, share: float, taken: np.ndarray) -> np.ndarray:
    """The vectors of pictures that took these labels, float32 [N, D]: normalise((1 - share) c + share l).

    0 leaves the unit `vector` c [D] as it is and 1 gives the label's, l, both bit for bit; a word that is the label
    stays what it is.
    """
    if not share:
        return np.tile(vector.astype(np.float32), (len(taken), 1))
    rows = {}
    for place in np.unique(taken):
        label = label_vectors[place]
        mixed = (1.0 - share) * vector.astype(np.float64) + share * label
        length = float(np.linalg.norm(mixed))
        if float(label.astype(np.float64) @ vector) > SAME:
            rows[place] = vector
        else:
            rows[place] = label if share == 1 or length < 1e-6 else mixed / length
    return np.stack([rows[place] for place in taken]).astype(np.float32)


def _weights(label_vectors: np.ndarray, vector: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The shares, not yet divided by their sum."""
    cosines = label_vectors.astype(np.float64) @ vector
    near = np.argsort(-cosines, kind="stable")[:NEAREST]
    if cosines[near[0]] > SAME:
        return near[:1], np.ones(1)
    return near, np.exp((cosines[near] - cosines[near[0]]) / TEMPERATURE)
