"""How much a piece of work computes, and how long it takes."""

from collections.abc import Callable
from time import perf_counter

import torch
from torch.utils.flop_counter import FlopCounterMode
from torch.utils.module_tracker import ModuleTracker


def flops_of(work: Callable[[], object]) -> int:
    """The additions and multiplications of all convolutions and matrix products in one run of `work`, backward too.

    What torch's own counter counts: nothing for activations, sums, resampling or an optimiser's step.
    """
    counter = FlopCounterMode(display=False)
    counter.mod_tracker = _Nowhere()
    with counter:
        work()
    return counter.get_total_flops()


def seconds_of(work: Callable[[], object], device: torch.device) -> float:
    """Wall time of one run of `work`, all that it left to the device included."""
    _finish(device)
    start = perf_counter()
    work()
    _finish(device)
    return perf_counter() - start


def _finish(device: torch.device) -> None:
    if device.type != "cpu":
        torch.accelerator.synchronize(device)


class _Nowhere(ModuleTracker):
    """Does not track which module works: the hooks for that break on gradients with respect to a module's input."""

    def __enter__(self) -> "_Nowhere":
        return self

    def __exit__(self, *_: object) -> None:
        pass
