"""Every random number of a training, by the run's seed, the images seen so far and its purpose.

Nothing is drawn from a generator that lives on between steps, so a run that was killed and resumed draws exactly
what it would have drawn, and what the clock triggers (sheets, saves) disturbs nothing.
"""

import hashlib
from collections.abc import Sequence

import torch
from torch import Tensor

from explorer.models.conditioning import codes_from


def stream(seed: int, images: int, purpose: str) -> torch.Generator:
    """A fresh CPU generator for one purpose at one moment."""
    digest = hashlib.blake2b(f"{seed}/{images}/{purpose}".encode(), digest_size=8).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest, "big") >> 1)


def normal(shape: tuple[int, ...], seed: int, images: int, purpose: str) -> Tensor:
    """Standard normal float32 of this shape, on the CPU (the same numbers whatever the device)."""
    return torch.randn(shape, generator=stream(seed, images, purpose))


def uniform(shape: tuple[int, ...], seed: int, images: int, purpose: str) -> Tensor:
    """Uniform float32 on [0, 1), on the CPU."""
    return torch.rand(shape, generator=stream(seed, images, purpose))


def codes(count: int, kinds: Sequence[int], seed: int, images: int) -> Tensor:
    """InfoGAN's codes, float32 [count, sum of kinds]: see `codes_from`."""
    numbers = [uniform((count, 1), seed, images, f"code {place}") for place in range(len(kinds))]
    return codes_from(torch.cat([torch.empty(count, 0), *numbers], dim=1), kinds)


class EpochOrder:
    """The order of the pictures: every epoch a new permutation, cut into batches that may span two epochs."""

    def __init__(self, count: int, seed: int, purpose: str = "order"):
        self.count, self.seed, self.purpose = count, seed, purpose
        self._epoch, self._permutation = -1, torch.empty(0, dtype=torch.int64)

    def _permuted(self, epoch: int) -> Tensor:
        if epoch != self._epoch:
            self._permutation = torch.randperm(self.count, generator=stream(self.seed, epoch, self.purpose))
            self._epoch = epoch
        return self._permutation

    def batch(self, images: int, size: int) -> Tensor:
        """Indices [size] of the pictures that follow the first `images` ones."""
        parts, position = [], images
        while position < images + size:
            epoch, start = divmod(position, self.count)
            take = min(images + size - position, self.count - start)
            parts.append(self._permuted(epoch)[start : start + take])
            position += take
        return torch.cat(parts)
