"""A checkpoint's discriminator: the real pictures that excite each of its units, and what in them does.

The DCGAN paper (Radford, Metz, Chintala 2015, section 6.2 and figure 5) showed by guided backpropagation that the
discriminator of a GAN comes to look for parts of its pictures: beds and windows there, straps and soles here.
"""

import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont

from explorer.checkpoint import Checkpoint
from explorer.data import ImageSet
from explorer.data.progress import Report
from explorer.errors import ExplorerError, shown
from explorer.explore.inside.unit_responses import (
    TopActivations,
    guided_backpropagation,
    maximal_activations,
    receptive_boxes,
)
from explorer.explore.render.picture import to_image
from explorer.explore.render.sheets import GAP, INK, MARGIN, PAPER, SMALL_LINE, SMALL_TEXT
from explorer.explore.spec.checks import whole
from explorer.measure.discriminator.load import load_discriminator
from explorer.measure.training_pictures import own_pictures, read_options_of, source_of
from explorer.models.activations import discriminator_layers
from explorer.models.generator import Layer
from explorer.models.pixels import from_bytes
from explorer.stopping import Stop

PICTURES, SEED = 10_000, 7  # training pictures that are shown, and which
MAX_PICTURES = 16  # of a unit
FRAME = (235, 120, 40)


@dataclass(frozen=True, eq=False)
class UnitView:
    """A unit of a layer, and the k training pictures that excite it most, best first.

    rows: int64 [k], indices of the training pictures. words: their labels. values: float32 [k], the unit's activation.
    pictures: uint8 [k, H, W, C]. boxes: int64 [k, 4], the receptive field where the unit is excited most (first row
    and column, last row and column). guided: float32 [k, H, W, C], what in there excites it.
    """

    layer: Layer
    unit: int
    rows: np.ndarray
    words: tuple[str, ...]
    values: np.ndarray
    pictures: np.ndarray
    boxes: np.ndarray
    guided: np.ndarray

    @property
    def guided_pictures(self) -> np.ndarray:
        """`guided` as pictures, uint8 [k, H, W, C]: 128 is 0; brighter pixels should be brighter to excite the unit
        more, darker ones darker; each picture is scaled by its own strongest."""
        strongest = np.abs(self.guided).max(axis=(1, 2, 3), keepdims=True)
        return np.rint(128 + self.guided * (127 / np.maximum(strongest, 1e-12))).astype(np.uint8)

    def image(self, scale: int = 2) -> Image.Image:
        """The pictures, the receptive field framed in each, and under each its guided picture."""
        return _unit_sheet(self, scale)

    def _repr_png_(self) -> bytes:
        return self.image()._repr_png_()


class InspectedDiscriminator:
    """A checkpoint's discriminator and its responses to training pictures. Threads may share it."""

    def __init__(self, checkpoint: Checkpoint, train: ImageSet, top: tuple[TopActivations, ...]):
        self.checkpoint, self.train = checkpoint, train
        self.layers: tuple[Layer, ...] = tuple(one.layer for one in top)
        self._top = {one.layer.name: one for one in top}
        self._network = load_discriminator(checkpoint)
        self._lock = threading.Lock()

    def top_activations(self, layer: str) -> TopActivations:
        """The pictures that excite each unit of a layer most; raises ExplorerError for an unknown layer."""
        if layer not in self._top:
            known = ", ".join(self._top)
            raise ExplorerError(f"This discriminator has no layer {shown(layer, 40)!r}; its layers are {known}.")
        return self._top[layer]

    def unit(self, layer: str, unit: int, k: int = 9) -> UnitView:
        """A view of one unit; unit from 0, k from 1 to 16. Takes some 20 ms. Raises ExplorerError."""
        found = self.top_activations(layer)
        unit = whole(unit, f"a unit of {layer}", 0, found.layer.width - 1)
        k = min(whole(k, "the number of pictures", 1, MAX_PICTURES), found.rows.shape[1])
        rows, places = found.rows[unit, :k], torch.from_numpy(found.places[unit, :k])
        device = next(self._network.parameters()).device
        pictures = from_bytes(torch.from_numpy(self.train.images[rows]).to(device))
        with self._lock:  # one thread at a time may read a network's maps
            guided = guided_backpropagation(self._network, pictures, layer, unit, places)
            boxes = receptive_boxes(self._network, pictures, layer, unit, places)
        return UnitView(
            layer=found.layer,
            unit=unit,
            rows=rows,
            words=tuple(self.train.words[label] for label in self.train.labels[rows]),
            values=found.values[unit, :k],
            pictures=self.train.images[rows].transpose(0, 2, 3, 1),
            boxes=boxes.numpy(),
            guided=guided.permute(0, 2, 3, 1).cpu().numpy(),
        )


def inspect_discriminator(
    checkpoint: Checkpoint,
    pictures: int = PICTURES,
    data: str | None = None,
    data_dir: Path | None = None,
    download: bool = False,
    report: Report = lambda what, done, total: None,
    stop: Stop = lambda: False,
) -> InspectedDiscriminator:
    """Show a checkpoint's discriminator so many of its training pictures, drawn at random and always the same.

    Takes a second or two per thousand. data: the pictures' source, where the name in its config is not enough. Raises
    ExplorerError where it ships no discriminator or the pictures are not on this machine, and Stopped.
    """
    network = load_discriminator(checkpoint)
    source, options = data or source_of(checkpoint), read_options_of(checkpoint)
    train = own_pictures(source, checkpoint.image_shape, "train", data_dir, download, options)
    count = min(whole(pictures, "the number of pictures", 1, 10**9), len(train))
    rows = np.sort(np.random.default_rng(SEED).permutation(len(train))[:count])
    layers = discriminator_layers(network, checkpoint.image_shape)
    images = torch.from_numpy(train.images[rows])
    top = maximal_activations(network, layers, images, min(MAX_PICTURES, count), report, stop)
    top = tuple(TopActivations(one.layer, rows[one.rows], one.values, one.places) for one in top)
    return InspectedDiscriminator(checkpoint, train, top)


def _unit_sheet(view: UnitView, scale: int = 2) -> Image.Image:
    """A column a picture, each pixel `scale` x `scale`: the receptive field framed; under it the guided picture."""
    count, height, width, _ = view.pictures.shape
    step, side = max(width * scale, 3 * SMALL_TEXT) + GAP, height * scale
    page = Image.new("RGB", (2 * MARGIN + count * step, 2 * SMALL_LINE + 2 * (side + GAP) + SMALL_LINE), PAPER)
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(SMALL_TEXT)
    pen.text((MARGIN, SMALL_LINE // 2), f"{view.layer.name}, unit {view.unit}", fill=INK, font=font)
    for place in range(count):
        left, top = MARGIN + place * step, 2 * SMALL_LINE
        page.paste(to_image(view.pictures[place], scale), (left, top))
        first_row, first_column, last_row, last_column = (int(x) for x in view.boxes[place])
        corners = (
            (left + first_column * scale, top + first_row * scale),
            (left + (last_column + 1) * scale - 1, top + (last_row + 1) * scale - 1),
        )
        pen.rectangle(corners, outline=FRAME)
        page.paste(to_image(view.guided_pictures[place], scale), (left, top + side + GAP))
        pen.text((left, top + 2 * (side + GAP) - 2), f"{view.values[place]:.2f}", fill=INK, font=font)
    return page
