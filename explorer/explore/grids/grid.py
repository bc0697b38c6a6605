"""Grids of tiles with values beside them; and the grid over two of generators, words, styles, psi, seeds and epochs."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from explorer.explore.grids.plan import GridAxis, GridPlan, places_by_generator, plan_grid
from explorer.explore.render.files import check_target, write
from explorer.explore.render.forward import draw_each
from explorer.explore.render.picture import compose, to_image
from explorer.explore.render.png import encode
from explorer.explore.render.sheets import rows_sheet
from explorer.explore.render.studio import Studio
from explorer.explore.spec.spec import Spec


class TileGrid:
    """Tiles in rows, each with its spec; the base of `Grid` and `CodeGrid`, which draw the values beside them.

    specs: one a tile, row by row. tiles: uint8 [N, H, W, C]. columns: tiles in a row.
    """

    specs: tuple[Spec, ...]
    tiles: np.ndarray
    columns: int

    def image(self, scale: int = 1) -> Image.Image:
        """The grid with its values beside it, each pixel of a tile `scale` x `scale`."""
        raise NotImplementedError

    def png(self, scale: int = 1) -> bytes:
        """The same as a PNG that carries every tile's spec (`specs_from_png`)."""
        return encode(self.image(scale), self.specs)

    def bare_png(self) -> bytes:
        """The tiles alone, side by side, as such a PNG."""
        return encode(to_image(compose(self.tiles, self.columns)), self.specs)

    def save(self, path: str | Path, scale: int = 1) -> Path:
        """Write a .png that carries every tile's spec; returns the path."""
        path = check_target(path, {".png": "a picture"})
        return write(path, self.png(scale))

    def _repr_png_(self) -> bytes:
        return self.png(2)


@dataclass(frozen=True, eq=False)
class Grid(TileGrid):
    """A plan and its tiles, uint8 [N, H, W, C], row by row, read-only.

    Each spec, drawn alone, gives its tile pixel for pixel; where generators draw in different sizes, the smaller ones
    lie in the middle of their place.
    """

    plan: GridPlan
    tiles: np.ndarray

    @property
    def specs(self) -> tuple[Spec, ...]:
        return self.plan.specs

    @property
    def columns(self) -> int:
        return self.plan.columns

    def image(self, scale: int = 1) -> Image.Image:
        """The grid with its values beside it, each pixel of a tile `scale` x `scale`."""
        across, down = self.plan.across, self.plan.down
        rows = self.tiles.reshape(self.plan.rows, self.columns, *self.tiles.shape[1:])
        labels = (
            [f"{down.title} {name}" if down.kind in ("psi", "seed", "epoch") else name for name in down.names]
            if down
            else [""]
        )
        heads = [across.title if across.kind in ("psi", "seed", "epoch") else "", *across.names]
        return rows_sheet(list(rows), labels, scale, [self.columns] * self.plan.rows, heads)

    def __repr__(self) -> str:
        return f"<Grid of {self.plan.size}>"


def xy_grid(
    studio: Studio, spec: Spec, across: GridAxis, down: GridAxis | None = None, own_truncation: bool = False
) -> Grid:
    """Draw the grid that `plan_grid` plans. Raises ExplorerError, such as for a word that a generator does not know."""
    return draw_plan(studio, plan_grid(spec, across, down, own_truncation))


def draw_plan(studio: Studio, plan: GridPlan) -> Grid:
    """Draw a plan."""
    tiles: dict[int, np.ndarray] = {}
    for places in places_by_generator(plan):
        tiles |= draw_places(studio, plan, places)
    return assemble(plan, tiles)


def draw_places(studio: Studio, plan: GridPlan, places: tuple[int, ...]) -> dict[int, np.ndarray]:
    """The tiles at some places, all of one generator, by place, uint8 [H, W, C]."""
    specs = [plan.specs[place] for place in places]
    checkpoint = studio.checkpoint(specs[0].checkpoint)
    vectors = [studio.resolve_condition(spec).blended(checkpoint, spec.blend) for spec in specs]
    return dict(zip(places, draw_each(checkpoint, specs, vectors), strict=True))


def assemble(plan: GridPlan, tiles: Mapping[int, np.ndarray]) -> Grid:
    """The grid of all tiles."""
    height, width, channels = (max(tile.shape[side] for tile in tiles.values()) for side in range(3))
    grid = np.zeros((len(plan.specs), height, width, channels), np.uint8)
    for place, tile in tiles.items():
        top, left = (height - tile.shape[0]) // 2, (width - tile.shape[1]) // 2
        grid[place, top : top + tile.shape[0], left : left + tile.shape[1]] = tile
    grid.flags.writeable = False
    return Grid(plan, grid)
