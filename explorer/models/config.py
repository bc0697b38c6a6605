"""The one description that both trunks are built from, written beside the weights."""

from dataclasses import dataclass

from explorer.errors import ExplorerError


@dataclass(frozen=True)
class NetworkConfig:
    """Everything that decides a network's shapes. `size` is the one dial: it sets every width.

    resolution: side of the square picture in pixels, 28, 32 or 64.
    channels: 1 (grey) or 3 (RGB).
    z_dim: length of the latent z, standard normal.
    c_dim: length of the condition c, a unit vector (the word space's dimension).
    size: channels of the layers at full resolution; every halving of the side doubles them, up to 4 x size.
    ear: whether words pass a fixed linear map on their way in (`conditioning.Ear`).
    """

    resolution: int = 28
    channels: int = 1
    z_dim: int = 64
    c_dim: int = 100
    size: int = 32
    ear: bool = False

    def __post_init__(self) -> None:
        # The bounds keep a hostile or mistyped config from asking for a network that does not fit in memory.
        bounds = {"z_dim": (1, 1024), "c_dim": (1, 1024), "size": (4, 256)}
        for name in ("resolution", "channels", "z_dim", "c_dim", "size"):
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool):
                raise ExplorerError(f"The network's {name} must be a whole number, not {value!r}.")
            low, high = bounds.get(name, (value, value))
            if not low <= value <= high:
                raise ExplorerError(f"The network's {name} is {value}; it must lie between {low} and {high}.")
        if not isinstance(self.ear, bool):
            raise ExplorerError(f"The network's ear must be true or false, not {self.ear!r}.")
        if self.resolution not in (28, 32, 64):
            raise ExplorerError(f"Pictures of {self.resolution} pixels are not supported: choose 28, 32 or 64.")
        if self.channels not in (1, 3):
            raise ExplorerError(f"Pictures with {self.channels} channels are not supported: 1 (grey) or 3 (RGB).")

    @property
    def sides(self) -> tuple[int, ...]:
        """The sides of the stages, coarse to fine: (7, 14, 28), (8, 16, 32) or (8, 16, 32, 64)."""
        sides = [self.resolution]
        while sides[0] % 2 == 0 and sides[0] // 2 >= 7:
            sides.insert(0, sides[0] // 2)
        return tuple(sides)

    def width(self, side: int) -> int:
        """Channels of the layers whose pictures have this side."""
        return self.size * min(4, self.resolution // side)
