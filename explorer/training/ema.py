"""The averaged generator: what is shown and published."""

import copy
from collections.abc import Iterable

import torch
from torch import Tensor, nn


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


@torch.no_grad()
def settle(average: nn.Module, batches: Iterable[tuple[Tensor, ...]]) -> None:
    """Measure the statistics of batch norm anew, on these inputs: those that were copied belong to other weights."""
    norms = [module for module in average.modules() if isinstance(module, nn.BatchNorm2d)]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # a plain mean over the batches
        norm.train()
    for batch in batches if norms else ():
        average(*batch)
    average.eval()
