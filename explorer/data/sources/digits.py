"""scikit-learn's `load_digits`: 1,797 handwritten digits that come with the library, nothing to download."""

import numpy as np

from explorer.data.imageset import DataError, ImageSet
from explorer.data.sources.enlarge import enlarge
from explorer.lazy import imported

WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

_TRAINING = 1500
"""The first 1,500 are for training. The file has one writer after another, so the rest are mostly by others."""


def load_digits_set(split: str = "train", size: int | None = None) -> ImageSet:
    """The digits, grey, white on black; `train` has 1,500 of them, `test` the other 297.

    They are 8 x 8 and come out 28 x 28 by default: three times as large with two pixels of margin, which is
    how MNIST frames its digits and the cheapest size that the networks have. 32 and 64 keep a margin as well.
    """
    if split not in ("train", "test"):
        raise DataError(f"digits has the splits train and test, but no {split!r}.")
    size = size or 28
    bunch = imported("sklearn.datasets").load_digits()
    grey = np.rint(bunch.images * (255 / 16)).astype(np.uint8)
    part = slice(None, _TRAINING) if split == "train" else slice(_TRAINING, None)
    return ImageSet(
        name="digits",
        images=enlarge(grey[part], (size - 4) // 8, size),
        labels=bunch.target[part].astype(np.int64),
        words=WORDS,
    )
