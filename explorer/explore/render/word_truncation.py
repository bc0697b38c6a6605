"""Word truncation: each tile draws one of the labels nearest to the word, and its condition goes towards that label.

A word between two labels comes out as the one in some tiles and as the other in the rest. Their mean, which a blend
gives, is a condition that no picture was trained on, and is drawn as a blur of both.
"""

import numpy as np

from explorer.checkpoint import Checkpoint
from explorer.explore.spec.latents import uniform_of
from explorer.explore.spec.spec import Spec

# Without a bound the many unlike labels of a large vocabulary outweigh the few alike: at this temperature, of 759 words
# for emoji, the eight nearest hold .99 of what all would for `kitten`, and .59 for `slipper`, which none is like.
NEAREST = 8
# Sharp enough that what nobody would accept is rare, and even enough that near equals share: among those words `kitten`
# is a cat in .86 of the tiles, `spectacles` are sunglasses in .72 and glasses in .25, `sofa` a bed in .63 and a chair
# in .32.
TEMPERATURE = 0.03
SAME = 1 - 1e-5  # cosine from which a word is the label itself


def labels_taken(checkpoint: Checkpoint, spec: Spec, vector: np.ndarray) -> np.ndarray:
    """The place of the label that each tile takes, int64 [spec.count].

    By a softmax of the cosines of the unit `vector` [D] with its nearest labels, and a random number of the tile's own
    (seed, index), so that no tile depends on how many are drawn. A label that was typed is taken by all.
    """
    cosines = checkpoint.label_vectors.astype(np.float64) @ vector
    near = np.argsort(-cosines, kind="stable")[:NEAREST]
    if cosines[near[0]] > SAME:
        return np.full(spec.count, near[0])
    heights = np.cumsum(np.exp((cosines[near] - cosines[near[0]]) / TEMPERATURE))
    return near[np.searchsorted(heights[:-1] / heights[-1], uniform_of(spec))]


def truncated(checkpoint: Checkpoint, spec: Spec, vector: np.ndarray) -> np.ndarray:
    """Each tile's vector, float32 [spec.count, D]: normalise((1 - t) c + t l), l that of the label it takes.

    0 leaves the unit `vector` [D] as it is and 1 gives the label's, both bit for bit; a label that was typed stays what
    it is, and so does whatever an unconditional generator is given.
    """
    share = spec.word_truncation
    if not share or not checkpoint.conditional:
        return np.tile(vector.astype(np.float32), (spec.count, 1))
    rows = {}
    for place in np.unique(taken := labels_taken(checkpoint, spec, vector)):
        label = checkpoint.label_vectors[place]
        mixed = (1.0 - share) * vector.astype(np.float64) + share * label
        length = float(np.linalg.norm(mixed))
        if float(label.astype(np.float64) @ vector) > SAME:
            rows[place] = vector
        else:
            rows[place] = label if share == 1 or length < 1e-6 else mixed / length
    return np.stack([rows[place] for place in taken]).astype(np.float32)


def label_names(checkpoint: Checkpoint, spec: Spec, vector: np.ndarray) -> tuple[str, ...]:
    """The label that each tile takes; () without word truncation."""
    if not spec.word_truncation or not checkpoint.conditional:
        return ()
    return tuple(checkpoint.labels[place] for place in labels_taken(checkpoint, spec, vector))
