"""The layers of DCGAN's networks (Radford, Metz and Chintala 2015): strided convolutions, batch norm, no pooling.

Every layer halves or doubles the side of its maps by a 4 x 4 convolution of stride 2, so no map is ever resized. G has
ReLU and ends in tanh; D has leaky ReLU of slope 0.2. Weights begin as N(0, 0.02), the scales of batch norm as
N(1, 0.02), as in the authors' program.
"""

import torch.nn.functional as F
from torch import Tensor, nn

from explorer.models.layers import SLOPE


def dcgan_init(layer: nn.Module) -> nn.Module:
    """Weights from N(0, 0.02), or N(1, 0.02) for the scales of batch norm; biases zero."""
    if isinstance(layer, nn.BatchNorm2d):
        nn.init.normal_(layer.weight, 1.0, 0.02)
    else:
        nn.init.normal_(layer.weight, 0.0, 0.02)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


def batch_norm(width: int, normed: bool) -> nn.Module:
    """Batch norm of `width` channels, or nothing."""
    return dcgan_init(nn.BatchNorm2d(width)) if normed else nn.Identity()


class Up(nn.Module):
    """A fractionally strided convolution that doubles the side, batch norm, ReLU."""

    def __init__(self, wide: int, narrow: int, normed: bool):
        super().__init__()
        self.conv = dcgan_init(nn.ConvTranspose2d(wide, narrow, 4, 2, 1, bias=not normed))
        self.norm = batch_norm(narrow, normed)

    def forward(self, x: Tensor, *modulation: None) -> Tensor:
        """x [N, wide, side, side] -> [N, narrow, 2 side, 2 side]."""
        return F.relu(self.norm(self.conv(x)))


class Down(nn.Module):
    """A strided convolution that halves the side, batch norm but at the input, leaky ReLU."""

    def __init__(self, narrow: int, wide: int, normed: bool):
        super().__init__()
        self.conv = dcgan_init(nn.Conv2d(narrow, wide, 4, 2, 1, bias=not normed))
        self.norm = batch_norm(wide, normed)

    def forward(self, x: Tensor) -> Tensor:
        """x [N, narrow, side, side] -> [N, wide, side / 2, side / 2]."""
        return F.leaky_relu(self.norm(self.conv(x)), SLOPE)
