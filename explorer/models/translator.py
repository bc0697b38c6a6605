"""The networks of a translator: two generators from picture to picture, and two discriminators of patches.

CycleGAN (Zhu, Park, Isola and Efros 2017) learns from two sets of pictures, its domains a and b, of which no picture of
one belongs to a picture of the other.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from explorer.models.config import TranslatorConfig, Way
from explorer.models.layers import act, he_init, upsample

LEAK = 0.1  # the slope of a pixel beyond white or black: with none, one that strays there would never come back


class Translator(nn.Module):
    """Both generators. `Translator(x, way) -> y`: pictures [N, C, H, W] in [-1, 1] to as many of the other domain."""

    def __init__(self, config: TranslatorConfig):
        super().__init__()
        self.config = config
        self.there, self.back = PictureGenerator(config), PictureGenerator(config)

    def forward(self, x: Tensor, way: Way = "there") -> Tensor:
        return self.there(x) if way == "there" else self.back(x)


class PictureGenerator(nn.Module):
    """[N, C, H, W] in [-1, 1] -> the same shape, and the same range but for a little (see LEAK).

    Johnson's residual network (2016), as in the paper, with a shortcut of a U-Net (Ronneberger 2015). Its finest layers
    lie at half the resolution, where each place holds a square of four pixels (Shi 2016), which costs a third less. It
    gives the change to a picture, which a fresh network leaves nearly as it is. Instance norm (Ulyanov 2016) takes
    statistics of one picture alone, so that none depends on its batch.
    """

    def __init__(self, config: TranslatorConfig):
        super().__init__()
        pixels, fine, coarse = 4 * config.channels, 2 * config.size, 4 * config.size
        self.from_image = he_init(nn.Conv2d(pixels, fine, 3, padding=1))
        self.down = he_init(nn.Conv2d(fine, coarse, 3, stride=2, padding=1))
        self.blocks = nn.Sequential(*(ResidualBlock(coarse) for _ in range(config.blocks)))
        self.up = he_init(nn.Conv2d(coarse, fine, 3, padding=1))
        self.to_image = he_init(nn.Conv2d(fine, pixels, 3, padding=1), gain=0.05)
        # The four pixels of a square begin alike, else what is drawn begins with a chequered pattern (Aitken 2017).
        self.to_image.weight.data = self.to_image.weight.data[::4].repeat_interleave(4, dim=0)

    def forward(self, x: Tensor) -> Tensor:
        fine = act(F.instance_norm(self.from_image(F.pixel_unshuffle(x.contiguous(), 2))))
        coarse = self.blocks(act(F.instance_norm(self.down(fine))))
        drawn = act(F.instance_norm(self.up(upsample(coarse)))) + fine
        changed = x + F.pixel_shuffle(self.to_image(drawn), 2)
        within = changed.clamp(-1, 1)
        return within + LEAK * (changed - within)


class ResidualBlock(nn.Module):
    """Two convolutions with instance norm, added to what came in."""

    def __init__(self, width: int):
        super().__init__()
        self.conv1, self.conv2 = (he_init(nn.Conv2d(width, width, 3, padding=1)) for _ in range(2))

    def forward(self, x: Tensor) -> Tensor:
        return x + F.instance_norm(self.conv2(act(F.instance_norm(self.conv1(x)))))


class PatchDiscriminators(nn.Module):
    """A discriminator for each domain, `a` and `b`."""

    def __init__(self, config: TranslatorConfig):
        super().__init__()
        self.config = config
        self.a, self.b = PatchDiscriminator(config), PatchDiscriminator(config)


class PatchDiscriminator(nn.Module):
    """[N, C, H, W] -> a logit for each patch, [N, h, w] (pix2pix, Isola 2017): each sees 34 x 34 pixels."""

    def __init__(self, config: TranslatorConfig):
        super().__init__()
        width = config.size_d or config.size
        self.from_image = he_init(nn.Conv2d(config.channels, width, 4, stride=2, padding=1))
        self.layers = nn.ModuleList(
            [
                he_init(nn.Conv2d(width, 2 * width, 4, stride=2, padding=1)),
                he_init(nn.Conv2d(2 * width, 4 * width, 4, padding=1)),
            ]
        )
        self.head = he_init(nn.Conv2d(4 * width, 1, 4, padding=1))

    def forward(self, x: Tensor) -> Tensor:
        x = act(self.from_image(x.contiguous()))
        for layer in self.layers:
            x = act(F.instance_norm(layer(x)))
        return self.head(x)[:, 0]


@torch.inference_mode()
def translate(translator: Translator, pictures: Tensor, way: Way) -> tuple[Tensor, Tensor]:
    """Pictures [N, C, H, W] in [-1, 1] translated, and brought back, each in [-1, 1]."""
    other: Way = "back" if way == "there" else "there"
    translated = translator(pictures, way).clamp(-1, 1)
    return translated, translator(translated, other).clamp(-1, 1)
