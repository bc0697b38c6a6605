"""Film: a drawn walk, as one picture to scrub through, as a strip to look at, as a file to keep."""

import dataclasses
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from explorer.explore.render.condition import blended, condition_vector
from explorer.explore.render.forward import draw_tiles
from explorer.explore.render.picture import columns_for, compose, to_image
from explorer.explore.render.png import encode_text
from explorer.explore.render.studio import Studio
from explorer.explore.spec.spec import Spec
from explorer.explore.walk.interpolate import walk_specs
from explorer.explore.walk.reading import FilmReading, read_frames, walk_figure
from explorer.explore.walk.walk import Walk

if TYPE_CHECKING:
    from PIL import Image
    from plotly.graph_objects import Figure


@dataclass(frozen=True, eq=False)
class Sprite:
    """All frames in one picture: frame f lies at column f % columns, row f // columns.

    pixels: uint8 [rows * height, columns * width, C]; places after the last frame are 0. width, height: of a frame.
    """

    pixels: np.ndarray
    columns: int
    width: int
    height: int
    frames: int


@dataclass(frozen=True, eq=False)
class Film:
    """The result of `draw_walk`; arrays are read-only.

    specs: one a frame; each, drawn alone, gives its frame pixel for pixel. tiles: uint8 [F, N, H, W, C].
    reading: what a judge sees on the way and how far the pictures move, or None if none was asked for.
    milliseconds: drawing time.
    """

    walk: Walk
    specs: tuple[Spec, ...]
    tiles: np.ndarray
    reading: FilmReading | None
    milliseconds: float

    @property
    def columns(self) -> int:
        """Tiles in a row of a frame."""
        return columns_for(self.tiles.shape[1])

    @cached_property
    def composites(self) -> np.ndarray:
        """Every frame as its `Picture.composite`: uint8 [F, rows * H, columns * W, C]."""
        return np.stack([compose(tiles, self.columns) for tiles in self.tiles])

    def sprite(self) -> Sprite:
        """All frames in one near-square picture, for a browser to scrub through with no further call."""
        frames, height, width, _ = self.composites.shape
        columns = columns_for(frames)
        return Sprite(compose(self.composites, columns), columns, width, height, frames)

    def sprite_png(self) -> bytes:
        """The sprite's pixels as a PNG that carries the walk."""
        return encode_text(to_image(self.sprite().pixels), self.walk.to_json())

    def strip_png(self, scale: int = 1) -> bytes:
        """The filmstrip as a PNG that carries the walk."""
        return encode_text(self.strip(scale), self.walk.to_json())

    def strip(self, scale: int = 1) -> "Image.Image":
        """The filmstrip, as in the DCGAN paper: a row a tile, a column a frame, each pixel `scale` x `scale`."""
        frames, count = self.tiles.shape[:2]
        across = self.tiles.swapaxes(0, 1).reshape(count * frames, *self.tiles.shape[2:])
        return to_image(compose(across, frames), scale)

    def save(self, path: str | Path, fps: float = 12.0, ping_pong: bool = False, scale: int | None = None) -> Path:
        """Write .gif, .webp, .mp4 or a filmstrip .png, the walk inside; returns the path. See `save_film`."""
        from explorer.explore.walk.film_files import save_film

        return save_film(path, self, fps, ping_pong, scale)

    def figure(self) -> "Figure":
        """The reading of this walk as a plotly figure; see `walk_figure`."""
        return walk_figure(self.walk, self.reading)

    def _repr_png_(self) -> bytes:
        return self.strip_png()

    def __repr__(self) -> str:
        frames, count = self.tiles.shape[:2]
        return f"<Film of {len(self.walk.stops)} stops: {frames} frames of {count} tiles>"


def draw_walk(studio: Studio, walk: Walk, read: bool = True) -> Film:
    """Draw every frame of a walk; raises ExplorerError with a sentence.

    read: let a judge look at all frames too; left out, `read_film` can do so later.
    """
    clock = perf_counter()
    specs = walk_specs(studio, walk)
    checkpoint, space = studio.checkpoint(specs[0].checkpoint), studio.space(specs[0].checkpoint)
    channels, height, width = checkpoint.image_shape
    tiles = np.empty((walk.frames, walk.count, height, width, channels), np.uint8)
    for frame, spec in enumerate(specs):
        vector = condition_vector(space, checkpoint, spec.condition)  # no frame needs its nearest words
        tiles[frame] = draw_tiles(checkpoint, spec, blended(vector, checkpoint, spec.blend))
    tiles.flags.writeable = False
    taken = 1000 * (perf_counter() - clock)
    film = Film(walk, specs, tiles, None, taken)
    return read_film(studio, film) if read else film


def read_film(studio: Studio, film: Film) -> Film:
    """The film with its reading: what a judge sees in every frame, and how far the pictures move."""
    checkpoint = studio.checkpoint(film.specs[0].checkpoint)
    return dataclasses.replace(film, reading=read_frames(film.tiles, checkpoint, studio.device, film.walk.loop))
