"""Enlarge small square pictures to a network's size by a whole factor, then add an even border."""

import numpy as np
from PIL import Image


def enlarge(images: np.ndarray, factor: int, size: int) -> np.ndarray:
    """uint8 [N, H, W] on black -> uint8 [N, 1, size, size]: each side times `factor` (bicubic), then black all round.

    A whole factor keeps every stroke as even as it was, and a factor of 1 keeps every pixel: 28 x 28 becomes
    32 x 32 by two pixels of border, as LeNet had it.
    """
    side = images.shape[1] * factor
    before = (size - side) // 2
    framed = np.zeros((len(images), 1, size, size), dtype=np.uint8)
    inside = framed[:, 0, before : before + side, before : before + side]
    if factor == 1:
        inside[:] = images
    else:
        for target, image in zip(inside, images, strict=True):
            target[:] = Image.fromarray(image).resize((side, side), Image.Resampling.BICUBIC)
    return framed
