"""A folder, zip or tar with one sub-folder per class, as an ImageSet."""

import math
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from explorer import files
from explorer.data.decode import DEEP, bits_used, decode, deep_level, short_side
from explorer.data.folders.broken_files import BrokenFileLog
from explorer.data.folders.class_words import translate_folder_names
from explorer.data.folders.classes import Classes, find_classes
from explorer.data.folders.listing import DirectoryListing, Listing, Parts
from explorer.data.folders.name_encoding import is_text
from explorer.data.folders.tar import TarListing, is_tar
from explorer.data.folders.zip import ZipListing
from explorer.data.imageset import USUAL_SIZES, DataError, ImageSet
from explorer.data.options import ReadOptions
from explorer.data.progress import Report, reporting

MAX_BYTES = 8 << 30
"""A set is held in memory; more than this is refused before the first picture is read."""

_SAMPLE = 200
_FITTED = {
    "crop": "cropped or scaled",
    "pad": "laid on a square in the colour of their own edges, or scaled,",
    "stretch": "stretched or scaled",
}


def load_folder(
    path: Path,
    split: str = "train",
    size: int | None = None,
    mode: str | None = None,
    progress: bool | Report = True,
    options: ReadOptions | None = None,
) -> ImageSet:
    """Every picture below `path`, at one size and in one mode. See `find_classes` for the layouts.

    size: 16, 28, 32 or 64; by default the one of USUAL_SIZES nearest (in ratio) to the pictures' median shorter side.
    mode: "L" or "RGB"; by default grey if every picture is grey, and colour as soon as one is not.
    options: by default, what is not square is cropped to its centre: padding teaches a generator to draw borders.
    """
    listing = open_listing(path)
    try:
        return read_classes(listing, split, size, mode, progress, options or ReadOptions())
    finally:
        listing.close()


def open_listing(path: Path) -> Listing:
    """The listing of a folder, zip or tar, to be closed after use. Raises DataError where `path` is none of them."""
    if not is_text(path.absolute()):
        raise DataError(f"The name of {path} is not in UTF-8, so no run could write it down: rename it.")
    if path.is_dir():
        return DirectoryListing(path)
    if not path.exists():
        raise DataError(f"{path} does not exist.")
    if not files.is_regular(path):
        raise DataError(f"{path} is a pipe, a device or a socket: give a folder, zip or tar.")
    if zipfile.is_zipfile(path):
        return ZipListing(path)
    if path.suffix.lower() == ".zip":
        raise DataError(f"{path} is not a whole zip: fetch or pack it again.")
    if is_tar(path):
        return TarListing(path)
    raise DataError(f"{path} is neither a folder nor a zip or tar: unpack it, and give the folder.")


def read_classes(
    listing: Listing,
    split: str,
    size: int | None,
    mode: str | None,
    progress: bool | Report,
    options: ReadOptions = ReadOptions(),
) -> ImageSet:
    """The pictures of an open listing; arguments as `load_folder`."""
    found = find_classes(listing, split)
    classes = translate_folder_names(found, listing, options)
    pictures = _read(listing, split, classes, size or _natural_size(listing, classes), mode, progress, options)
    naming = classes.notes[len(found.notes) :]
    return replace(pictures, recorded=(*naming, *pictures.recorded))


def _natural_size(listing: Listing, classes: Classes) -> int:
    """The size nearest to a sample of pictures from all over the set; broken ones are reported when all are read."""
    step = math.ceil(len(classes.files) / _SAMPLE)
    for sample in (classes.files[::step], classes.files):
        sides = [side for parts, _ in sample if (side := _side(listing, parts)) is not None]
        if sides:
            median = float(np.median(sides))
            return min(USUAL_SIZES, key=lambda size: abs(math.log(size / median)))
    return USUAL_SIZES[0]


def _side(listing: Listing, parts: Parts) -> int | None:
    try:
        return short_side(listing.read(parts), listing.where(parts))
    except DataError:
        return None


