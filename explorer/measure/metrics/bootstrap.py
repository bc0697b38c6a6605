"""Means over words, and how far chance in the choice of words may have moved them (Efron 1979)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

RESAMPLES, SEED = 2000, 9


@dataclass(frozen=True)
class Interval:
    """A mean over words, and the bounds between which it lies in 95 % of resamples of as many words."""

    mean: float
    low: float
    high: float


def interval_of(values: Sequence[float]) -> Interval:
    """The mean of one or more values, one a word, with its interval by percentiles of 2,000 resamples of a fixed seed.

    Give differences, word by word, where two figures of the same words are to be compared.
    """
    found = np.asarray(values, dtype=np.float64)
    drawn = np.random.default_rng(SEED).integers(0, len(found), (RESAMPLES, len(found)))
    low, high = np.percentile(found[drawn].mean(axis=1), (2.5, 97.5))
    return Interval(float(found.mean()), float(low), float(high))
