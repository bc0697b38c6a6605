"""The discriminator: a picture and a word in, how real the pair looks out."""

import math
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from explorer.models import dcgan
from explorer.models.conditioning import WordProjection, rescale
from explorer.models.config import NetworkConfig
from explorer.models.layers import act, he


class DiscriminatorOutput(NamedTuple):
    """Raw logits by head. real: [N], higher is more real.

    classes: [N, K], or [N, 2K] of a 2N-GAN: first the real classes, then the fake ones. codes: for each code its
    category's logits [N, n], or a guess of its number [N, 1].
    """

    real: Tensor
    classes: Tensor | None = None
    codes: tuple[Tensor, ...] = ()

    def to(self, dtype: torch.dtype) -> "DiscriminatorOutput":
        """The same in another precision."""
        classes = None if self.classes is None else self.classes.to(dtype)
        return DiscriminatorOutput(self.real.to(dtype), classes, tuple(code.to(dtype) for code in self.codes))


class Discriminator(nn.Module):
    """`Discriminator(x, c) -> DiscriminatorOutput`: x [N, C, H, W] in [-1, 1], c [N, c_dim] -> logits [N], and more
    by its head.

    The generator's trunk turned round; of a dcgan no layer is pooled, and the last maps are read as they are. By the
    config's head:

    projection: c enters at the end, the logit is <features, V c + b> (Miyato and Koyama 2018).
    maps: c enters with the picture, each number a map of its own (Mirza 2014, in a DCGAN). plain: it does not enter.
    classes: it does not enter; beside the logit there are those of the K classes (AC-GAN, Odena 2016).
    both: 2K logits, of every class real and of every class fake; `real` is the log odds of all real ones together.
    codes: it does not enter; the codes are guessed back (InfoGAN, Chen 2016).
    """

    def __init__(self, config: NetworkConfig):
        super().__init__()
        self.config = config
        self.ear = WordProjection(config.c_dim) if config.ear else nn.Identity()
        sides = config.sides[::-1]
        maps = config.c_dim if config.head == "maps" else 0
        if config.network == "dcgan":
            widths = [config.width(side) for side in sides]
            self.look = dcgan.Down(config.channels + maps, widths[0], normed=False)
            normed = config.norm == "batch"
            self.blocks = nn.ModuleList(dcgan.Down(narrow, wide, normed) for narrow, wide in pairwise(widths))
            self.sum_up = nn.Flatten()
            self._add_head(widths[-1] * sides[-1] ** 2, dcgan.small)
            return
        self.look = he(nn.Conv2d(config.channels + maps, config.width(sides[0]), 3, padding=1))
        norm = config.norm
        blocks = [DownBlock(config.width(fine), config.width(coarse), norm, True) for fine, coarse in pairwise(sides)]
        deep = config.width(sides[-1])
        self.blocks = nn.ModuleList([*blocks, DownBlock(deep, deep, norm, shrink=False)])
        # One learned window a channel sums up the coarsest grid, as R3GAN does.
        self.sum_up = he(nn.Conv2d(deep, deep, sides[-1], groups=deep))
        self._add_head(deep, he)

    def _add_head(self, features: int, begun: Callable[[nn.Module], nn.Module]) -> None:
        """The last layer, on so many features; `begun` draws its first weights."""
        config = self.config
        if config.head == "projection":
            self.word = begun(nn.Linear(config.c_dim, features))
        else:
            more = {"maps": 1, "plain": 1, "classes": 1 + config.c_dim, "both": 2 * config.c_dim}
            self.say = begun(nn.Linear(features, more.get(config.head, 1 + config.c_dim)))

    def features(self, x: Tensor, c: Tensor | None = None) -> Tensor:
        """What D sees in pictures [N, C, H, W] before it judges: [N, F]. c matters to the head `maps` alone; without
        it D is told no label."""
        if self.config.head == "maps":
            told = x.new_zeros((len(x), self.config.c_dim)) if c is None else c
            x = torch.cat([x, told[:, :, None, None].expand(-1, -1, *x.shape[2:])], dim=1)
        x = self.look(x)
        for block in self.blocks:
            x = block(x)
        if self.config.network == "dcgan":
            return self.sum_up(x)  # each layer has had its leaky ReLU
        return self.sum_up(act(x)).flatten(1)

    def forward(self, x: Tensor, c: Tensor) -> DiscriminatorOutput:
        return self.judge(self.features(x, c), c)

    def judge(self, seen: Tensor, c: Tensor) -> DiscriminatorOutput:
        """What D says of features [N, F], and how well they fit c where it hears that."""
        if self.config.head == "projection":
            return DiscriminatorOutput(
                real=(seen * self.word(rescale(self.ear(c)))).sum(dim=1) / math.sqrt(seen.shape[1])
            )
        said = self.say(seen if self.config.network == "dcgan" else act(seen))
        if self.config.head == "both":
            real, fake = said.chunk(2, dim=1)
            return DiscriminatorOutput(real.logsumexp(dim=1) - fake.logsumexp(dim=1), classes=said)
        if self.config.head == "codes":
            return DiscriminatorOutput(said[:, 0], codes=said[:, 1:].split(self.config.codes, dim=1))
        return DiscriminatorOutput(said[:, 0], classes=said[:, 1:] if self.config.head == "classes" else None)


class DownBlock(nn.Module):
    """A residual block that halves the side (`shrink`) before its second convolution."""

    def __init__(self, narrow: int, wide: int, norm: str, shrink: bool):
        super().__init__()
        self.shrink = shrink
        self.norm1, self.norm2 = (nn.BatchNorm2d(narrow) if norm == "batch" else nn.Identity() for _ in range(2))
        self.conv1 = he(nn.Conv2d(narrow, narrow, 3, padding=1))
        self.conv2 = he(nn.Conv2d(narrow, wide, 3, padding=1), gain=0.25)
        self.skip = he(nn.Conv2d(narrow, wide, 1, bias=False), gain=0.7) if wide != narrow else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        branch = self.conv1(act(self.norm1(x)))
        if self.shrink:
            branch, x = F.avg_pool2d(branch, 2), F.avg_pool2d(x, 2)
        return self.skip(x) + self.conv2(act(self.norm2(branch)))
