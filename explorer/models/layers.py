"""The layers that both trunks are made of, spectral norm, and the names under which files hold their tensors."""

from operator import attrgetter
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils import parametrizations

SLOPE = 0.2

STORED = {
    "word_projection": "ear",
    "to_image": "paint",
    "from_image": "look",
    "pool": "sum_up",
    "head": "say",
    "embed": "word",
    "mapping": "style",
}
"""Attributes of the networks that files know by the names that they had first."""


class Network(nn.Module):
    """A module whose state dict, and so every file, holds the tensors of STORED attributes under their stored names."""

    def state_dict(self, *args: Any, **kwargs: Any) -> dict[str, Tensor]:
        return {stored_name(name): tensor for name, tensor in super().state_dict(*args, **kwargs).items()}

    def load_state_dict(self, state_dict: dict[str, Tensor], *args: Any, **kwargs: Any) -> Any:
        return super().load_state_dict(
            {attribute_name(name): tensor for name, tensor in state_dict.items()}, *args, **kwargs
        )


def stored_name(name: str) -> str:
    """The name in files of a tensor or layer: `to_image.weight` -> `paint.weight`."""
    first, dot, rest = name.partition(".")
    return STORED.get(first, first) + dot + rest


def attribute_name(name: str) -> str:
    """The inverse of `stored_name`."""
    first, dot, rest = name.partition(".")
    return next((attribute for attribute, stored in STORED.items() if stored == first), first) + dot + rest


def he_init(layer: nn.Module, gain: float = 1.0) -> nn.Module:
    """He initialisation for leaky ReLU (He 2015), biases zero; `gain` scales the weights."""
    nn.init.kaiming_normal_(layer.weight, a=SLOPE)
    layer.weight.data.mul_(gain)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


def act(x: Tensor) -> Tensor:
    """Leaky ReLU."""
    return F.leaky_relu(x, SLOPE)


def upsample(x: Tensor) -> Tensor:
    """[N, C, H, W] -> [N, C, 2H, 2W], each pixel repeated (bilinear steps drew smooth cloth without any weave)."""
    return F.interpolate(x, scale_factor=2.0, mode="nearest")


def upsampling_kernel(weight: Tensor) -> Tensor:
    """The kernel with which `conv_upsampled` does what `upsample` and a 3 x 3 convolution do one after the other.

    weight: [O, C, 3, 3], of the convolution, with one pixel of padding -> [C, O, 4, 4]. Each pixel is repeated 2 x 2,
    so its weights are summed over those places: 4 products a new pixel instead of 9.
    """
    flipped = weight.double().transpose(0, 1).flip(2, 3)
    ones = flipped.new_ones((1, 1, 2, 2))
    summed = F.conv2d(flipped.flatten(0, 1)[:, None], ones, padding=1).view(*flipped.shape[:2], 4, 4)
    return summed.to(weight.dtype).contiguous(memory_format=torch.channels_last)


def conv_upsampled(x: Tensor, kernel: Tensor, bias: Tensor) -> Tensor:
    """[N, C, H, W] -> [N, O, 2H, 2W], by an `upsampling_kernel`: a fractionally strided convolution."""
    return F.conv_transpose2d(x, kernel, bias, stride=2, padding=1)


def add_upsampled(x: Tensor, coarse: Tensor) -> Tensor:
    """x [N, C, 2H, 2W] plus `upsample` of coarse [N, C, H, W], which is never made."""
    height, width = coarse.shape[2:]
    pairs = x.unflatten(3, (width, 2)).unflatten(2, (height, 2))
    return (pairs + coarse[:, :, :, None, :, None]).flatten(4, 5).flatten(2, 3)


class BatchNorm(nn.BatchNorm2d):
    """Batch norm where FiLM could stand (Ioffe 2015): it ignores the modulation."""

    def forward(self, x: Tensor, modulation: Tensor | None = None) -> Tensor:
        return super().forward(x)


class FiLM(nn.Module):
    """Scale and shift of each channel by z and c (Perez 2017, "FiLM: visual reasoning with conditioning")."""

    def __init__(self, mapping: int, channels: int):
        super().__init__()
        # A tenth of He's weights: close to the identity at first, yet not blind to z and c.
        self.affine = he_init(nn.Linear(mapping, 2 * channels), gain=0.1)

    def forward(self, x: Tensor, modulation: Tensor) -> Tensor:
        """x [N, C, H, W], modulation [N, M], the mapping network's output -> [N, C, H, W]."""
        scale, shift = self.affine(modulation)[:, :, None, None].chunk(2, dim=1)
        return x * (1 + scale) + shift


def add_spectral_norm(network: nn.Module) -> nn.Module:
    """Keep the largest singular value of every convolution at 1, in place (Miyato 2018).

    No slope of D is then steep. The condition's own layer stays free: it sets how large the logits may get.
    """
    for layer in list(network.modules()):
        if isinstance(layer, nn.Conv2d):
            parametrizations.spectral_norm(layer)
    return network


@torch.no_grad()
def fold_spectral_norm(network: nn.Module) -> nn.Module:
    """A frozen copy in eval mode, with plain weights that give the same logits as the network in eval mode."""
    was_training = network.training
    network.eval()  # in training mode, reading a weight takes another step of its norm's power iteration
    plain = type(network)(network.config).eval().requires_grad_(False)
    for name, tensor in (*plain.named_parameters(), *plain.named_buffers()):
        tensor.copy_(attrgetter(name)(network))
    network.train(was_training)
    return plain.to(next(network.parameters()).device, memory_format=torch.channels_last)
