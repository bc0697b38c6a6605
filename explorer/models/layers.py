"""The layers that both trunks are made of."""

import torch.nn.functional as F
from torch import Tensor, nn

SLOPE = 0.2


def he(layer: nn.Module, gain: float = 1.0) -> nn.Module:
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


class BatchNorm(nn.BatchNorm2d):
    """Batch norm where FiLM could stand (Ioffe 2015): it hears no style."""

    def forward(self, x: Tensor, style: Tensor | None = None) -> Tensor:
        return super().forward(x)


class FiLM(nn.Module):
    """Scale and shift each channel as the style says (Perez 2017, "FiLM: visual reasoning with conditioning")."""

    def __init__(self, style: int, channels: int):
        super().__init__()
        # A tenth of He's weights: close to the identity at first, yet already listening.
        self.affine = he(nn.Linear(style, 2 * channels), gain=0.1)

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        """x [N, C, H, W], style [N, S] -> [N, C, H, W]."""
        scale, shift = self.affine(style)[:, :, None, None].chunk(2, dim=1)
        return x * (1 + scale) + shift
