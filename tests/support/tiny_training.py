"""A training of the digits that takes seconds, interruptions of it, and the comparison of two of its run folders."""

import json
import signal
from collections.abc import Callable
from pathlib import Path

import torch
from safetensors.torch import load_file

from explorer.data import ImageSet, load
from explorer.words import WordSpace, open_space

BUDGET = 0.64  # kimg: 20 steps, each saved
TINY = {"data": "digits", "size": 4, "z_dim": 8, "batch": 32, "save_seconds": 1e-3, "sheet_kimg": 0.5, "ema_kimg": 0.5}


def load_digits() -> tuple[ImageSet, WordSpace]:
    """The pictures and the word space that it is trained on."""
    return load("digits"), open_space("glove-minilm-100d")


def leave(line: dict) -> None:
    """A report that interrupts the training at its first line."""
    signal.raise_signal(signal.SIGTERM)


def leave_at(images: int, kind: signal.Signals = signal.SIGTERM) -> Callable[[dict], None]:
    """A report that interrupts the training when it has seen so many images."""
    return lambda line: signal.raise_signal(kind) if line["images"] == images else None


def status(folder: Path) -> dict:
    return json.loads((folder / "status.json").read_text("utf-8"))


def weights(folder: Path) -> dict[str, torch.Tensor]:
    parts = ("generator", "discriminator")
    return {f"{p}.{k}": v for p in parts for k, v in load_file(folder / f"checkpoint/{p}.safetensors").items()}


def assert_same(folder: Path, other: Path) -> None:
    mine, theirs = weights(folder), weights(other)
    assert mine.keys() == theirs.keys()
    assert [name for name in mine if not torch.equal(mine[name], theirs[name])] == []
