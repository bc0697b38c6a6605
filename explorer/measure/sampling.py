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
    whole = -(-count // ROWS) * ROWS
    z = torch.zeros((whole, checkpoint.z_dim))
    z[:count] = torch.randn((count, checkpoint.z_dim), generator=torch.Generator().manual_seed(seed))
    c = torch.zeros((whole, conditions.shape[1]))
    c[:count] = torch.from_numpy(np.array(conditions, dtype=np.float32))
    kinds = generator.config.codes if checkpoint.description.hears == "codes" else ()
    codes = codes_from(torch.rand((whole, len(kinds)), generator=torch.Generator().manual_seed(seed + 1)), kinds)
    pictures = torch.empty((whole, *checkpoint.image_shape), dtype=torch.uint8, device=device)
    for start in range(0, whole, ROWS):
        rows = slice(start, start + ROWS)
        heard = codes[rows].to(device) if kinds else checkpoint.condition(c[rows].to(device))
        pictures[rows] = to_bytes(generator(z[rows].to(device), heard)).permute(0, 3, 1, 2)
    return pictures[:count]
