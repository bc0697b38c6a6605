"""The generator: a latent and a word in, a picture out."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn

from explorer.models import dcgan
from explorer.models.conditioning import WordProjection, rescale, transform_latent
from explorer.models.config import NetworkConfig
from explorer.models.layers import BatchNorm, FiLM, act, he, upsample

STYLE = 128
At = Callable[[str, Tensor], Tensor]


@dataclass(frozen=True)
class Layer:
    """A place in a generator that one may look into: `width` units, each a map of `side` x `side`."""

    name: str
    side: int
    width: int


class Generator(nn.Module):
    """`Generator(z, c) -> images`: z [N, z_dim] normal, c [N, c_dim] -> [N, C, H, W] in [-1, 1].

    z and c are heard twice: they lay out the coarsest grid, and a style made of both scales and shifts every
    layer after it (FiLM). Residual blocks without normalisation, as in R3GAN (Huang 2024), so that a picture
    never depends on what else is in its batch. With batch norm, as in DCGAN (Radford 2015), they are heard once, at the
    start, and in eval mode no picture depends on its batch either. With `network` dcgan it is that paper's: z and c,
    side by side, are projected to a small grid, and fractionally strided convolutions double it up to the picture.
    """

    def __init__(self, config: NetworkConfig):
        super().__init__()
        self.config = config
        self.ear = WordProjection(config.c_dim) if config.ear else nn.Identity()
        sides = config.sides
        heard = config.z_dim + config.c_dim
        self.style = None
        if config.network == "dcgan":
            widths, normed = [config.width(side) for side in sides], config.norm != "none"
            self.start = dcgan.small(nn.Linear(heard, widths[0] * sides[0] ** 2, bias=not normed))
            self.start_norm = dcgan.norm_of(widths[0], normed)
            self.blocks = nn.ModuleList(dcgan.Up(wide, narrow, normed) for wide, narrow in pairwise(widths))
            self.paint = dcgan.small(nn.ConvTranspose2d(widths[-1], config.channels, 4, 2, 1))
            return
        if config.norm == "none":
            self.style = nn.Sequential(
                he(nn.Linear(heard, STYLE)), nn.LeakyReLU(0.2), he(nn.Linear(STYLE, STYLE)), nn.LeakyReLU(0.2)
            )
        # Half the width of its stage: this one matrix would otherwise hold most of the generator's weights.
        first = config.width(sides[0]) // 2
        self.start = he(nn.Linear(heard, first * sides[0] ** 2))
        blocks = [UpBlock(first, config.width(sides[0]), config.norm, grow=False)]
        for coarse, fine in pairwise(sides):
            blocks.append(UpBlock(config.width(coarse), config.width(fine), config.norm, grow=True))
        self.blocks = nn.ModuleList(blocks)
        self.paint = he(nn.Conv2d(config.width(sides[-1]), config.channels, 3, padding=1))

    @property
    def layers(self) -> tuple[Layer, ...]:
        """What can be looked into, in the order of drawing: the coarsest grid, then what each block gives."""
        sides, width = self.config.sides, self.config.width
        if self.config.network == "dcgan":
            names = ("start", *(f"blocks.{number}" for number in range(len(self.blocks))))
            return tuple(Layer(name, side, width(side)) for name, side in zip(names, sides, strict=True))
        first = Layer("start", sides[0], width(sides[0]) // 2)
        return (first, *(Layer(f"blocks.{number}", side, width(side)) for number, side in enumerate(sides)))

    @property
    def latent_weights(self) -> Tensor:
        """What z meets first, in one matrix [rows, z_dim]: the coarsest grid's weights above the style's, if any."""
        first = (self.start, self.style[0]) if self.style is not None else (self.start,)
        return torch.cat([layer.weight[:, : self.config.z_dim] for layer in first])

    def forward(self, z: Tensor, c: Tensor, at: At | None = None) -> Tensor:
        """at: called with the name and the maps [N, C, side, side] of each of `layers`; what it gives is drawn on with.

        It is handed in, not hooked on, for threads share one generator.
        """
        heard = torch.cat([transform_latent(z, self.config.z), rescale(self.ear(c), self.config.codes)], dim=1)
        style = self.style(heard) if self.style is not None else None
        side, is_dcgan = self.config.sides[0], self.config.network == "dcgan"
        x = self.start(heard).unflatten(1, (-1, side, side)).contiguous(memory_format=torch.channels_last)
        if is_dcgan:
            x = torch.relu(self.start_norm(x))
        if at is not None:
            x = at("start", x)
        for number, block in enumerate(self.blocks):
            x = block(x, style)
            if at is not None:
                x = at(f"blocks.{number}", x)
        return torch.tanh(self.paint(x if is_dcgan else act(x)))


class UpBlock(nn.Module):
    """A residual block that doubles the side (`grow`) after its first convolution, where that is cheap."""

    def __init__(self, wide: int, narrow: int, norm: str, grow: bool):
        super().__init__()
        self.grow = grow
        self.film1, self.film2 = (
            BatchNorm(width) if norm != "none" else FiLM(STYLE, width) for width in (wide, narrow)
        )
        self.conv1 = he(nn.Conv2d(wide, narrow, 3, padding=1))
        # The branch starts small, so a fresh stack of blocks neither explodes nor goes silent (Fixup, Zhang 2019).
        self.conv2 = he(nn.Conv2d(narrow, narrow, 3, padding=1), gain=0.25)
        self.skip = he(nn.Conv2d(wide, narrow, 1, bias=False), gain=0.7) if wide != narrow else nn.Identity()

    def forward(self, x: Tensor, style: Tensor | None) -> Tensor:
        branch = self.conv1(act(self.film1(x, style)))
        shortcut = self.skip(x)
        if self.grow:
            branch, shortcut = upsample(branch), upsample(shortcut)
        return shortcut + self.conv2(act(self.film2(branch, style)))
