"""Samples to measure: bytes as files hold them, each from its own condition, the same on every call."""

import numpy as np
import torch
from torch import Tensor

from explorer.checkpoint import Checkpoint
from explorer.models.conditioning import codes_from
from explorer.models.pixels import to_bytes

ROWS = 16  # of every forward pass, the last padded: rounding follows the shape, and few rows stay in the cache


@torch.no_grad()
def draw(checkpoint: Checkpoint, conditions: np.ndarray, seed: int) -> Tensor:
    """A picture for each condition [N, D], uint8 [N, C, H, W] where the generator is: psi 1, no jitter, z by seed.

    Codes, where the generator hears those instead, are drawn as in training, by the seed too.
    """
    generator = checkpoint.generator
    device, count = next(generator.parameters()).device, len(conditions)
    whole = _whole(count)
    z = torch.zeros((whole, checkpoint.z_dim))
    z[:count] = torch.randn((count, checkpoint.z_dim), generator=torch.Generator().manual_seed(seed))
    c = torch.zeros((whole, conditions.shape[1]))
    c[:count] = torch.from_numpy(np.array(conditions, dtype=np.float32))
    codes = codes_of(checkpoint, count, seed)
    pictures = torch.empty((whole, *checkpoint.image_shape), dtype=torch.uint8, device=device)
    for start in range(0, whole, ROWS):
        rows = slice(start, start + ROWS)
        heard = checkpoint.condition(c[rows].to(device)) if codes is None else codes[rows].to(device)
        pictures[rows] = to_bytes(generator(z[rows].to(device), heard)).permute(0, 3, 1, 2)
    return pictures[:count]


def codes_of(checkpoint: Checkpoint, count: int, seed: int) -> Tensor | None:
    """What `draw` tells a generator that hears codes, for so many pictures, [count or a few more, sum of kinds]; None
    for another."""
    kinds = checkpoint.description.codes
    if not kinds:
        return None
    return codes_from(torch.rand((_whole(count), len(kinds)), generator=torch.Generator().manual_seed(seed + 1)), kinds)


def _whole(count: int) -> int:
    return -(-count // ROWS) * ROWS
