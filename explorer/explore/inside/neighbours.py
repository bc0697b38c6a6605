"""Is it memorising? The training pictures nearest to each tile, and how near that is."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from explorer.data import ImageSet
from explorer.data.progress import Report
from explorer.explore.render.picture import Picture
from explorer.explore.render.studio import Studio
from explorer.explore.spec.checks import whole
from explorer.explore.spec.spec import Spec
from explorer.measure.memorising.index import PIXELS, real_pictures
from explorer.measure.memorising.nearest import nearest
from explorer.measure.memorising.reference import COPY
from explorer.stopping import Stop

if TYPE_CHECKING:
    from PIL import Image

MOST = 20  # neighbours of each tile


@dataclass(frozen=True, eq=False)
class SpaceNeighbours:
    """The training pictures nearest to each of N tiles in one space, nearest first.

    space: `pixels`, or the name of the judge whose features were compared.
    rows: int64 [N, k], which training pictures. words: their labels, k a tile.
    distances: float64 [N, k]; in pixels the root mean square difference, 0 to 255 grey levels, else the length of the
        difference of two features.
    nearer: float64 [N], the share of held-out pictures that lie farther from their own nearest training picture, among
        those nearest to one of the same label, 0 to 1; None where no picture was held out.
    """

    space: str
    rows: np.ndarray
    words: tuple[tuple[str, ...], ...]
    distances: np.ndarray
    nearer: np.ndarray | None

    @property
    def copies(self) -> np.ndarray:
        """Which tiles are suspected of being copies, bool [N]: nearer than 99 % of the held-out pictures, or equal."""
        return (self.distances[:, 0] == 0) if self.nearer is None else (self.nearer >= COPY)

    @property
    def heading(self) -> str:
        """What a person reads above what was found."""
        return "nearest by pixels" if self.space == PIXELS else f"nearest to the judge {self.space}"

    def sentence(self, tile: int) -> str:
        """What a person reads about one tile, from 0."""
        said = f"{self.heading}: {self.words[tile][0]} {self.rows[tile, 0]} at {self.distances[tile, 0]:.3g}"
        if self.nearer is None:
            return f"{said}; no picture was held out to compare that with."
        held_out = f"nearer than {self.nearer[tile]:.0%} of held-out pictures are to theirs"
        return f"{said}, {held_out}{'; this may be a copy' if self.copies[tile] else ''}."


@dataclass(frozen=True, eq=False)
class Neighbours:
    """picture: the tiles. spaces: what was found in each space, pixels first. train: the pictures searched."""

    picture: Picture
    spaces: tuple[SpaceNeighbours, ...]
    train: ImageSet

    def tiles(self, near: SpaceNeighbours) -> np.ndarray:
        """The pictures that were found in a space, uint8 [N, k, H, W, C]."""
        return self.train.images[near.rows].transpose(0, 1, 3, 4, 2)

    def image(self, scale: int = 2) -> "Image.Image":
        """A sheet with a row a tile: the tile, then its neighbours with their distances; suspects are framed."""
        from explorer.explore.inside.neighbours_sheet import neighbours_sheet

        return neighbours_sheet(self, scale)

    def png(self, scale: int = 2) -> bytes:
        """The sheet as a PNG that carries the tiles' spec."""
        from explorer.explore.render.png import encode

        return encode(self.image(scale), [self.picture.spec])

    def _repr_png_(self) -> bytes:
        return self.png()


def neighbours(
    studio: Studio,
    spec: Spec,
    k: int = 5,
    data: str | None = None,
    data_dir: Path | None = None,
    download: bool = False,
    report: Report = lambda what, done, total: None,
    stop: Stop = lambda: False,
) -> Neighbours:
    """Draw a spec and look each tile up among all the pictures that its checkpoint was trained on.

    k: 1 to 20. data: what to read, where the name in the checkpoint's config is not enough (a folder's is not). The
    first call makes the pictures ready, some 20 seconds for 60,000; then 16 tiles take some 50 ms. Raises DataError
    when the pictures are not on this machine, ExplorerError, and Stopped.
    """
    k = whole(k, "the number of neighbours", 1, MOST)
    picture = studio.render(spec)
    real = real_pictures(studio.checkpoint(spec.checkpoint), data, data_dir, download)
    tiles = torch.from_numpy(picture.tiles.copy()).permute(0, 3, 1, 2).contiguous()
    spaces = []
    for space in real.spaces:
        bank = real.bank(space, report=report, stop=stop)
        report(f"comparing by {space}", 0, 1)
        reference = real.reference(space, stop=stop)
        found, lengths = nearest(bank, real.points(tiles, space, stop=stop), min(k, len(bank)), stop)
        rows, distances = found.cpu().numpy(), lengths.cpu().numpy()
        labels = real.train.labels[rows]
        spaces.append(
            SpaceNeighbours(
                space=space,
                rows=rows,
                words=tuple(tuple(real.train.words[label] for label in row) for row in labels),
                distances=distances / np.sqrt(tiles[0].numel()) if space == PIXELS else distances,
                nearer=None if reference is None else reference.nearer_than(distances[:, 0], labels[:, 0]),
            )
        )
        report(f"comparing by {space}", 1, 1)
    return Neighbours(picture, tuple(spaces), real.train)
