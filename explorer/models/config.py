"""The one description that both trunks are built from, written beside the weights."""

from dataclasses import dataclass
from typing import get_args

from explorer.errors import ExplorerError, shown
from explorer.models.families import Head

HEADS = get_args(Head)
RESOLUTIONS = (16, 28, 32, 64)
CHOICES = {"norm": ("none", "batch", "generator"), "head": HEADS, "z": ("normal", "uniform", "uniform01")}
CHOICES["network"] = ("residual", "dcgan")
EMBEDDING = 64
"""Dimensions of the sphere on which a ReACGAN's discriminator places pictures and classes."""


@dataclass(frozen=True)
class NetworkConfig:
    """Everything that decides a network's shapes. `size` is the one setting for all widths.

    resolution: side of the square picture in pixels, 16, 28, 32 or 64.
    channels: 1 (grey) or 3 (RGB).
    z_dim: length of the latent z, standard normal.
    c_dim: length of the condition c: a word vector's, with a weight for each style behind it; the number of labels or
        of numbers of code; or 0.
    size: channels of the layers at full resolution, or of a dcgan's at half of it; every halving of the side doubles
        them, up to 4 times in a residual network.
    ear: whether words pass a `conditioning.WordProjection` first; the name is that of the key in stored configs.
    network: what both trunks are made of: `residual` blocks, or `dcgan`'s strided convolutions.
    styles: how many of c's numbers, the last ones, are the weights of a mixture of styles; 0 for no styles. All zero
        leaves the style open.
    size_d: the size of D where it is another; 0 for the same.
    mapping: width of the two layers in a residual G that make each layer's scale and shift out of z and c.
    norm: `batch` norm in both trunks, in the `generator` alone, or `none`. A residual generator without it has every
        layer shifted by the style of z and c instead.
    head: D's outputs and where c enters it, see `discriminator.Discriminator`.
    z: what the generator makes of its standard normal latent first: `normal` leaves it, `uniform` spreads it evenly
        over [-1, 1] and `uniform01` over [0, 1], by the normal's own distribution function. So a latent is normal
        wherever it is walked, truncated or searched, and the network still gets what its paper fed it.
    codes: InfoGAN's, in order: n for one of n categories, 1 for a number in [-1, 1]. c is all of them side by side.
    scale_condition: whether G scales c to a mean square of one, as a normal z has (`conditioning.rescale`), or takes
        labels and codes as DCGAN's followers do: one-hot, numbers in [-1, 1].
    """

    resolution: int = 28
    channels: int = 1
    z_dim: int = 64
    c_dim: int = 100
    size: int = 32
    ear: bool = False
    norm: str = "none"
    head: str = "projection"
    z: str = "normal"
    codes: tuple[int, ...] = ()
    network: str = "residual"
    styles: int = 0
    mapping: int = 128
    size_d: int = 0
    scale_condition: bool = True

    def __post_init__(self) -> None:
        # The bounds keep a hostile or mistyped config from asking for a network that does not fit in memory.
        bounds = {"z_dim": (1, 1024), "c_dim": (0, 1024), "size": (4, 256), "styles": (0, 256), "mapping": (8, 1024)}
        bounds["size_d"] = (0, 256)
        for name in ("resolution", "channels", *bounds):
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool):
                raise ExplorerError(f"The network's {name} must be a whole number, not {shown(value, 40)!r}.")
            low, high = bounds.get(name, (value, value))
            if not low <= value <= high:
                raise ExplorerError(f"The network's {name} is {value}; it must lie between {low} and {high}.")
        for name in ("ear", "scale_condition"):
            if not isinstance(getattr(self, name), bool):
                raise ExplorerError(
                    f"The network's {name} must be true or false, not {shown(getattr(self, name), 40)!r}."
                )
        for name, known in CHOICES.items():
            if getattr(self, name) not in known:
                raise ExplorerError(
                    f"The network's {name} is {shown(getattr(self, name), 40)!r}; it must be one of {', '.join(known)}."
                )
        if not isinstance(self.codes, list | tuple) or not all(type(n) is int and 1 <= n <= 1024 for n in self.codes):
            raise ExplorerError("The network's codes must be a list of whole numbers from 1 to 1024.")
        object.__setattr__(self, "codes", tuple(self.codes))
        if (self.head == "codes") != bool(self.codes) or (self.codes and sum(self.codes) != self.c_dim):
            raise ExplorerError(
                f"The network's codes {shown(list(self.codes), 80)} do not make a condition of {self.c_dim} numbers."
            )
        if (self.head == "plain") != (self.c_dim == 0):
            raise ExplorerError(f"A network with the head {self.head} cannot have a condition of {self.c_dim} numbers.")
        if self.styles and (self.head != "projection" or self.styles >= self.c_dim):
            raise ExplorerError(
                f"A network with the head {self.head} and a condition of {self.c_dim} numbers cannot have "
                f"{self.styles} styles: they go with word vectors."
            )
        if self.resolution not in RESOLUTIONS:
            raise ExplorerError(f"Pictures of {self.resolution} pixels are not supported: choose 16, 28, 32 or 64.")
        if self.channels not in (1, 3):
            raise ExplorerError(f"Pictures with {self.channels} channels are not supported: 1 (grey) or 3 (RGB).")

    @property
    def word_dim(self) -> int:
        """Length of c without the weights of styles."""
        return self.c_dim - self.styles

    @property
    def sides(self) -> tuple[int, ...]:
        """Sides of the maps, coarse to fine: of residual networks (8, 16), (7, 14, 28), (8, 16, 32) or (8, 16, 32, 64),
        of a dcgan (4, 8), (7, 14), (4, 8, 16) or (4, 8, 16, 32)."""
        sides = [self.resolution if self.network == "residual" else self.resolution // 2]
        least = 7 if self.network == "residual" else 4
        while sides[0] % 2 == 0 and sides[0] // 2 >= least:
            sides.insert(0, sides[0] // 2)
        return tuple(sides)

    def width(self, side: int) -> int:
        """Channels of G's layers whose maps have this side."""
        return self.size * self._times(side)

    def width_d(self, side: int) -> int:
        """The same of D's."""
        return (self.size_d or self.size) * self._times(side)

    def _times(self, side: int) -> int:
        return self.resolution // 2 // side if self.network == "dcgan" else min(4, self.resolution // side)
