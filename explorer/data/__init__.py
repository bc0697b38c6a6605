"""Sources in, one in-memory ImageSet out."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from explorer import places
from explorer.data.imageset import SIZES, DataError, ImageSet, classes_left
from explorer.data.progress import Report

__all__ = ["NAMES", "SIZES", "DataError", "ImageSet", "classes_left", "load"]

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
) -> ImageSet:
    """All pictures of one split of `source`, in memory.

    source: `fashion-mnist`, `mnist`, `cifar10`, `digits`, or a folder, zip or tar with one sub-folder per class, or
        with pictures alone, which are then all of one (looked for as it stands, then in the data folder).
    split: `train` or `test`; folders may have `val` too.
    data_dir: folder to look in first, instead of the one that GAN_EXPLORER_DATA names.
    size: 28, 32 or 64 pixels; by default what suits the pictures.
    download: whether files that are nowhere on this machine may be fetched.
    progress: True for a bar on a terminal, False for silence, or a callable (what, done, total).
    mode: `L` (grey) or `RGB`; by default what the pictures are. Give a held-out split of a folder the size and mode
        that its training split came out with, where the two must fit together.

    Raises DataError with one sentence for whatever is wrong with the data.
    """
    if size is not None and size not in SIZES:
        raise DataError(f"Pictures can be {', '.join(map(str, SIZES[:-1]))} or {SIZES[-1]} pixels wide, not {size}.")
    if mode not in (None, "L", "RGB"):
        raise DataError(f"Pictures can be read in mode L (grey) or RGB, not {mode!r}.")
    folder = places.expand(data_dir) if data_dir is not None else None
    if source == "digits":
        from explorer.data.digits import load_digits_set

        return _in_mode(load_digits_set(split, size), mode)
    if source == "cifar10":
        from explorer.data.cifar10 import load_cifar10

        return load_cifar10(split, folder, size, mode, download, progress)
    if source in NAMES:
        from explorer.data.mnist import SOURCES, load_idx_set

        return _in_mode(load_idx_set(SOURCES[source], split, folder, size, download, progress), mode)
    from explorer.data.folder import load_folder

    return load_folder(_path(source, folder), split, size, mode, progress)


def _path(source: str | Path, data_dir: Path | None) -> Path:
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


def _in_mode(pictures: ImageSet, mode: str | None) -> ImageSet:
    """Grey pictures with three equal channels, if colour was asked for."""
    return replace(pictures, images=np.repeat(pictures.images, 3, axis=1)) if mode == "RGB" else pictures
