"""What changes while a training goes on: pure functions of the images seen."""

import math


def lr_factor(images: int, budget: int, end: float, warmup: float = 2000.0) -> float:
    """The share of the learning rate at `images` of `budget`.

    It rises to 1 over the first `warmup` images (a twentieth of a budget that is small), if any, and stays there until
    the middle; then a cosine takes it down to `end`. A run whose budget is raised takes up the schedule of the new
    budget at the images it has seen: its rate jumps up, the more the longer it is to go on (a warm restart).
    """
    early = min(1.0, (images + 1) / min(warmup, budget / 20)) if warmup else 1.0
    late = min(1.0, max(0.0, 2 * images / budget - 1))
    return early * (end + (1 - end) * (1 + math.cos(math.pi * late)) / 2)


def ema_decay(images: int, batch: int, half_life: float) -> float:
    """How much of the average is kept at one step of `batch` images; `half_life` in images.

    Early on the half-life is a twentieth of what was seen, so that the average does not remember the beginning
    (the ramp-up of StyleGAN2-ADA).
    """
    return 0.5 ** (batch / max(min(half_life, images * 0.05), 1e-8))
