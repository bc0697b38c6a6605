"""Pairs of a word and a style that a training leaves out, to see whether its generator can put the two together."""

import hashlib

import numpy as np

from explorer.data.imageset import ImageSet


def is_held_out_pair(word: str, style: str, share: float, seed: int) -> bool:
    """Whether a pair is of the share of all pairs, 0 to 1, that is held out: by a hash of the seed and both names."""
    digest = hashlib.blake2b(f"{seed}:{word}:{style}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64 < share


def held_out_pairs(pictures: ImageSet, share: float, seed: int) -> np.ndarray:
    """Which pictures are of a pair that is held out, bool [N]; none without styles, or with a share of 0."""
    if not pictures.styles or share <= 0:
        return np.zeros(len(pictures), dtype=bool)
    pairs = np.array(
        [[is_held_out_pair(word, style, share, seed) for style in pictures.styles] for word in pictures.words]
    )
    return pairs[pictures.labels, pictures.style_ids]
