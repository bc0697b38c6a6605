"""The layers of a discriminator that look at pictures, and what they hold while some pass."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from explorer.models.generator import Layer


def discriminator_layers(discriminator: nn.Module, shape: tuple[int, int, int]) -> tuple[Layer, ...]:
    """Its convolutions, and its blocks of some, in the order in which pictures `shape` [C, H, W] pass them.

    Of a block it is the sum that it hands on: the steps inside are changes to what came before.
    """
    names = list(_looking(discriminator, ""))
    device = next(discriminator.parameters()).device
    with torch.no_grad(), record_activations(discriminator, names) as maps:
        look = getattr(discriminator, "features", discriminator)  # what it sees before it hears a word
        look(torch.zeros((1, *shape), device=device))
    return tuple(Layer(name, maps[name].shape[-1], maps[name].shape[1]) for name in names)


def _looking(network: nn.Module, before: str) -> Iterator[str]:
    for name, child in network.named_children():
        if isinstance(child, (nn.Sequential, nn.ModuleList)):
            yield from _looking(child, f"{before}{name}.")
        elif any(isinstance(inner, nn.Conv2d) for inner in child.modules()):
            yield before + name


@contextmanager
def record_activations(network: nn.Module, names: Iterable[str]) -> Iterator[dict[str, Tensor]]:
    """Inside, a dictionary of what the layers of these names gave last, [N, units, side, side].

    The network must be one's own: another thread's pictures would pass the same taps.
    """
    maps: dict[str, Tensor] = {}

    def tap(name: str) -> None:
        taps.append(
            network.get_submodule(name).register_forward_hook(lambda layer, given, held: maps.update({name: held}))
        )

    taps: list = []
    try:
        for name in names:
            tap(name)
        yield maps
    finally:
        for one in taps:
            one.remove()
