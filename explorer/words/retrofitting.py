"""Vectors drawn towards those of words that mean the same, or the next wider or narrower thing.

"Retrofitting" (Faruqui, Dodge, Jauhar, Dyer, Hovy, Smith 2015, https://arxiv.org/abs/1411.4166).
"""

from collections.abc import Collection, Sequence
from itertools import combinations, product

import numpy as np

from explorer.words.wordnet import Synset

ROUNDS = 10  # as in the paper; each round halves what is left to go


def related(words: Sequence[str], synsets: Sequence[Synset], exclude: Collection[str] = frozenset()) -> np.ndarray:
    """The pairs of words that share a meaning, or of which one's meaning is the next wider one.

    Rows of `words`, int64 [P, 2], every pair once with the lower row first. A word of several parts is looked up with
    blanks, hyphens or underscores. `exclude`: words, in lower case, that no pair may hold, however they are spelled.
    """
    rows = {word: row for row, word in enumerate(words)}
    known = [[row for word in synset.words if (row := _row(word, rows, exclude)) is not None] for synset in synsets]
    pairs: set[tuple[int, int]] = set()
    for synset, here in zip(synsets, known, strict=True):
        pairs.update(combinations(here, 2))
        for wider in synset.wider:
            pairs.update(product(here, known[wider]))
    kept = sorted({(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]})
    return np.array(kept, dtype=np.int64).reshape(-1, 2)


def retrofit(matrix: np.ndarray, pairs: np.ndarray, rounds: int = ROUNDS) -> np.ndarray:
    """`matrix` [V, dim] with every row that stands in `pairs` [P, 2] drawn towards its partners; float32, new lengths.

    The paper's weights: in every round a word becomes the mean of its first vector and of its partners' mean. All move
    at once, where the paper's program moves one after the other: the limit is the same, and no order matters.
    """
    from scipy.sparse import csr_array

    moved = np.array(matrix, dtype=np.float32)
    if not len(pairs):
        return moved
    rows, places = np.unique(pairs, return_inverse=True)
    first, second = places.reshape(-1, 2).T
    here, there = np.concatenate([first, second]), np.concatenate([second, first])
    shares = (1 / np.bincount(here)).astype(np.float32)
    mean_of = csr_array((shares[here], (here, there)), shape=(len(rows), len(rows)))
    start = now = moved[rows]
    for _ in range(rounds):
        now = (start + mean_of @ now) / 2
    moved[rows] = now
    return moved


def _row(word: str, rows: dict[str, int], exclude: Collection[str]) -> int | None:
    spelled = [written.replace(" ", joint) for written in (word, word.lower()) for joint in (" ", "-", "_")]
    if any(form.lower() in exclude for form in spelled):
        return None
    return next((rows[form] for form in spelled if form in rows), None)
