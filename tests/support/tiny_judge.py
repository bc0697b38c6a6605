"""A small real judge, untrained: for tests of everything that reads pictures."""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from explorer.measure.judge.format import write_judge
from explorer.measure.judge.network import FEATURES, JudgeNetwork
from explorer.models.pixels import from_bytes


def publish_tiny_judge(
    folder: Path,
    words: Sequence[str],
    shape: tuple[int, int, int] = (1, 28, 28),
    *,
    torn_over: Tensor | None = None,
    sees: str | None = None,
    source: str = "nothing",
) -> Path:
    """Write a judge of these classes that is undecided on some pictures, uint8 [N, C, H, W], or judges all as one."""
    torch.manual_seed(0)
    network = JudgeNetwork(shape[0], shape[1], len(words))
    with torch.no_grad():
        if torn_over is not None:  # whatever the pictures have in common decides nothing
            features = network.features(from_bytes(torn_over))
            network.head.weight.copy_(torch.randn(len(words), FEATURES) / features.std(dim=0).clamp(min=1e-6))
            network.head.bias.copy_(-(network.head.weight @ features.mean(dim=0)))
        if sees is not None:
            network.head.bias[list(words).index(sees)] = 1e6
    tensors = {name: tensor.contiguous() for name, tensor in network.state_dict().items()}
    write_judge(folder, tensors, words=tuple(words), shape=shape, source=source, accuracy=0.5, made={})
    return folder
