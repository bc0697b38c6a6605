"""Sheets of a translator: random pictures with their translations, and those that it brings back worst."""

from typing import Literal

import numpy as np
from PIL import Image

from explorer.checkpoint import TranslatorCheckpoint
from explorer.errors import ExplorerError
from explorer.explore.inside.prepare import prepare_picture
from explorer.explore.render.sheets import rows_sheet
from explorer.explore.translate.translate import domain_format, examples_of, translate_tiles
from explorer.models.config import WAYS, Way

PAIRS = 8  # columns of a sheet
Kind = Literal["pairs", "failures"]


def pictures_for(opened: TranslatorCheckpoint, kind: Kind, way: Way, seed: int = 0, count: int = PAIRS) -> np.ndarray:
    """Pictures uint8 [N, H, W, C] that a translator carries: `count` by chance, or its worst. Raises ExplorerError
    where it carries none."""
    some = examples_of(opened)
    if kind == "failures":
        tiles = (some.worst_a if way == "there" else some.worst_b)[:count]
        if not len(tiles):
            raise ExplorerError(
                f"{opened.name} was not measured yet, so nobody knows what it brings back worst: gan-explorer evaluate."
            )
        return tiles
    tiles = some.a if way == "there" else some.b
    if not len(tiles):
        raise ExplorerError(f"{opened.name} carries no pictures to try; give it some of your own.")
    order = np.random.default_rng(seed).permutation(len(tiles))
    return tiles[order[:count]]


def fitted_tiles(opened: TranslatorCheckpoint, tiles: np.ndarray, way: Way) -> np.ndarray:
    """Pictures uint8 [N, H, W, C] of any size, as a generator draws them, in a translator's size and colours."""
    form = domain_format(opened, way)
    return np.stack([prepare_picture(tile, form, centre=False).pixels for tile in tiles])


def translation_rows(opened: TranslatorCheckpoint, tiles: np.ndarray, way: Way) -> tuple[np.ndarray, ...]:
    """Pictures, their translations, and what comes back of these, each uint8 [N, H, W, C]."""
    return (tiles, *translate_tiles(opened, tiles, way))


def translator_sheet(
    opened: TranslatorCheckpoint, kind: Kind = "pairs", seed: int = 0, count: int = PAIRS, scale: int = 2
) -> Image.Image:
    """Both ways: pictures, below them their translations, and what comes back; with captions. Raises ExplorerError."""
    rows, labels = [], []
    for way in WAYS:
        start, end = opened.domains if way == "there" else opened.domains[::-1]
        rows += translation_rows(opened, pictures_for(opened, kind, way, seed, count), way)
        labels += [start, f"as {end}", "and back"]
    return rows_sheet(rows, labels, scale, columns=[count] * len(rows))
