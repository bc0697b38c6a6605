"""A folder, zip or tar with one sub-folder per class, or with a table of its pictures, as an ImageSet."""

import math
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from explorer import files
from explorer.data.decode import DEEP, bits_used, deep_level, short_side
from explorer.data.folders.broken_files import left_out_note
from explorer.data.folders.class_words import translate_folder_names
from explorer.data.folders.classes import Classes, find_classes
from explorer.data.folders.described import find_described
from explorer.data.folders.listing import DirectoryListing, Listing, Parts
from explorer.data.folders.metadata import read_table
from explorer.data.folders.name_encoding import is_text
from explorer.data.folders.pixels import Facts, read_pixels
from explorer.data.folders.tar import TarListing, is_tar
from explorer.data.folders.zip import ZipListing
from explorer.data.imageset import USUAL_SIZES, DataError, ImageSet
from explorer.data.options import ReadOptions
from explorer.data.progress import Report
from explorer.data.sources.doodles import doodles_in, is_doodles, load_doodles

MAX_BYTES = 8 << 30
"""A set is held in memory, or mapped into it; more than this is refused before the first picture is read."""

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

    size: one of SIZES; by default the one of USUAL_SIZES nearest (in ratio) to the pictures' median shorter side.
    mode: "L" or "RGB"; by default grey if every picture is grey, and colour as soon as one is not.
    options: by default, what is not square is cropped to its centre: padding teaches a generator to draw borders.
    """
    options = options or ReadOptions()
    if is_doodles(path):
        name = path.name.removesuffix(".gz").removesuffix(".ndjson")
        return load_doodles(name, [(str(path), path)], split, size, progress, options)
    listing = open_listing(path)
    try:
        if drawings := doodles_in(listing):
            return load_doodles(_name(listing.root), drawings, split, size, progress, options)
        return read_classes(listing, split, size, mode, progress, options)
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
    found = find_labels(listing, split, options)
    classes = translate_folder_names(found, listing, options)
    pictures = _read(listing, split, classes, size or _natural_size(listing, classes), mode, progress, options)
    naming = classes.notes[len(found.notes) :]
    return replace(pictures, recorded=(*naming, *pictures.recorded))


def find_labels(listing: Listing, split: str, options: ReadOptions) -> Classes:
    """The pictures of one split with their labels: as a table beside them says, or by the folders that they lie in."""
    table = read_table(listing) if options.metadata else None
    return find_classes(listing, split) if table is None else find_described(listing, table, split, options.skip_broken)


def _name(path: Path) -> str:
    """What a set is called: its folder, or its archive without the suffix."""
    return path.stem.removesuffix(".tar") if path.is_file() else path.resolve().name


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
    paths = [parts for parts, _ in classes.files]
    total = len(paths)
    if total * size * size * (1 if mode == "L" else 3) > MAX_BYTES:
        raise DataError(f"{listing.root} has {total:,} pictures, too many for memory at {size} pixels: take fewer.")

    def bits_of(level: int) -> int:
        return _bits(listing, classes, split, level, options) if options.translate_names else DEEP

    images, facts, note = read_pixels(listing, paths, size, mode, progress, options, bits_of, split)
    kept = np.delete(np.arange(total), np.array(facts.left_out, dtype=np.int64))
    labels = np.array([label for _, label in classes.files], dtype=np.int64)[kept]
    _check_left(listing, split, classes, labels)
    lost = len(facts.left_out)
    recorded = [left_out_note(facts.broken, lost, total)] if lost else []
    recorded += _deep_notes(facts.deep, len(kept), facts.bits)
    first = listing.where(paths[facts.first_coloured])
    ids = {name: np.array(getattr(classes, name), dtype=np.int64) for name in ("style_ids", "subjects")}
    return ImageSet(
        name=_name(listing.root),
        images=images,
        labels=labels,
        words=classes.words,
        notes=(
            *classes.notes,
            *recorded,
            *_notes(facts, len(kept), size, first, mode, options.fit),
            *filter(None, [note]),
        ),
        recorded=tuple(recorded),
        broken=facts.broken,
        styles=classes.styles,
        texts=classes.texts,
        **{name: one[kept] if len(one) else one for name, one in ids.items()},
    )


def _check_left(listing: Listing, split: str, classes: Classes, labels: np.ndarray) -> None:
    """Raise DataError where no picture of a class in training is left without the broken ones."""
    counts = np.bincount(labels, minlength=len(classes.words))
    empty = next((word for word, count in zip(classes.words, counts, strict=True) if not count), None)
    if split == "train" and empty is not None:
        raise DataError(f"No picture of the class {empty!r} in {listing.root} can be read: mend them or remove it.")


def _bits(listing: Listing, classes: Classes, split: str, level: int, options: ReadOptions) -> int:
    """Bits used by the deep pictures of all splits, so that every split comes out on one scale."""
    bits = bits_used(level)
    for other in {"train", "val", "test"} - {split}:
        try:
            files = set(find_labels(listing, other, options).files)
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


def _deep_notes(deep: int, count: int, bits: int) -> list[str]:
    if not deep or bits == DEEP:
        return []
    white = (1 << bits) - 1
    return [f"{deep:,} of {count:,} pictures have 16 bits, of which this set uses {bits}: {white:,} was read as white."]


def _notes(facts: Facts, count: int, size: int, first: str, mode: str | None, fit: str) -> list[str]:
    notes = []
    if facts.fitted:
        notes.append(f"{facts.fitted:,} of {count:,} pictures were {_FITTED[fit]} to {size} x {size}.")
    if facts.transparent:
        notes.append(f"{facts.transparent:,} of {count:,} pictures were transparent and were laid on white.")
    if mode is None and 0 < facts.coloured < count:
        notes.append(
            f"{facts.coloured:,} of {count:,} pictures are in colour (the first {first}), the others grey: "
            "all were read as RGB; mode L reads them as grey."
        )
    return notes
