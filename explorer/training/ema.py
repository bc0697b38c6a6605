"""The averaged generator: what is shown and published."""

import copy

import torch
from torch import nn


def averaged(network: nn.Module) -> nn.Module:
    """A frozen copy of a network, to be moved along by `follow`."""
    return copy.deepcopy(network).eval().requires_grad_(False)


@torch.no_grad()
def follow(average: nn.Module, network: nn.Module, decay: float) -> None:
    """Parameters: average = decay * average + (1 - decay) * network. Buffers are copied."""
    own, new = list(average.parameters()), list(network.parameters())
    torch._foreach_lerp_(own, [p.detach() for p in new], 1 - decay)
    for mine, theirs in zip(average.buffers(), network.buffers(), strict=True):
        mine.copy_(theirs)
