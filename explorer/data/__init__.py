"""Sources in, one in-memory ImageSet out."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from explorer import places
from explorer.data.imageset import SIZES, DataError, ImageSet, classes_left
from explorer.data.options import FITS, ReadOptions
from explorer.data.progress import Report
from explorer.errors import listed

__all__ = ["FITS", "NAMES", "SIZES", "DataError", "ImageSet", "ReadOptions", "classes_left", "load", "source_path"]

NAMES = ("fashion-mnist", "mnist", "cifar10", "digits")
"""Sources known by name; any other source is a path."""


def load(
    source: str | Path,
    split: str = "train",
    data_dir: Path | None = None,
    size: int | None = None,
    download: bool = True,
    progress: bool | Report = True,
    mode: str | None = None,
    fit: str = FITS[0],
    skip_broken: bool = False,
    names: Mapping[str, str] | str | Path | None = None,
    translate_names: bool = True,
) -> ImageSet:
    """All pictures of one split of `source`, in memory.

    source: `fashion-mnist`, `mnist`, `cifar10`, `digits`, or a folder, zip or tar (looked for as it stands, then in the
        data folder) with one sub-folder per class, or with pictures alone, which are then all of one class.
    split: `train` or `test`; folders may have `val` too.
    data_dir: folder to look in first, instead of the one that GAN_EXPLORER_DATA names.
    size: 16, 28, 32 or 64 pixels; by default what suits the pictures.
    download: whether files that are nowhere on this machine may be fetched.
    progress: True for a bar on a terminal, False for silence, or a callable (what, done, total).
    mode: `L` (grey) or `RGB`; by default what the pictures are. Give a held-out split of a folder the size and mode
        that its training split came out with, where the two must fit together.

    The others say how a folder, zip or tar is read, and do nothing for a source known by name:
    fit: how a picture that is not square becomes one: `crop` takes its centre square, `pad` lays all of it on a square
        in the colour of its own edges, `stretch` squeezes it.
    skip_broken: leave out files that cannot be read as pictures, and list them in `notes` and `broken`; by default a
        DataError names the first ten.
    names: the words of class folders, folder -> word, or a file of them (see `folders.names_file`); folders that are
        not in it keep their own.
    translate_names: whether folder names are translated: digits, WordNet ids and CapitalisedWords into words.

    Raises DataError with one sentence for whatever is wrong with the data.
    """
    from explorer.data.folders.names_file import read_names

    if size is not None and size not in SIZES:
        raise DataError(f"Pictures can be {listed(SIZES, 'or')} pixels wide, not {size}.")
    if mode not in (None, "L", "RGB"):
        raise DataError(f"Pictures can be read in mode L (grey) or RGB, not {mode!r}.")
    if source in NAMES and names:
        raise DataError(f"{source} has words of its own: leave out the names.")
    given = read_names(places.expand(names)) if isinstance(names, str | Path) else names or {}
    options = ReadOptions(fit, skip_broken, tuple(given.items()), translate_names)
    folder = places.expand(data_dir) if data_dir is not None else None
    if source == "digits":
        from explorer.data.sources.digits import load_digits_set

        return _to_mode(load_digits_set(split, size), mode)
    if source == "cifar10":
        from explorer.data.sources.cifar10 import load_cifar10

        return load_cifar10(split, folder, size, mode, download, progress)
    if source in NAMES:
        from explorer.data.sources.mnist import SOURCES, load_idx_set

        return _to_mode(load_idx_set(SOURCES[source], split, folder, size, download, progress), mode)
    from explorer.data.folders.load import load_folder

    return load_folder(source_path(source, folder), split, size, mode, progress, options)


def source_path(source: str | Path, data_dir: Path | None = None) -> Path:
    """Path of a source's folder, zip or tar: as it stands, or in the data folder. Raises DataError."""
    path = places.expand(source)
    own = data_dir or places.data_dir()
    for candidate in (path, own / path if own else path):
        try:
            if str(source).strip() and candidate.exists():
                return candidate
        except (OSError, ValueError):  # names that no file system allows
            continue
    raise DataError(
        f"There is no data set {str(source)!r}: use {', '.join(NAMES)}, or the path of a folder, zip or tar "
        "with one sub-folder per class."
    )


def _to_mode(pictures: ImageSet, mode: str | None) -> ImageSet:
    """The grey pictures, with three equal channels if colour was asked for."""
    return replace(pictures, images=np.repeat(pictures.images, 3, axis=1)) if mode == "RGB" else pictures
