"""The judge's network: a few convolutions, and features that a picture's place does not change."""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.utils import fuse_conv_bn_eval

WIDTHS = (32, 48, 96, 128)
FEATURES = WIDTHS[-1]


class JudgeNetwork(nn.Module):
    """`JudgeNetwork(x) -> logits`: x [N, C, S, S] in [-1, 1] -> [N, K]; S is 28, 32 or 64.

    The first convolution halves the side at once: the layers at full size would cost more than all others together,
    and a grid of 64 pictures is read while somebody types. The features are means over the picture's last layer.

    normalised: with batch norm, as it is trained. `folded` gives the same network without, as it is published.
    """

    def __init__(self, channels: int, side: int, classes: int, normalised: bool = False):
        super().__init__()
        sizes = [(channels, WIDTHS[0], 5), *((a, b, 3) for a, b in pairwise(WIDTHS))]
        self.convs = nn.ModuleList(
            nn.Conv2d(a, b, k, stride=2 if k == 5 else 1, padding=k // 2, bias=not normalised) for a, b, k in sizes
        )
        self.norms = nn.ModuleList(nn.BatchNorm2d(width) if normalised else nn.Identity() for width in WIDTHS)
        self.pooled = (False, side > 32, True, False)  # whether the side is halved before each convolution
        self.head = nn.Linear(FEATURES, classes)

    def features(self, x: Tensor) -> Tensor:
        """[N, C, S, S] -> [N, 128], none negative."""
        for conv, norm, pooled in zip(self.convs, self.norms, self.pooled, strict=True):
            x = torch.relu(norm(conv(nn.functional.max_pool2d(x, 2) if pooled else x)))
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
