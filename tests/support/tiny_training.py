"""A training of the digits that takes seconds, and what makes two of its run folders the same."""

from pathlib import Path

import torch
from safetensors.torch import load_file

BUDGET = 0.64  # kimg: 20 steps, each saved
TINY = {"data": "digits", "size": 4, "z_dim": 8, "batch": 32, "save_seconds": 1e-3, "sheet_kimg": 0.5, "ema_kimg": 0.5}


def weights(folder: Path) -> dict[str, torch.Tensor]:
    parts = ("generator", "discriminator")
    return {f"{p}.{k}": v for p in parts for k, v in load_file(folder / f"checkpoint/{p}.safetensors").items()}


def assert_same(folder: Path, other: Path) -> None:
    mine, theirs = weights(folder), weights(other)
    assert mine.keys() == theirs.keys()
    assert [name for name in mine if not torch.equal(mine[name], theirs[name])] == []
