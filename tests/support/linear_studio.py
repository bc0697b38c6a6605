"""A studio whose generator is linear and draws its inputs: the first pixels are z / 8, then the word's vector.

So the z and the c of every tile can be read off its picture, and any walk, sum or axis be checked by hand.
"""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch
from tiny_checkpoint import publish_tiny
from torch import Tensor, nn

from explorer.explore import Studio
from explorer.explore.render import studio

Z, C = 16, 100
Z_STEP, C_STEP = 8 / 127.5, 1 / 127.5  # of a grey level: what is read off is right to half of it


class LinearGenerator(nn.Module):
    modulated = 0  # it has no mapping network

    def __init__(self):
        super().__init__()
        self.map = nn.Linear(Z + C, 28 * 28, bias=False)
        with torch.no_grad():
            self.map.weight.zero_()
            self.map.weight[:Z, :Z] = torch.eye(Z) / 8
            self.map.weight[Z : Z + C, Z:] = torch.eye(C)

    def forward(self, z: Tensor, c: Tensor, at: object = None) -> Tensor:
        return self.map(torch.cat([z, c], dim=1)).unflatten(1, (1, 28, 28))


def linear_studio(folder: Path, patch: pytest.MonkeyPatch) -> Studio:
    """A studio in which the checkpoint at `folder` is linear, and every other one that is opened too."""
    publish_tiny(folder)
    load = studio.checkpoints.load

    def linear(*args: object, **options: object):
        return dataclasses.replace(load(*args, **options), generator=LinearGenerator().eval().requires_grad_(False))

    patch.setattr(studio.checkpoints, "load", linear)
    return Studio(device="cpu")


def z_seen(tiles: np.ndarray) -> np.ndarray:
    """The z that tiles [..., 28, 28, 1] were drawn from, to half of Z_STEP."""
    return _values(tiles)[..., :Z] * 8


def c_seen(tiles: np.ndarray) -> np.ndarray:
    """The condition, to half of C_STEP."""
    return _values(tiles)[..., Z : Z + C]


def _values(tiles: np.ndarray) -> np.ndarray:
    return tiles.reshape(*tiles.shape[:-3], -1).astype(np.float64) / 127.5 - 1
