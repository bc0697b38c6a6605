"""The layers of a discriminator, by their stored names, and what they hold while pictures pass."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from explorer.models.generator import Layer
from explorer.models.layers import Network, attribute_name, stored_name


def discriminator_layers(discriminator: nn.Module, shape: tuple[int, int, int]) -> tuple[Layer, ...]:
    """Its convolutions, and its blocks of some, in the order in which pictures `shape` [C, H, W] pass them.

    Of a block it is the sum that it hands on: the steps inside are changes to what came before.
    """
    names = list(_convolutional(discriminator, ""))
    if isinstance(discriminator, Network):
        names = list(map(stored_name, names))
    device = next(discriminator.parameters()).device
    with torch.no_grad(), record_activations(discriminator, names) as maps:
        features = getattr(discriminator, "features", discriminator)  # before a condition enters
        features(torch.zeros((1, *shape), device=device))
    return tuple(Layer(name, maps[name].shape[-1], maps[name].shape[1]) for name in names)


def _convolutional(network: nn.Module, before: str) -> Iterator[str]:
    for name, child in network.named_children():
        if isinstance(child, (nn.Sequential, nn.ModuleList)):
            yield from _convolutional(child, f"{before}{name}.")
        elif any(isinstance(inner, nn.Conv2d) for inner in child.modules()):
            yield before + name


@contextmanager
def record_activations(network: nn.Module, names: Iterable[str]) -> Iterator[dict[str, Tensor]]:
    """Inside, a dictionary of what the layers of these names gave last, [N, units, side, side].

    The network must be one's own: another thread's pictures would be recorded too.
    """
    maps: dict[str, Tensor] = {}

    def record(name: str) -> None:
        layer = network.get_submodule(attribute_name(name) if isinstance(network, Network) else name)
        handles.append(layer.register_forward_hook(lambda layer, inputs, output: maps.update({name: output})))

    handles: list = []
    try:
        for name in names:
            record(name)
        yield maps
    finally:
        for handle in handles:
            handle.remove()
