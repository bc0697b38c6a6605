"""The discriminator: a picture and a word in, how real the pair looks out."""

import math
from itertools import pairwise
from typing import NamedTuple

import torch.nn.functional as F
from torch import Tensor, nn

from explorer.models.conditioning import Ear, loud
from explorer.models.config import NetworkConfig
from explorer.models.layers import act, he


class Verdict(NamedTuple):
    """Raw logits by head. `real`: [N], higher is more real."""

    real: Tensor


class Discriminator(nn.Module):
    """`Discriminator(x, c) -> Verdict`: x [N, C, H, W] in [-1, 1], c [N, c_dim] unit -> logits [N].

    The generator's trunk turned round, without normalisation. The word enters at the end, by projection: the
    logit is <features, V c + b> (Miyato and Koyama 2018, "cGANs with projection discriminator").
    """

    def __init__(self, config: NetworkConfig):
        super().__init__()
        self.config = config
        self.ear = Ear(config.c_dim) if config.ear else nn.Identity()
        sides = config.sides[::-1]
        self.look = he(nn.Conv2d(config.channels, config.width(sides[0]), 3, padding=1))
        blocks = [DownBlock(config.width(fine), config.width(coarse), shrink=True) for fine, coarse in pairwise(sides)]
        deep = config.width(sides[-1])
        self.blocks = nn.ModuleList([*blocks, DownBlock(deep, deep, shrink=False)])
        # One learned window a channel sums up the coarsest grid, as R3GAN does.
        self.sum_up = he(nn.Conv2d(deep, deep, sides[-1], groups=deep))
        self.word = he(nn.Linear(config.c_dim, deep))

    def features(self, x: Tensor) -> Tensor:
        """What D sees in pictures [N, C, H, W] before it hears the word: [N, F]."""
        x = self.look(x)
        for block in self.blocks:
            x = block(x)
        return self.sum_up(act(x)).flatten(1)

    def forward(self, x: Tensor, c: Tensor) -> Verdict:
        return self.judge(self.features(x), c)

    def judge(self, seen: Tensor, c: Tensor) -> Verdict:
        """How well features [N, F] fit the words."""
        return Verdict(real=(seen * self.word(loud(self.ear(c)))).sum(dim=1) / math.sqrt(seen.shape[1]))


class DownBlock(nn.Module):
    """A residual block that halves the side (`shrink`) before its second convolution."""

    def __init__(self, narrow: int, wide: int, shrink: bool):
        super().__init__()
        self.shrink = shrink
        self.conv1 = he(nn.Conv2d(narrow, narrow, 3, padding=1))
        self.conv2 = he(nn.Conv2d(narrow, wide, 3, padding=1), gain=0.25)
        self.skip = he(nn.Conv2d(narrow, wide, 1, bias=False), gain=0.7) if wide != narrow else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        branch = self.conv1(act(x))
        if self.shrink:
            branch, x = F.avg_pool2d(branch, 2), F.avg_pool2d(x, 2)
        return self.skip(x) + self.conv2(act(branch))
