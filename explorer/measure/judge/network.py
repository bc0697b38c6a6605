"""The judge's network: a few convolutions, a mean over the picture, a linear layer."""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.utils import fuse_conv_bn_eval

from explorer.measure.judge.layout import Layout, small

FEATURES = small(28).features


class JudgeNetwork(nn.Module):
    """`JudgeNetwork(x) -> logits`: x [N, C, S, S] in [-1, 1] -> [N, K]; S is one of `data.SIZES`.

    normalised: with batch norm, as it is trained; `folded` gives the weights without, as it is published. layout: by
    default the small one.
    """

    def __init__(self, channels: int, side: int, classes: int, normalised: bool = False, layout: Layout | None = None):
        super().__init__()
        self.layout = layout or small(side)
        sizes = list(pairwise((channels, *self.layout.widths)))
        self.convs = nn.ModuleList(nn.Conv2d(a, b, 3, padding=1, bias=not normalised) for a, b in sizes)
        self.norms = nn.ModuleList(nn.BatchNorm2d(b) if normalised else nn.Identity() for _, b in sizes)
        self.head = nn.Linear(self.layout.features, classes)

    def features(self, x: Tensor) -> Tensor:
        """Means over the last layer: [N, C, S, S] -> [N, F], none negative."""
        for conv, norm, halved in zip(self.convs, self.norms, self.layout.halved, strict=True):
            x = torch.relu(norm(conv(nn.functional.max_pool2d(x, 2) if halved else x)))
        return x.mean(dim=(2, 3))

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.features(x))

    def folded(self) -> dict[str, Tensor]:
        """Weights of the same network without batch norm, which is folded into the convolutions; sets eval mode."""
        tensors = {f"head.{name}": tensor for name, tensor in self.head.state_dict().items()}
        for number, (conv, norm) in enumerate(zip(self.convs, self.norms, strict=True)):
            for name, tensor in fuse_conv_bn_eval(conv.eval(), norm.eval()).state_dict().items():
                tensors[f"convs.{number}.{name}"] = tensor
        return {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
