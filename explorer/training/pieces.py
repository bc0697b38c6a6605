"""What every training step has in common: its batch, the pieces that it is computed in, what D sees, and its log."""

from typing import NamedTuple

import torch
from torch import Tensor

from explorer.training import rng
from explorer.training.augment import NUMBERS, diffaugment
from explorer.training.distributed import Distributed, split_batch, to_device
from explorer.training.settings import TrainConfig
from explorer.training.state import TrainState


class Batch(NamedTuple):
    """real: pictures [N, C, H, W] in [-1, 1]. c: their conditions [N, c_dim]: the vector of a word of their label and
    weights of styles, their label as one-hot, or codes. paired: weights [N] of the term that pulls G's picture towards
    the real one, where the training has it. other: of a translator, as many pictures of its second domain."""

    real: Tensor
    c: Tensor
    paired: Tensor | None = None
    other: Tensor | None = None


def augmented(
    state: TrainState,
    config: TrainConfig,
    purpose: str,
    piece: slice,
    distributed: Distributed,
    *pictures: Tensor,
) -> tuple[Tensor, ...]:
    """Pictures as D is to see them, with `diffaugment`, each of the groups by numbers of its own; else as they are."""
    if not config.diffaugment:
        return pictures
    found = []
    for number, some in enumerate(pictures):
        uniform = rng.uniform((config.batch, NUMBERS), config.seed, state.images, f"augment {number}, {purpose}")
        found.append(diffaugment(some, to_device(uniform[distributed.shard(config.batch)][piece], some.device)))
    return tuple(found)


def draw_noise(
    state: TrainState, config: TrainConfig, purpose: str, width: int, distributed: Distributed, device: torch.device
) -> Tensor:
    """Standard normal numbers [N, width] for this process's share of the batch."""
    noise = rng.normal((config.batch, width), config.seed, state.images, purpose)
    return to_device(noise[distributed.shard(config.batch)], device)


def pieces(state: TrainState, config: TrainConfig, real: Tensor) -> list[tuple[slice, float]]:
    """Slices of this process's pictures to be computed one after another, each with its share of the whole batch."""
    slices = split_batch(len(real), state.setbacks.pieces)
    return [(piece, (piece.stop - piece.start) / config.batch) for piece in slices]


def autocast(config: TrainConfig, device: torch.device) -> torch.autocast:
    """bfloat16 autocast where `precision` is bf16."""
    return torch.autocast(device.type, torch.bfloat16, enabled=config.precision == "bf16")


def add_to(log: dict[str, Tensor], share: float, **values: Tensor) -> None:
    """Add values to a log, weighted by the share of the batch that they are of."""
    for name, value in values.items():
        log[name] = log.get(name, 0) + value.detach() * share