def _read(
    listing: Listing,
    split: str,
    classes: Classes,
    size: int,
    mode: str | None,
    progress: bool | Report,
    options: ReadOptions,
) -> ImageSet:
    total = len(classes.files)
    if total * size * size * (1 if mode == "L" else 3) > MAX_BYTES:
        raise DataError(f"{listing.root} has {total:,} pictures, too many for memory at {size} pixels: take fewer.")
    images = np.empty((total, 3 if mode == "RGB" else 1, size, size), dtype=np.uint8)
    labels: list[int] = []
    fitted = transparent = 0
    coloured: list[str] = []
    deep: dict[int, Parts] = {}
    level = 0
    broken = BrokenFileLog(listing, total)
    with reporting(progress) as report:
        what = f"Reading {listing.root.name}"
        for at, (parts, label) in enumerate(classes.files):
            where = listing.where(parts)
            if at % 256 == 0 or at == total - 1:
                report(what, at + 1, total)
            try:
                picture = decode(listing.read(parts), size, where, options.fit)
            except DataError as error:
                broken.add(parts, error)
                continue
            index = len(labels)
            labels.append(label)
            fitted += picture.fitted
            transparent += picture.transparent
            if picture.level is not None:
                deep[index], level = parts, max(level, picture.level)
            if picture.coloured:
                coloured.append(where)
                if mode is None and images.shape[1] == 1:
                    images = _with_colour(images, index)
            images[index] = _channels(picture.pixels, images.shape[1])
    broken.check(options.skip_broken)
    count = len(labels)
    if count < total:
        _check_left(listing, split, classes, labels)
        images = images[:count].copy()
    bits = _bits(listing, classes, split, level) if deep and options.translate_names else DEEP
    if bits < DEEP:
        for index, parts in deep.items():
            picture = decode(listing.read(parts), size, listing.where(parts), options.fit, bits)
            images[index] = _channels(picture.pixels, images.shape[1])
    recorded = [*broken.notes(), *_deep_notes(len(deep), count, bits)]
    return ImageSet(
        name=listing.root.stem.removesuffix(".tar") if listing.root.is_file() else listing.root.resolve().name,
        images=images,
        labels=np.array(labels, dtype=np.int64),
        words=classes.words,
        notes=(
            *classes.notes,
            *recorded,
            *_notes(count, size, fitted, transparent, coloured, mode, options.fit),
        ),
        recorded=tuple(recorded),
        broken=broken.files,
    )


def _check_left(listing: Listing, split: str, classes: Classes, labels: list[int]) -> None:
    """Raise DataError where no picture of the set, or of a class in training, is left without the broken ones."""
    if not labels:
        raise DataError(f"No picture of {listing.root} can be read.")
    counts = Counter(labels)
    empty = next((word for label, word in enumerate(classes.words) if not counts[label]), None)
    if split == "train" and empty is not None:
        raise DataError(f"No picture of the class {empty!r} in {listing.root} can be read: mend them or remove it.")


def _bits(listing: Listing, classes: Classes, split: str, level: int) -> int:
    """Bits used by the deep pictures of all splits, so that every split comes out on one scale."""
    bits = bits_used(level)
    for other in {"train", "val", "test"} - {split}:
        try:
            files = set(find_classes(listing, other).files)
        except DataError:
            continue
        for parts, _ in sorted(files.difference(classes.files)):
            if bits == DEEP:
                return bits
            try:
                bits = max(bits, bits_used(deep_level(listing.read(parts), listing.where(parts)) or 0))
            except DataError:
                continue
    return bits


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


def _deep_notes(deep: int, count: int, bits: int) -> list[str]:
    if not deep or bits == DEEP:
        return []
    white = (1 << bits) - 1
    return [f"{deep:,} of {count:,} pictures have 16 bits, of which this set uses {bits}: {white:,} was read as white."]


def _notes(
    count: int, size: int, fitted: int, transparent: int, coloured: list[str], mode: str | None, fit: str
) -> list[str]:
    notes = []
    if fitted:
        notes.append(f"{fitted:,} of {count:,} pictures were {_FITTED[fit]} to {size} x {size}.")
    if transparent:
        notes.append(f"{transparent:,} of {count:,} pictures were transparent and were laid on white.")
    if mode is None and 0 < len(coloured) < count:
        notes.append(
            f"{len(coloured):,} of {count:,} pictures are in colour (the first {coloured[0]}), the others grey: "
            "all were read as RGB; mode L reads them as grey."
        )
    return notes
