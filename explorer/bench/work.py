"""FLOP and seconds of a piece of work."""

from collections.abc import Callable
from time import perf_counter

import torch
from torch.utils.flop_counter import FlopCounterMode
from torch.utils.module_tracker import ModuleTracker


def flops_of(work: Callable[[], object]) -> int:
    """Additions and multiplications of all convolutions and matrix products in one run of `work`, backward too.

    By torch's own counter: nothing for activations, sums, resampling or an optimiser's step.
    """
    counter = FlopCounterMode(display=False)
    counter.mod_tracker = _NoTracker()
    with counter:
        work()
    return counter.get_total_flops()


def seconds_of(work: Callable[[], object], device: torch.device) -> float:
    """Wall time of one run of `work`, with all that it left to the device."""
    _synchronize(device)
    start = perf_counter()
    work()
    _synchronize(device)
    return perf_counter() - start


def _synchronize(device: torch.device) -> None:
    if device.type != "cpu":
        torch.accelerator.synchronize(device)


class _NoTracker(ModuleTracker):
    """Tracks no module: the hooks for that break on gradients with respect to a module's input."""

    def __enter__(self) -> "_NoTracker":
        return self

    def __exit__(self, *_: object) -> None:
        pass
