"""Samples to measure: uint8, each from its own condition, the same on every call."""

import numpy as np
import torch
from torch import Tensor

from explorer.checkpoint import Checkpoint
from explorer.models.conditioning import codes_from
from explorer.models.pixels import to_bytes

ROWS = 16  # of every forward pass, the last padded: rounding follows the shape, and few rows stay in the cache


@torch.no_grad()
def draw(checkpoint: Checkpoint, conditions: np.ndarray, seed: int) -> Tensor:
    """A picture for each condition [N, D], uint8 [N, C, H, W] on the generator's device: psi 1, no jitter, z by seed.

    Codes, where the generator is conditioned on those instead, are sampled as in training, by the seed too.
    """
    generator = checkpoint.generator
    device, count = next(generator.parameters()).device, len(conditions)
    padded = _padded(count)
    z = torch.zeros((padded, checkpoint.z_dim))
    z[:count] = torch.randn((count, checkpoint.z_dim), generator=torch.Generator().manual_seed(seed))
    c = torch.zeros((padded, conditions.shape[1]))
    c[:count] = torch.from_numpy(np.array(conditions, dtype=np.float32))
    codes = codes_of(checkpoint, count, seed)
    pictures = torch.empty((padded, *checkpoint.image_shape), dtype=torch.uint8, device=device)
    for start in range(0, padded, ROWS):
        rows = slice(start, start + ROWS)
        condition = checkpoint.condition(c[rows].to(device)) if codes is None else codes[rows].to(device)
        pictures[rows] = to_bytes(generator(z[rows].to(device), condition)).permute(0, 3, 1, 2)
    return pictures[:count]


def label_conditions(checkpoint: Checkpoint, words: tuple[str, ...], labels: Tensor) -> np.ndarray:
    """The conditions of labels int64 [N] of `words`, float32 [N, D], whatever the checkpoint's own order of labels.

    Zeros for a checkpoint without labels.
    """
    if not checkpoint.labels:
        return np.zeros((len(labels), checkpoint.label_vectors.shape[1]), dtype=np.float32)
    return checkpoint.label_vectors[[checkpoint.labels.index(words[label]) for label in labels.tolist()]]


def codes_of(checkpoint: Checkpoint, count: int, seed: int) -> Tensor | None:
    """The codes from which `draw` draws so many pictures, float32 [count or a few more, sum of kinds]; None for a
    generator without codes."""
    kinds = checkpoint.description.codes
    if not kinds:
        return None
    return codes_from(
        torch.rand((_padded(count), len(kinds)), generator=torch.Generator().manual_seed(seed + 1)), kinds
    )


def _padded(count: int) -> int:
    return -(-count // ROWS) * ROWS
