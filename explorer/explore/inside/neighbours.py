"""The training images nearest to each tile, and how near they are: what memorising looks like."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont

from explorer.data import ImageSet
from explorer.data.progress import Report
from explorer.errors import ExplorerError
from explorer.explore.render.picture import Picture, to_image
from explorer.explore.render.png import MAX_PIXELS, encode
from explorer.explore.render.sheets import GAP, INK, MARGIN, PAPER, SMALL_LINE, SMALL_TEXT
from explorer.explore.render.studio import Studio
from explorer.explore.spec.checks import whole
from explorer.explore.spec.spec import Spec
from explorer.measure.memorising.index import PIXELS, real_pictures
from explorer.measure.memorising.nearest import nearest
from explorer.measure.memorising.reference import COPY
from explorer.stopping import Stop

MAX_NEIGHBOURS = 20  # of each tile
ALARM = (200, 30, 30)


@dataclass(frozen=True, eq=False)
class SpaceNeighbours:
    """The training pictures nearest to each of N tiles in one space, nearest first.

    space: `pixels`, or the name of the judge whose features were compared.
    rows: int64 [N, k], indices of training pictures. words: their labels, k a tile.
    distances: float64 [N, k]; in pixels the root mean square difference, 0 to 255 grey levels, else the length of the
        difference of two features.
    nearer: float64 [N], the share of held-out pictures that lie farther from their nearest training picture, among
        those nearest to one of the same label, 0 to 1; None where no picture was held out.
    """

    space: str
    rows: np.ndarray
    words: tuple[tuple[str, ...], ...]
    distances: np.ndarray
    nearer: np.ndarray | None

    @property
    def copies(self) -> np.ndarray:
        """Tiles that may be copies, bool [N]: nearer than 99 % of the held-out pictures, or equal."""
        return (self.distances[:, 0] == 0) if self.nearer is None else (self.nearer >= COPY)

    @property
    def heading(self) -> str:
        """Heading of this space's neighbours."""
        return "nearest by pixels" if self.space == PIXELS else f"nearest to the judge {self.space}"

    def sentence(self, tile: int) -> str:
        """A sentence about one tile, from 0."""
        nearest = f"{self.heading}: {self.words[tile][0]} {self.rows[tile, 0]} at {self.distances[tile, 0]:.3g}"
        if self.nearer is None:
            return f"{nearest}; no picture was held out to compare that with."
        held_out = f"nearer than {self.nearer[tile]:.0%} of held-out pictures are to theirs"
        return f"{nearest}, {held_out}{'; this may be a copy' if self.copies[tile] else ''}."


@dataclass(frozen=True, eq=False)
class Neighbours:
    """picture: the tiles. spaces: the neighbours in each space, pixels first. train: the pictures searched."""

    picture: Picture
    spaces: tuple[SpaceNeighbours, ...]
    train: ImageSet

    def tiles(self, near: SpaceNeighbours) -> np.ndarray:
        """The neighbours in a space, uint8 [N, k, H, W, C]."""
        return self.train.images[near.rows].transpose(0, 1, 3, 4, 2)

    def image(self, scale: int = 2) -> Image.Image:
        """A sheet with a row a tile: the tile, then its neighbours with their distances; suspects are framed."""
        return _neighbours_sheet(self, scale)

    def png(self, scale: int = 2) -> bytes:
        """The sheet as a PNG that carries the tiles' spec."""
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
    """Draw a spec and look each tile up among all the training pictures of its checkpoint.

    k: 1 to 20. data: the pictures' source, where the name in the checkpoint's config is not enough (a folder's is not).
    The first call prepares the pictures, some 20 seconds for 60,000; then 16 tiles take some 50 ms. Raises DataError
    when the pictures are not on this machine, ExplorerError, and Stopped.
    """
    k = whole(k, "the number of neighbours", 1, MAX_NEIGHBOURS)
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


def _neighbours_sheet(found: Neighbours, scale: int = 2) -> Image.Image:
    """A row a tile, each pixel `scale` x `scale`; under every neighbour its distance, framed where it may be copied."""
    tiles = found.picture.tiles
    _, height, width, _ = tiles.shape
    columns = [near.rows.shape[1] for near in found.spaces]
    step, row = (max(width * scale, 3 * SMALL_TEXT) + GAP), height * scale + SMALL_LINE + GAP
    starts, left = [], MARGIN
    for count in (1, *columns):
        starts.append(left)
        left += count * step + 2 * MARGIN
    size = (left, 2 * SMALL_LINE + len(tiles) * row + MARGIN)
    if size[0] * size[1] > MAX_PIXELS:
        raise ExplorerError("This sheet would be too large to be read again; take fewer tiles or a smaller scale.")
    page = Image.new("RGB", size, PAPER)
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(SMALL_TEXT)
    heads = ["drawn", *(near.heading for near in found.spaces)]
    for start, head in zip(starts, heads, strict=True):
        pen.text((start, SMALL_LINE // 2), head, fill=INK, font=font)
    for number, tile in enumerate(tiles):
        top = 2 * SMALL_LINE + number * row
        page.paste(to_image(tile, scale), (starts[0], top))
        for near, start in zip(found.spaces, starts[1:], strict=True):
            suspect = near.copies[number]
            for place, picture in enumerate(found.tiles(near)[number]):
                at = (start + place * step, top)
                page.paste(to_image(picture, scale), at)
                alarm = suspect and place == 0
                if alarm:
                    corner = (at[0] + width * scale, at[1] + height * scale)
                    pen.rectangle(((at[0] - 2, at[1] - 2), (corner[0] + 1, corner[1] + 1)), outline=ALARM, width=2)
                under = (at[0], top + height * scale + 1)
                pen.text(under, f"{near.distances[number, place]:.3g}", fill=ALARM if alarm else INK, font=font)
    return page
