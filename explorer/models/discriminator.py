"""The discriminator: a picture and a condition in, logits out."""

import math
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from explorer.models import dcgan
from explorer.models.conditioning import WordProjection, rescale
from explorer.models.config import EMBEDDING, NetworkConfig
from explorer.models.layers import Network, act, he_init


class DiscriminatorOutput(NamedTuple):
    """Raw logits by head. real: [N], higher is more real.

    classes: [N, K], or [N, 2K] of a 2N-GAN: first the real classes, then the fake ones; of a ReACGAN cosines in
    [-1, 1]. codes: for each code its category's logits [N, n], or a guess of its number [N, 1]. embedding: unit vectors
    [N, EMBEDDING] of a ReACGAN, whose cosines with those of the classes `classes` are.
    """

    real: Tensor
    classes: Tensor | None = None
    codes: tuple[Tensor, ...] = ()
    embedding: Tensor | None = None

    def to(self, dtype: torch.dtype) -> "DiscriminatorOutput":
        """The same logits in another precision."""
        classes, embedding = (None if one is None else one.to(dtype) for one in (self.classes, self.embedding))
        codes = tuple(code.to(dtype) for code in self.codes)
        return DiscriminatorOutput(self.real.to(dtype), classes, codes, embedding)


class Discriminator(Network):
    """`Discriminator(x, c) -> DiscriminatorOutput`: x [N, C, H, W] in [-1, 1], c [N, c_dim] -> logits [N], and more
    by its head.

    The generator's trunk turned round; a dcgan pools no layer, and its last maps are read as they are. The config's
    head is one of:

    projection: c enters at the end, the logit is <features, V c + b> (Miyato and Koyama 2018); a word and a style so
        have a projection each.
    maps: c enters with the picture, each number a map of its own (Mirza 2014, in a DCGAN). plain: it does not enter.
    classes: it does not enter; beside the logit there are those of the K classes (AC-GAN, Odena 2016).
    angles: the same, but picture and class are points on a sphere of EMBEDDING dimensions, and their cosines count
        (ReACGAN, Kang 2021).
    both: 2K logits, of every class real and of every class fake; `real` is the log odds of all real ones together.
    codes: it does not enter; the codes are guessed back (InfoGAN, Chen 2016).
    """

    def __init__(self, config: NetworkConfig):
        super().__init__()
        self.config = config
        self.word_projection = WordProjection(config.word_dim) if config.ear else nn.Identity()
        sides = config.sides[::-1]
        channels = config.channels + (config.c_dim if config.head == "maps" else 0)
        if config.network == "dcgan":
            widths = [config.width_d(side) for side in sides]
            self.from_image = dcgan.Down(channels, widths[0], normed=False)
            normed = config.norm == "batch"
            self.blocks = nn.ModuleList(dcgan.Down(narrow, wide, normed) for narrow, wide in pairwise(widths))
            self.pool = nn.Flatten()
            self._add_head(widths[-1] * sides[-1] ** 2, dcgan.dcgan_init)
            return
        self.from_image = he_init(nn.Conv2d(channels, config.width_d(sides[0]), 3, padding=1))
        norm = config.norm
        blocks = [
            DownBlock(config.width_d(fine), config.width_d(coarse), norm, True) for fine, coarse in pairwise(sides)
        ]
        deep = config.width_d(sides[-1])
        self.blocks = nn.ModuleList([*blocks, DownBlock(deep, deep, norm, shrink=False)])
        # One learned window a channel pools the coarsest grid, as in R3GAN.
        self.pool = he_init(nn.Conv2d(deep, deep, sides[-1], groups=deep))
        self._add_head(deep, he_init)

    def _add_head(self, features: int, init: Callable[[nn.Module], nn.Module]) -> None:
        """Add the last layer, on so many features; `init` draws its first weights."""
        config = self.config
        if config.head == "projection":
            self.embed = init(nn.Linear(config.c_dim, features))
        else:
            outputs = {"maps": 1, "plain": 1, "classes": 1 + config.c_dim, "both": 2 * config.c_dim}
            outputs |= {"angles": 1 + EMBEDDING}
            self.head = init(nn.Linear(features, outputs.get(config.head, 1 + config.c_dim)))
        if config.head == "angles":
            self.class_points = init(nn.Linear(EMBEDDING, config.c_dim, bias=False))

    def forward(self, x: Tensor, c: Tensor) -> DiscriminatorOutput:
        return self.logits(self.features(x, c), c)

    def features(self, x: Tensor, c: Tensor | None = None) -> Tensor:
        """Features [N, F] of pictures [N, C, H, W]. c enters here with the head `maps` alone; without it that head
        gets no label."""
        if self.config.head == "maps":
            condition = x.new_zeros((len(x), self.config.c_dim)) if c is None else c
            x = torch.cat([x, condition[:, :, None, None].expand(-1, -1, *x.shape[2:])], dim=1)
        x = self.from_image(x)
        for block in self.blocks:
            x = block(x)
        if self.config.network == "dcgan":
            return self.pool(x)  # each layer has had its leaky ReLU
        return self.pool(act(x)).flatten(1)

    def logits(self, features: Tensor, c: Tensor) -> DiscriminatorOutput:
        """Logits of features [N, F], given c where the head is `projection`."""
        if self.config.head == "projection":
            embedded = self.embed(rescale(self.word_projection(c), styles=self.config.styles))
            return DiscriminatorOutput((features * embedded).sum(dim=1) / math.sqrt(features.shape[1]))
        outputs = self.head(features if self.config.network == "dcgan" else act(features))
        if self.config.head == "both":
            real, fake = outputs.chunk(2, dim=1)
            return DiscriminatorOutput(real.logsumexp(dim=1) - fake.logsumexp(dim=1), classes=outputs)
        if self.config.head == "codes":
            return DiscriminatorOutput(outputs[:, 0], codes=outputs[:, 1:].split(self.config.codes, dim=1))
        if self.config.head == "angles":
            embedding = F.normalize(outputs[:, 1:], dim=1)
            cosines = F.linear(embedding, F.normalize(self.class_points.weight, dim=1))
            return DiscriminatorOutput(outputs[:, 0], classes=cosines, embedding=embedding)
        return DiscriminatorOutput(outputs[:, 0], classes=outputs[:, 1:] if self.config.head == "classes" else None)


class DownBlock(nn.Module):
    """A residual block that halves the side (`shrink`) before its second convolution."""

    def __init__(self, narrow: int, wide: int, norm: str, shrink: bool):
        super().__init__()
        self.shrink = shrink
        self.norm1, self.norm2 = (nn.BatchNorm2d(narrow) if norm == "batch" else nn.Identity() for _ in range(2))
        self.conv1 = he_init(nn.Conv2d(narrow, narrow, 3, padding=1))
        self.conv2 = he_init(nn.Conv2d(narrow, wide, 3, padding=1), gain=0.25)
        self.skip = he_init(nn.Conv2d(narrow, wide, 1, bias=False), gain=0.7) if wide != narrow else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        branch = self.conv1(act(self.norm1(x)))
        if self.shrink:
            branch, x = F.avg_pool2d(branch, 2), F.avg_pool2d(x, 2)
        return self.skip(x) + self.conv2(act(self.norm2(branch)))
