"""What changes while a training goes on: pure functions of the images seen."""

import math


def lr_factor(images: int, budget: int, end: float) -> float:
    """The share of the learning rate at `images` of `budget`: 1 for the first half, then a cosine down to `end`."""
    late = min(1.0, max(0.0, 2 * images / budget - 1))
    return end + (1 - end) * (1 + math.cos(math.pi * late)) / 2


def ema_decay(images: int, batch: int, half_life: float) -> float:
    """How much of the average is kept at one step of `batch` images; `half_life` in images.

    Early on the half-life is a twentieth of what was seen, so that the average does not remember the beginning
    (the ramp-up of StyleGAN2-ADA).
    """
    return 0.5 ** (batch / max(min(half_life, images * 0.05), 1e-8))
