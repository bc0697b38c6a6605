"""The generator: a latent and a condition in, a picture out."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn

from explorer.models import dcgan
from explorer.models.conditioning import WordProjection, rescale, transform_latent
from explorer.models.config import NetworkConfig
from explorer.models.layers import (
    BatchNorm,
    FiLM,
    Network,
    act,
    add_upsampled,
    conv_upsampled,
    he_init,
    upsample,
    upsampling_kernel,
)

LayerHook = Callable[[str, Tensor], Tensor]


@dataclass(frozen=True)
class Layer:
    """A layer whose activations can be read: `width` units, each a map of `side` x `side`."""

    name: str
    side: int
    width: int


class Generator(Network):
    """`Generator(z, c) -> images`: z [N, z_dim] normal, c [N, c_dim] -> [N, C, H, W] in [-1, 1].

    z and c enter twice: they lay out the coarsest grid, and by a small mapping network they scale and shift each layer
    after it (FiLM). Residual blocks without normalisation, as in R3GAN (Huang 2024), so that a picture never depends on
    what else is in its batch. With batch norm, as in DCGAN (Radford 2015), they enter once, at the start, and in eval
    mode no picture depends on its batch either. With `network` dcgan it is that paper's: z and c, side by side, are
    projected to a small grid, and fractionally strided convolutions double it up to the picture.
    """

    def __init__(self, config: NetworkConfig):
        super().__init__()
        self.config = config
        self.word_projection = WordProjection(config.word_dim) if config.ear else nn.Identity()
        sides = config.sides
        inputs = config.z_dim + config.c_dim
        self.mapping = None
        if config.network == "dcgan":
            widths, normed = [config.width(side) for side in sides], config.norm != "none"
            self.start = dcgan.dcgan_init(nn.Linear(inputs, widths[0] * sides[0] ** 2, bias=not normed))
            self.start_norm = dcgan.batch_norm(widths[0], normed)
            self.blocks = nn.ModuleList(dcgan.Up(wide, narrow, normed) for wide, narrow in pairwise(widths))
            self.to_image = dcgan.dcgan_init(nn.ConvTranspose2d(widths[-1], config.channels, 4, 2, 1))
            return
        if config.norm == "none":
            first, second = (he_init(nn.Linear(width, config.mapping)) for width in (inputs, config.mapping))
            self.mapping = nn.Sequential(first, nn.LeakyReLU(0.2), second, nn.LeakyReLU(0.2))
        # Half the width of its stage: this one matrix would otherwise hold most of the generator's weights.
        first = config.width(sides[0]) // 2
        self.start = he_init(nn.Linear(inputs, first * sides[0] ** 2))
        blocks = [UpBlock(first, config.width(sides[0]), config, grow=False)]
        for coarse, fine in pairwise(sides):
            blocks.append(UpBlock(config.width(coarse), config.width(fine), config, grow=True))
        self.blocks = nn.ModuleList(blocks)
        self.to_image = he_init(nn.Conv2d(config.width(sides[-1]), config.channels, 3, padding=1))

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers that a hook is called with, in order: the coarsest grid, then each block's output."""
        sides, width = self.config.sides, self.config.width
        if self.config.network == "dcgan":
            names = ("start", *(f"blocks.{number}" for number in range(len(self.blocks))))
            return tuple(Layer(name, side, width(side)) for name, side in zip(names, sides, strict=True))
        first = Layer("start", sides[0], width(sides[0]) // 2)
        return (first, *(Layer(f"blocks.{number}", side, width(side)) for number, side in enumerate(sides)))

    @property
    def latent_weights(self) -> Tensor:
        """The weights on z of the first layers, [rows, z_dim]: the coarsest grid's above the mapping's, if any."""
        first = (self.start, self.mapping[0]) if self.mapping is not None else (self.start,)
        return torch.cat([layer.weight[:, : self.config.z_dim] for layer in first])

    @property
    def modulated(self) -> int:
        """How many layers the mapping network scales and shifts: two a block, and 0 without a mapping network."""
        return 0 if self.mapping is None else 2 * len(self.blocks)

    @torch.no_grad()
    def fold(self) -> "Generator":
        """Make the weights ready for drawing alone, in place, once they are final: the pictures are the same but for
        rounding, in some five sixths of the time."""
        for block in self.blocks:
            if isinstance(block, UpBlock) and block.grow:
                block.up_kernel = upsampling_kernel(block.conv2.weight)
        return self

    def forward(self, z: Tensor, c: Tensor, hook: LayerHook | None = None, offsets: Tensor | None = None) -> Tensor:
        """hook: called with the name and the maps [N, C, side, side] of each of `layers`; the pass goes on with the
        maps that it returns. offsets: [N, modulated, mapping], added to the mapping network's output w before each
        layer's scale and shift, so that each has a w of its own (the space w+ of Abdal 2019, "Image2StyleGAN").

        The hook is an argument, not a torch hook, because threads share one generator.
        """
        c = self.word_projection(c)
        if self.config.scale_condition:
            c = rescale(c, self.config.codes, self.config.styles)
        inputs = torch.cat([transform_latent(z, self.config.z), c], dim=1)
        modulation = self.mapping(inputs) if self.mapping is not None else None
        own = None if offsets is None else (modulation + offsets.transpose(0, 1)).contiguous().unbind()
        side, is_dcgan = self.config.sides[0], self.config.network == "dcgan"
        x = self.start(inputs).unflatten(1, (-1, side, side)).contiguous(memory_format=torch.channels_last)
        if is_dcgan:
            x = torch.relu(self.start_norm(x))
        if hook is not None:
            x = hook("start", x)
        for number, block in enumerate(self.blocks):
            x = block(x, *((modulation, modulation) if own is None else own[2 * number : 2 * number + 2]))
            if hook is not None:
                x = hook(f"blocks.{number}", x)
        return torch.tanh(self.to_image(x if is_dcgan else act(x)))


class UpBlock(nn.Module):
    """A residual block that doubles the side (`grow`) after its first convolution, where that is cheap."""

    def __init__(self, wide: int, narrow: int, config: NetworkConfig, grow: bool):
        super().__init__()
        self.grow = grow
        self.film1, self.film2 = (
            BatchNorm(width) if config.norm != "none" else FiLM(config.mapping, width) for width in (wide, narrow)
        )
        self.conv1 = he_init(nn.Conv2d(wide, narrow, 3, padding=1))
        # The branch starts small, so a fresh stack of blocks neither explodes nor vanishes (Fixup, Zhang 2019).
        self.conv2 = he_init(nn.Conv2d(narrow, narrow, 3, padding=1), gain=0.25)
        self.skip = he_init(nn.Conv2d(wide, narrow, 1, bias=False), gain=0.7) if wide != narrow else nn.Identity()
        self.register_buffer("up_kernel", None, persistent=False)  # see Generator.fold

    def forward(self, x: Tensor, first: Tensor | None, second: Tensor | None) -> Tensor:
        """first, second: the modulation of either layer, [N, mapping]."""
        branch, shortcut = self.conv1(act(self.film1(x, first))), self.skip(x)
        if self.up_kernel is not None:
            branch = act(self.film2(branch, second))  # pixel by pixel, so it may as well come before the doubling
            return add_upsampled(conv_upsampled(branch, self.up_kernel, self.conv2.bias), shortcut)
        if self.grow:
            branch, shortcut = upsample(branch), upsample(shortcut)
        return shortcut + self.conv2(act(self.film2(branch, second)))
