"""What a checkpoint's discriminator looks for: the real pictures that excite each of its units, and what in them does.

The DCGAN paper (Radford, Metz, Chintala 2015, section 6.2 and figure 5) showed by guided backpropagation that the
discriminator of a GAN comes to look for parts of what it is shown: beds and windows there, straps and soles here.
"""

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from explorer.checkpoint import Checkpoint
from explorer.data import ImageSet
from explorer.data.progress import Report
from explorer.errors import ExplorerError, shown
from explorer.explore.inside.guided import guided_backpropagation, receptive_boxes
from explorer.explore.inside.maximal_activations import Excited, maximal_activations
from explorer.explore.spec.checks import whole
from explorer.measure.discriminator.load import discriminator_of
from explorer.measure.training_pictures import own_pictures, read_options_of, source_of
from explorer.models.activations import discriminator_layers
from explorer.models.generator import Layer
from explorer.models.pixels import from_bytes
from explorer.stopping import Stop

if TYPE_CHECKING:
    from PIL import Image

PICTURES, MOST, SEED = 10_000, 16, 7  # training pictures that are shown; the most that are kept of each unit


@dataclass(frozen=True, eq=False)
class UnitView:
    """A unit of a layer, and the k training pictures that excite it most, best first.

    rows: int64 [k], which training pictures. words: their labels. values: float32 [k], how strongly each excites it.
    pictures: uint8 [k, H, W, C]. boxes: int64 [k, 4], what the unit can see of each from where it is excited most
    (first row and column, last row and column). guided: float32 [k, H, W, C], what in there excites it.
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
        """`guided` to look at, uint8 [k, H, W, C]: 128 is nothing; brighter pixels should be brighter to excite it
        more, darker ones darker; each picture by its own strongest."""
        strongest = np.abs(self.guided).max(axis=(1, 2, 3), keepdims=True)
        return np.rint(128 + self.guided * (127 / np.maximum(strongest, 1e-12))).astype(np.uint8)

    def image(self, scale: int = 2) -> "Image.Image":
        """The pictures, each with what the unit sees of it framed, and under each its guided picture."""
        from explorer.explore.inside.unit_sheet import unit_sheet

        return unit_sheet(self, scale)

    def _repr_png_(self) -> bytes:
        return self.image()._repr_png_()


class Opponent:
    """A checkpoint's discriminator, in front of its training pictures; `meet` makes one. Threads may share it."""

    def __init__(self, checkpoint: Checkpoint, train: ImageSet, excited: tuple[Excited, ...]):
        self.checkpoint, self.train = checkpoint, train
        self.layers: tuple[Layer, ...] = tuple(one.layer for one in excited)
        self._excited = {one.layer.name: one for one in excited}
        self._network = discriminator_of(checkpoint)
        self._lock = threading.Lock()

    def excited(self, layer: str) -> Excited:
        """What excites each unit of a layer; raises ExplorerError for a layer that there is not."""
        if layer not in self._excited:
            known = ", ".join(self._excited)
            raise ExplorerError(f"This discriminator has no layer {shown(layer, 40)!r}; its layers are {known}.")
        return self._excited[layer]

    def unit(self, layer: str, unit: int, k: int = 9) -> UnitView:
        """One unit; unit from 0, k from 1 to 16. Some 20 ms. Raises ExplorerError."""
        found = self.excited(layer)
        unit = whole(unit, f"a unit of {layer}", 0, found.layer.width - 1)
        k = min(whole(k, "the number of pictures", 1, MOST), found.rows.shape[1])
        rows, places = found.rows[unit, :k], torch.from_numpy(found.places[unit, :k])
        device = next(self._network.parameters()).device
        pictures = from_bytes(torch.from_numpy(self.train.images[rows]).to(device))
        with self._lock:  # a network that is tapped is looked at by one thread at a time
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


def meet(
    checkpoint: Checkpoint,
    pictures: int = PICTURES,
    data: str | None = None,
    data_dir: Path | None = None,
    download: bool = False,
    report: Report = lambda what, done, total: None,
    stop: Stop = lambda: False,
) -> Opponent:
    """Show a checkpoint's discriminator that many of its training pictures, drawn at random and always the same.

    Takes a second or two per thousand. data: what to read, where the name in its config is not enough. Raises
    ExplorerError where it ships no discriminator or the pictures are not on this machine, and Stopped.
    """
    network = discriminator_of(checkpoint)
    source, options = data or source_of(checkpoint), read_options_of(checkpoint)
    train = own_pictures(source, checkpoint.image_shape, "train", data_dir, download, options)
    count = min(whole(pictures, "the number of pictures", 1, 10**9), len(train))
    rows = np.sort(np.random.default_rng(SEED).permutation(len(train))[:count])
    layers = discriminator_layers(network, checkpoint.image_shape)
    images = torch.from_numpy(train.images[rows])
    excited = maximal_activations(network, layers, images, min(MOST, count), report, stop)
    named = tuple(Excited(one.layer, rows[one.rows], one.values, one.places) for one in excited)
    return Opponent(checkpoint, train, named)
