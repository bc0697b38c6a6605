"""The judge's network: a few convolutions, and their means over the picture."""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.utils import fuse_conv_bn_eval

WIDTHS = (24, 48, 48, 96, 128)
FEATURES = WIDTHS[-1]


class JudgeNetwork(nn.Module):
    """`JudgeNetwork(x) -> logits`: x [N, C, S, S] in [-1, 1] -> [N, K]; S is 28, 32 or 64.

    Only the first convolution sees the full size, where they are slow: a grid of 64 pictures is read while somebody
    types. The features are means over the last layer.

    normalised: with batch norm, as it is trained. `folded` gives the same network without, as it is published.
    """

    def __init__(self, channels: int, side: int, classes: int, normalised: bool = False):
        super().__init__()
        sizes = list(pairwise((channels, *WIDTHS)))
        self.convs = nn.ModuleList(nn.Conv2d(a, b, 3, padding=1, bias=not normalised) for a, b in sizes)
        self.norms = nn.ModuleList(nn.BatchNorm2d(b) if normalised else nn.Identity() for _, b in sizes)
        self.halved = (False, True, side > 32, True, False)  # whether the side is halved before each convolution
        self.head = nn.Linear(FEATURES, classes)

    def features(self, x: Tensor) -> Tensor:
        """[N, C, S, S] -> [N, 128], none negative."""
        for conv, norm, halved in zip(self.convs, self.norms, self.halved, strict=True):
            x = torch.relu(norm(conv(nn.functional.max_pool2d(x, 2) if halved else x)))
        return x.mean(dim=(2, 3))

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.features(x))

    def folded(self) -> dict[str, Tensor]:
        """The weights of the same network in eval mode without batch norm: what it did is in the convolutions."""
        whole = {f"head.{name}": tensor for name, tensor in self.head.state_dict().items()}
        for number, (conv, norm) in enumerate(zip(self.convs, self.norms, strict=True)):
            for name, tensor in fuse_conv_bn_eval(conv.eval(), norm.eval()).state_dict().items():
                whole[f"convs.{number}.{name}"] = tensor
        return {name: tensor.detach().cpu().contiguous() for name, tensor in whole.items()}
