"""A folder, zip or tar with one sub-folder per class, as an ImageSet."""

import math
import warnings
from pathlib import Path

import numpy as np
from PIL import Image

from explorer.data.classes import Classes, find_classes
from explorer.data.decode import decode, short_side
from explorer.data.imageset import SIZES, DataError, ImageSet
from explorer.data.listing import Listing, open_listing
from explorer.data.progress import Report, reporting

MAX_BYTES = 8 << 30
"""A set is held in memory; more than this is refused before the first picture is read."""

_SAMPLE = 200


def load_folder(
    path: Path,
    split: str = "train",
    size: int | None = None,
    mode: str | None = None,
    progress: bool | Report = True,
) -> ImageSet:
    """Every picture below `path`, at one size and in one mode. See `find_classes` for the layouts.

    size: 28, 32 or 64; by default the one nearest (in ratio) to the median shorter side of the pictures. Others are
    cropped to their centre square and scaled: padding would teach a generator to draw borders.
    mode: "L" or "RGB"; by default grey if every picture is grey, and colour as soon as one is not.
    """
    listing = open_listing(path)
    try:
        return read_classes(listing, split, size, mode, progress)
    finally:
        listing.close()


def read_classes(listing: Listing, split: str, size: int | None, mode: str | None, progress: bool | Report) -> ImageSet:
    """As `load_folder`, of a listing that is open already."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # `decode` has a lower limit, and says so
        classes = find_classes(listing, split)
        return _read(listing, classes, size or _natural_size(listing, classes), mode, progress)


def _natural_size(listing: Listing, classes: Classes) -> int:
    step = math.ceil(len(classes.files) / _SAMPLE)
    sides = [short_side(listing.read(parts), listing.where(parts)) for parts, _ in classes.files[::step]]
    median = float(np.median(sides))
    return min(SIZES, key=lambda size: abs(math.log(size / median)))


def _read(listing: Listing, classes: Classes, size: int, mode: str | None, progress: bool | Report) -> ImageSet:
    count = len(classes.files)
    if count * size * size * (1 if mode == "L" else 3) > MAX_BYTES:
        raise DataError(f"{listing.root} has {count:,} pictures, too many for memory at {size} pixels: take fewer.")
    images = np.empty((count, 3 if mode == "RGB" else 1, size, size), dtype=np.uint8)
    fitted = transparent = 0
    coloured: list[str] = []
    with reporting(progress) as report:
        what = f"Reading {listing.root.name}"
        for index, (parts, _) in enumerate(classes.files):
            where = listing.where(parts)
            picture = decode(listing.read(parts), size, where)
            fitted += picture.fitted
            transparent += picture.transparent
            if picture.coloured:
                coloured.append(where)
                if mode is None and images.shape[1] == 1:
                    images = _with_colour(images, index)
            images[index] = _channels(picture.pixels, images.shape[1])
            if index % 256 == 0 or index == count - 1:
                report(what, index + 1, count)
    return ImageSet(
        name=listing.root.stem.removesuffix(".tar") if listing.root.is_file() else listing.root.resolve().name,
        images=images,
        labels=np.array([label for _, label in classes.files], dtype=np.int64),
        words=classes.words,
        notes=(*classes.notes, *_notes(count, size, fitted, transparent, coloured, mode)),
    )


def _with_colour(grey: np.ndarray, filled: int) -> np.ndarray:
    """uint8 [N, 1, H, W] with `filled` pictures in it -> [N, 3, H, W] with the same pictures."""
    rgb = np.empty((len(grey), 3, *grey.shape[2:]), dtype=np.uint8)
    rgb[:filled] = grey[:filled]
    return rgb


def _channels(pixels: np.ndarray, channels: int) -> np.ndarray:
    """[H, W] or [H, W, 3] -> [1 or 3, H, W] (or what broadcasts to it)."""
    if pixels.ndim == 2:
        return pixels[None]
    if channels == 1:
        return np.asarray(Image.fromarray(pixels).convert("L"))[None]
    return pixels.transpose(2, 0, 1)


def _notes(count: int, size: int, fitted: int, transparent: int, coloured: list[str], mode: str | None) -> list[str]:
    notes = []
    if fitted:
        notes.append(f"{fitted:,} of {count:,} pictures were cropped or scaled to {size} x {size}.")
    if transparent:
        notes.append(f"{transparent:,} of {count:,} pictures were transparent and were laid on white.")
    if mode is None and 0 < len(coloured) < count:
        notes.append(
            f"{len(coloured):,} of {count:,} pictures are in colour (the first {coloured[0]}), the others grey: "
            "all were read as RGB; mode L reads them as grey."
        )
    return notes
