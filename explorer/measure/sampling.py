"""Samples to measure: uint8, each from its own condition, the same on every call."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from explorer.checkpoint import Checkpoint
from explorer.data import ImageSet
from explorer.models.conditioning import codes_from
from explorer.models.pixels import to_bytes

ROWS = 16  # of every forward pass, the last padded: rounding follows the shape, and few rows stay in the cache


@torch.no_grad()
def draw(checkpoint: Checkpoint, conditions: np.ndarray, seed: int, styles: Tensor | None = None) -> Tensor:
    """A picture for each condition [N, D], uint8 [N, C, H, W] on the generator's device: psi 1, no jitter, z by seed.

    styles: weights [N, S] of the checkpoint's styles; open, if None, or where it has none. Codes, where the generator
    is conditioned on those instead, are sampled as in training, by the seed too.
    """
    generator = checkpoint.generator
    device, count = next(generator.parameters()).device, len(conditions)
    padded = _padded(count)
    z = torch.zeros((padded, checkpoint.z_dim))
    z[:count] = torch.randn((count, checkpoint.z_dim), generator=torch.Generator().manual_seed(seed))
    c = torch.zeros((padded, conditions.shape[1]))
    c[:count] = torch.from_numpy(np.array(conditions, dtype=np.float32))
    codes = codes_of(checkpoint, count, seed)
    weights = None
    if styles is not None and checkpoint.styles:
        weights = torch.zeros((padded, len(checkpoint.styles)))
        weights[:count] = styles
    pictures = torch.empty((padded, *checkpoint.image_shape), dtype=torch.uint8, device=device)
    for start in range(0, padded, ROWS):
        rows = slice(start, start + ROWS)
        if codes is not None:
            condition = codes[rows].to(device)
        elif weights is not None:
            condition = checkpoint.condition(c[rows].to(device), styles=weights[rows].to(device))
        else:
            condition = checkpoint.condition(c[rows].to(device))
        pictures[rows] = to_bytes(generator(z[rows].to(device), condition)).permute(0, 3, 1, 2)
    return pictures[:count]


def label_conditions(checkpoint: Checkpoint, words: tuple[str, ...], labels: Tensor) -> np.ndarray:
    """The conditions of labels int64 [N] of `words`, float32 [N, D], whatever the checkpoint's own order of labels.

    Zeros for a checkpoint without labels.
    """
    if not checkpoint.labels:
        return np.zeros((len(labels), checkpoint.label_vectors.shape[1]), dtype=np.float32)
    return checkpoint.label_vectors[[checkpoint.labels.index(words[label]) for label in labels.tolist()]]


def style_weights(checkpoint: Checkpoint, pictures: ImageSet, rows: np.ndarray) -> Tensor | None:
    """Weights of the styles of some pictures, by their rows: float32 [N, S], one 1 each, in the checkpoint's order.

    Zeros for a style that it lacks; None where it has no styles, or the pictures have none.
    """
    if not (checkpoint.styles and pictures.styles):
        return None
    own = torch.tensor([[style == name for name in checkpoint.styles] for style in pictures.styles]).float()
    return own[torch.from_numpy(pictures.style_ids[rows])]


def one_style(checkpoint: Checkpoint, styles: Sequence[str]) -> Tensor:
    """Weights of one style of the checkpoint each: float32 [N, S]."""
    return torch.nn.functional.one_hot(
        torch.tensor([checkpoint.styles.index(style) for style in styles]), len(checkpoint.styles)
    ).float()


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
