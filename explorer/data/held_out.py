"""Words, and pairs of a word and a style, that a training leaves out, to see what its generator makes of them.

A share is chosen by a hash of the seed and the names, so that the same ones are chosen on any machine, in any order.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence

import numpy as np

from explorer.data.imageset import DataError, ImageSet
from explorer.errors import shown


def is_share(entry: str) -> bool:
    """Whether an entry among the classes to hold out is written as a share of them, as `10%`."""
    return re.fullmatch(r"\s*[0-9.]{1,9}\s*%\s*", entry) is not None


def held_out_words(entries: Iterable[str], words: Sequence[str], seed: int) -> tuple[str, ...]:
    """The words that entries mean, in their order: a word means itself, `10%` about a tenth of `words`. A class that is
    itself called `10%` is meant by that. Raises DataError for a share that is not above 0 and below 100 %."""
    found: dict[str, None] = {}
    for entry in entries:
        if not is_share(entry) or entry in words:
            found[entry] = None
            continue
        try:
            share = float(entry.strip().rstrip("%")) / 100
        except ValueError:
            share = 0.0
        if not 0 < share < 1:
            raise DataError(f"No share of the classes can be {shown(entry, 30)!r}: write it as 10%.")
        found |= dict.fromkeys(word for word in words if _chance(seed, word) < share)
    return tuple(found)


def is_held_out_pair(word: str, style: str, share: float, seed: int) -> bool:
    """Whether a pair is of the share of all pairs, 0 to 1, that is held out."""
    return _chance(seed, word, style) < share


def held_out_pairs(pictures: ImageSet, share: float, seed: int) -> np.ndarray:
    """Which pictures are of a pair that is held out, bool [N]; none without styles, or with a share of 0."""
    if not pictures.styles or share <= 0:
        return np.zeros(len(pictures), dtype=bool)
    pairs = np.array(
        [[is_held_out_pair(word, style, share, seed) for style in pictures.styles] for word in pictures.words]
    )
    return pairs[pictures.labels, pictures.style_ids]


def _chance(seed: int, *names: str) -> float:
    """A number of [0, 1) for these names."""
    digest = hashlib.blake2b(":".join([str(seed), *names]).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64
