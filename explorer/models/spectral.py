"""Spectral norm on the layers of a network, and how to take it off again without changing what the network says."""

from operator import attrgetter

import torch
from torch import nn
from torch.nn.utils import parametrizations


def normed(network: nn.Module) -> nn.Module:
    """Keep the largest singular value of every layer that looks at pictures at 1, in place (Miyato 2018).

    No slope of D is then steep. The word's own layer stays free: it sets how loud the logits may get.
    """
    for layer in list(network.modules()):
        if isinstance(layer, nn.Conv2d):
            parametrizations.spectral_norm(layer)
    return network


@torch.no_grad()
def folded(network: nn.Module) -> nn.Module:
    """A frozen copy in eval mode, with plain weights that give the same answers as the network in eval mode."""
    was_training = network.training
    network.eval()  # a norm that is looked at in training takes another step of its power iteration
    plain = type(network)(network.config).eval().requires_grad_(False)
    plain.load_state_dict({name: attrgetter(name)(network).detach() for name in plain.state_dict()})
    network.train(was_training)
    return plain.to(next(network.parameters()).device, memory_format=torch.channels_last)
