"""Single units of the generator: their maps, and the pictures without them.

The DCGAN paper (Radford, Metz, Chintala 2015, section 6.3.2) found the feature maps of a generator that lit up on
windows, dropped them, and its bedrooms had doors and mirrors in place of windows.
"""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from explorer.errors import ExplorerError
from explorer.explore.render.ablation import find_layers
from explorer.explore.render.condition import blended
from explorer.explore.render.forward import draw_with_maps
from explorer.explore.render.picture import Picture
from explorer.explore.render.studio import Studio
from explorer.explore.spec.spec import Spec

if TYPE_CHECKING:
    from explorer.models.generator import Layer


@dataclass(frozen=True, eq=False)
class UnitMaps:
    """The maps of a layer's units, as grey pictures.

    maps: uint8 [N, units, side, side]; 128 is 0, and 1 or 255 the unit's strongest activation in any tile.
    strongest: float32 [units], its absolute value.
    """

    layer: "Layer"
    maps: np.ndarray
    strongest: np.ndarray


def layers(studio: Studio, checkpoint: str) -> "tuple[Layer, ...]":
    """The layers of a checkpoint's generator whose maps can be read, in the order of drawing."""
    return studio.checkpoint(checkpoint).generator.layers


def layer_named(studio: Studio, checkpoint: str, layer: str) -> "Layer":
    """One of those layers; raises SpecError for an unknown name."""
    return find_layers(studio.checkpoint(checkpoint), [layer])[0]


def middle_layer(studio: Studio, checkpoint: str) -> "Layer":
    """The layer to look at first, `blocks.1` of most: early ones say what is drawn, the last ones only paint it."""
    known = layers(studio, checkpoint)
    return known[len(known) // 2]


def activations(studio: Studio, spec: Spec, layer: str) -> tuple[np.ndarray, np.ndarray]:
    """The tiles of a spec, uint8 [N, H, W, C], and a layer's maps, float32 [N, units, side, side]; or ExplorerError."""
    checkpoint = studio.checkpoint(spec.checkpoint)
    return draw_with_maps(checkpoint, spec, blended(studio.vector(spec), checkpoint, spec.blend), layer)


def unit_maps(studio: Studio, spec: Spec, layer: str) -> UnitMaps:
    """The map of every unit of a layer on every tile of a spec; raises ExplorerError."""
    maps = activations(studio, spec, layer)[1]
    strongest = np.abs(maps).max(axis=(0, 2, 3))
    scaled = maps * (127.0 / np.maximum(strongest, 1e-12))[:, None, None] + 128.0
    return UnitMaps(layer_named(studio, spec.checkpoint, layer), np.rint(scaled).astype(np.uint8), strongest)


def ablate(spec: Spec, units: Iterable[tuple[str, int]], to: Literal["zero", "mean"] | None = None) -> Spec:
    """Switch off these units, (layer, number), as well; raises SpecError.

    to: what all that are off are set to, 0 or their means; None leaves it as it is.
    """
    off = (*spec.edits.off, *units)
    return spec.replace(edits=dataclasses.replace(spec.edits, off=off, off_to=to or spec.edits.off_to))


def random_units(layer: "Layer", count: int, seed: int = 0) -> tuple[tuple[str, int], ...]:
    """So many units of a layer at random, to compare a chosen few with."""
    chosen = np.random.default_rng(seed).permutation(layer.width)[:count]
    return tuple((layer.name, int(unit)) for unit in sorted(chosen))


def change(before: Picture, after: Picture, region: np.ndarray) -> tuple[float, float]:
    """Mean absolute change inside a region, bool [N, H, W], and outside it on the same tiles, in grey levels."""
    region = check_region(region, before.tiles)
    moved = np.abs(after.tiles.astype(np.int16) - before.tiles).mean(axis=3)
    around = ~region & region.any(axis=(1, 2), keepdims=True)
    return float(moved[region].mean()), float(moved[around].mean())


def check_region(region: np.ndarray, tiles: np.ndarray) -> np.ndarray:
    """A brushed region as bool [N, H, W] of these tiles; raises ExplorerError if it is empty or all."""
    region = np.asarray(region)
    if region.shape != tiles.shape[:3]:
        raise ExplorerError(
            f"A region is a mask of the {len(tiles)} tiles, {tiles.shape[1]} x {tiles.shape[2]} each, not of the shape "
            f"{list(region.shape)[:4]}; brush the pictures that are shown."
        )
    region = region.astype(bool)
    brushed = region[region.any(axis=(1, 2))]
    if not len(brushed) or brushed.all():
        raise ExplorerError("Brush over a part of a picture, and leave a part of it unbrushed to compare with.")
    return region
