"""Spectral norm on a whole network, and how to take it off again without changing what the network says."""

import copy

from torch import nn
from torch.nn.utils import parametrizations, parametrize


def normed(network: nn.Module) -> nn.Module:
    """Keep every layer's largest singular value at 1, in place (Miyato 2018): no slope of D is then steep."""
    for layer in list(network.modules()):
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            parametrizations.spectral_norm(layer)
    return network


def folded(network: nn.Module) -> nn.Module:
    """A frozen copy in eval mode with plain weights that give the same answers; a network without norms is copied."""
    plain = copy.deepcopy(network).eval()
    for layer in plain.modules():
        if parametrize.is_parametrized(layer):
            parametrize.remove_parametrizations(layer, "weight", leave_parametrized=True)
    return plain.requires_grad_(False)
