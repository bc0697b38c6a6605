"""Picture: a drawn spec, its tiles, one composite of them, and what the word space says of its condition."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

from explorer.errors import ExplorerError
from explorer.explore.render.condition import ConditionInfo
from explorer.explore.render.png import MAX_PIXELS, encode
from explorer.explore.spec.spec import Spec
from explorer.words import Familiarity

SHOWN_SIDE = 448  # pixels, about, of a picture in a notebook


@dataclass(frozen=True, eq=False)
class Picture:
    """The result of `Studio.render`; arrays are read-only.

    tiles: uint8 [N, H, W, C]. composite: uint8 [rows * H, columns * W, C], native resolution, no gaps; places after the
    last tile are 0.
    condition: what its condition means, see the properties.
    reading: (label, share of the tiles in which a judge sees it), all labels, best first; empty where no judge knows
    them, or none was asked.
    tile_labels: with word truncation, the label that each tile's condition was drawn towards; else empty.
    tile_styles: each tile's style, its name or the mixture as typed; empty where it is open.
    display_names: what a label is called where that is not its word, by label.
    timings: milliseconds by step.
    """

    spec: Spec
    tiles: np.ndarray
    composite: np.ndarray
    columns: int
    condition: ConditionInfo
    reading: tuple[tuple[str, float], ...]
    timings: Mapping[str, float]
    tile_labels: tuple[str, ...] = ()
    tile_styles: tuple[str, ...] = ()
    display_names: Mapping[str, str] = field(default_factory=dict)

    def name_of(self, label: str) -> str:
        """What a label is called."""
        return self.display_names.get(label, label)

    @property
    def table(self) -> tuple[tuple[str, float], ...]:
        """(label, cosine) of the condition as typed, best first."""
        return self.condition.table

    @property
    def nearest(self) -> tuple[tuple[str, float], ...]:
        """(word, cosine) of the words nearest to the condition."""
        return self.condition.nearest

    @property
    def familiarity(self) -> Familiarity:
        """How near the condition lies to the labels."""
        return self.condition.familiarity

    @property
    def hints(self) -> tuple[str, ...]:
        """Sentences about how the text was resolved."""
        return self.condition.hints

    def image(self, scale: int = 1) -> Image.Image:
        """The composite as a Pillow image (mode L or RGB), each pixel `scale` x `scale`."""
        return to_image(self.composite, scale)

    def png(self, scale: int = 1) -> bytes:
        """The composite as a PNG that carries the spec."""
        return encode(self.image(scale), [self.spec])

    def save(self, path: str | Path, scale: int = 1) -> Path:
        """Write a .png (with the spec), or an .npz of the tiles; returns the path."""
        from explorer.explore.render.files import save_pictures

        return save_pictures(path, [self], scale)

    def _repr_png_(self) -> bytes:
        return self.png(max(1, round(SHOWN_SIDE / max(self.composite.shape[:2]))))


def columns_for(count: int) -> int:
    """Tiles in a row of a near-square grid: 4 for 16, 8 for 64, 3 for 7."""
    return math.ceil(math.sqrt(count))


def compose(tiles: np.ndarray, columns: int) -> np.ndarray:
    """Tiles uint8 [N, H, W, C] side by side, row by row: uint8 [rows * H, columns * W, C]."""
    count, height, width, channels = tiles.shape
    rows = -(-count // columns)
    if count < rows * columns:
        tiles = np.concatenate([tiles, np.zeros((rows * columns - count, height, width, channels), np.uint8)])
    grid = tiles.reshape(rows, columns, height, width, channels).swapaxes(1, 2)
    return np.ascontiguousarray(grid).reshape(rows * height, columns * width, channels)


def to_image(pixels: np.ndarray, scale: int = 1) -> Image.Image:
    """uint8 [H, W, 1 or 3] as a Pillow image, each pixel `scale` x `scale`; refuses what is too large."""
    if pixels.shape[0] * pixels.shape[1] * scale**2 > MAX_PIXELS:
        raise ExplorerError(f"At scale {scale} this picture would be too large to be read again; use a smaller scale.")
    image = Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels)
    return image if scale == 1 else image.resize((image.width * scale, image.height * scale), Image.Resampling.NEAREST)
