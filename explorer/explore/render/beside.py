"""Two words on the same latents: their pictures, and how far these differ."""

from dataclasses import dataclass

import numpy as np

from explorer.errors import ExplorerError
from explorer.explore.render.formats import SCALES, file_of, tile_specs
from explorer.explore.render.picture import Picture
from explorer.explore.render.png import encode
from explorer.explore.render.sheets import label_of, rows_sheet

SHEET_SCALE = 3  # pixels a pixel of the sheet


@dataclass(frozen=True, eq=False)
class Beside:
    """Two pictures with tiles of one size, as many in each, such as of two words on the same latents."""

    first: Picture
    second: Picture

    def __post_init__(self) -> None:
        if self.first.tiles.shape != self.second.tiles.shape:
            raise ExplorerError("Two words stand beside each other on the same latents: draw as many pictures of each.")

    @property
    def difference(self) -> np.ndarray:
        """How far each pixel of the one is from the other's, uint8 [N, H, W, C]."""
        first, second = (picture.tiles.astype(np.int16) for picture in (self.first, self.second))
        return np.abs(first - second).astype(np.uint8)

    def sheet(self, scale: int = SHEET_SCALE) -> bytes:
        """A PNG with a row each of both and of the difference, which carries both specs."""
        labels = [label_of(self.first), label_of(self.second), "difference"]
        rows = [self.first.tiles, self.second.tiles, self.difference]
        return encode(rows_sheet(rows, labels, scale), self._specs)

    def file(self, kind: str) -> bytes:
        """A file of one of `formats.KINDS`: both and the difference from left to right; of those that hold each tile
        by itself, the tiles of the first and then of the second."""
        if kind in SCALES or kind == "svg":
            return file_of(kind, self._side_by_side(), 3 * self.first.columns, self._specs)
        tiles = np.concatenate([self.first.tiles, self.second.tiles])
        specs = [spec for whole in self._specs for spec in tile_specs([whole], len(self.first.tiles))]
        return file_of(kind, tiles, self.first.columns, specs)

    @property
    def _specs(self) -> list:
        return [self.first.spec, self.second.spec]

    def _side_by_side(self) -> np.ndarray:
        """Tiles in rows of the first, the second and the difference; places after the last tile are 0."""
        count, columns = len(self.first.tiles), self.first.columns
        rows = -(-count // columns)
        whole = np.zeros((rows, 3, columns, *self.first.tiles.shape[1:]), np.uint8)
        for part, tiles in enumerate((self.first.tiles, self.second.tiles, self.difference)):
            padded = np.zeros((rows * columns, *tiles.shape[1:]), np.uint8)
            padded[:count] = tiles
            whole[:, part] = padded.reshape(rows, columns, *tiles.shape[1:])
        return whole.reshape(-1, *self.first.tiles.shape[1:])
