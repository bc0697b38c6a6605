"""Seed and index to noise: each tile has its own stream, so no tile depends on how many are drawn with it.

The words come from NumPy's Philox counter generator keyed by (seed, index, purpose): NumPy promises its raw stream for
good (NEP 19), which it does not for `standard_normal`. The normal deviate is the inverse distribution function of the
word, so the same seed gives the same picture in every version of NumPy and torch.
"""

from collections.abc import Sequence
from enum import IntEnum

import numpy as np

from explorer.explore.spec.normal import ndtri


class Purpose(IntEnum):
    """What a stream is for; the numbers are part of every stored spec, so they never change."""

    Z = 0
    JITTER = 1
    RESAMPLE = 2
    CODES = 3


def words(seed: int, index: int, purpose: Purpose, dim: int) -> np.ndarray:
    """The first `dim` raw 64-bit words of one tile's stream, uint64 [dim].

    seed: 0 .. 2**63-1; index: 0 .. 2**31-1.
    """
    key = np.array([seed, (int(purpose) << 32) | index], dtype=np.uint64)
    return np.random.Philox(key=key).random_raw(dim)


def normals(keys: Sequence[tuple[int, int]], dim: int, purpose: Purpose = Purpose.Z) -> np.ndarray:
    """Standard normal noise for tiles named by (seed, index), float64 [len(keys), dim].

    Of each word one bit is the sign and 53 the lower-tail probability, so both tails are equally fine (to 8.3) and no
    value is infinite.
    """
    raw = np.empty((len(keys), dim), dtype=np.uint64)
    for row, (seed, index) in enumerate(keys):
        raw[row] = words(seed, index, purpose, dim)
    magnitude = ndtri(tail_probability(raw))  # <= 0
    return np.where(raw & np.uint64(1), -magnitude, magnitude)


def tail_probability(raw: np.ndarray) -> np.ndarray:
    """The upper 53 bits of each word as a probability in (0, 1/2], float64."""
    return ((raw >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-54


def z(seed: int, index: int, dim: int) -> np.ndarray:
    """The latent of one tile, float64 [dim]."""
    return normals([(seed, index)], dim)[0]
