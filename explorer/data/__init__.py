"""Sources in, one ImageSet out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from explorer import places
from explorer.data.held_out import held_out_words, is_share
from explorer.data.imageset import SIZES, DataError, ImageSet, classes_left
from explorer.data.options import FITS, ReadOptions
from explorer.data.progress import Report
from explorer.errors import listed

__all__ = [
    "FITS",
    "NAMES",
    "SIZES",
    "DataError",
    "ImageSet",
    "ReadOptions",
    "classes_left",
    "held_out_words",
    "is_share",
    "load",
    "source_path",
    "sources_of",
]

NAMES = ("fashion-mnist", "mnist", "cifar10", "digits")
"""Sources known by name; any other source is a path."""

MAX_SOURCES = 16
SEPARATOR = " + "
"""Between several sources in one text, as in the name of the set that they make."""

_SUFFIXES = (".zip", ".tar", ".tar.gz", ".ndjson", ".ndjson.gz")


def load(
    source: str | Path | Sequence[str | Path],
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
    metadata: bool = True,
    variants: int = 2,
) -> ImageSet:
    """All pictures of one split of `source`, in memory, or mapped into it where they are many.

    source: `fashion-mnist`, `mnist`, `cifar10`, `digits`, or (looked for as it stands, then in the data folder) a
        folder, zip or tar with one sub-folder per class, or with a table of its pictures (`folders.metadata`), or with
        pictures alone, which are then all of one class; or stroke drawings (`.ndjson`). Several, as a sequence or as
        "A + B", become one set, each a style or with styles of its own; the first decides the size.
    split: `train` or `test`; folders may have `val` too. Of several sources, each must have it.
    data_dir: folder to look in first, instead of the one that GAN_EXPLORER_DATA names.
    size: 16, 28, 32, 64 or 128 pixels; by default what suits the pictures.
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
    metadata: whether a table beside the pictures is read.
    variants: how many pictures are made of each stroke drawing.

    Raises DataError with one sentence for whatever is wrong with the data.
    """
    from explorer.data.folders.names_file import read_names

    if size is not None and size not in SIZES:
        raise DataError(f"Pictures can be {listed(SIZES, 'or')} pixels wide, not {size}.")
    if mode not in (None, "L", "RGB"):
        raise DataError(f"Pictures can be read in mode L (grey) or RGB, not {mode!r}.")
    folder = places.expand(data_dir) if data_dir is not None else None
    sources = sources_of(source, folder)
    if names and all(one in NAMES for one in sources):
        raise DataError(f"{sources[0]} has words of its own: leave out the names.")
    given = read_names(places.expand(names)) if isinstance(names, str | Path) else names or {}
    options = ReadOptions(fit, skip_broken, tuple(given.items()), translate_names, metadata, variants)
    if len(sources) == 1:
        return _load(sources[0], split, folder, size, download, progress, mode, options)
    from explorer.data.folders.class_words import OtherNames
    from explorer.data.several import join

    sets: list[ImageSet] = []
    others: list[DataError] = []
    for one in sources:
        side = size or (sets[0].image_shape[1] if sets else None)
        try:
            sets.append(_load(one, split, folder, side, download, progress, mode, options))
        except OtherNames as error:  # the names may be those of another source
            others.append(error)
            sets.append(_load(one, split, folder, side, download, progress, mode, replace(options, names=())))
    if others and len(others) == sum(one not in NAMES for one in sources):
        raise others[0]
    return join(sets)


def sources_of(source: str | Path | Sequence[str | Path], data_dir: Path | None = None) -> tuple[str | Path, ...]:
    """The sources that are meant: one, several, or several in one text, "A + B". Raises DataError."""
    if isinstance(source, str) and SEPARATOR in source and _existing(source, data_dir) is None:
        source = source.split(SEPARATOR)
    sources = (source,) if isinstance(source, str | Path) else tuple(source)
    if not 1 <= len(sources) <= MAX_SOURCES:
        raise DataError(f"A set is made of 1 to {MAX_SOURCES} sources, not {len(sources)}.")
    if len(set(map(str, sources))) < len(sources):
        raise DataError(f"A source is given twice ({listed(sources)}): name each once.")
    return sources


def _load(
    source: str | Path,
    split: str,
    folder: Path | None,
    size: int | None,
    download: bool,
    progress: bool | Report,
    mode: str | None,
    options: ReadOptions,
) -> ImageSet:
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

    return _to_mode(load_folder(source_path(source, folder), split, size, mode, progress, options), mode)


def source_path(source: str | Path, data_dir: Path | None = None) -> Path:
    """Path of a source's folder or file: as it stands, or in the data folder, where a suffix may be left out.

    Raises DataError.
    """
    path = _existing(source, data_dir)
    if path is not None:
        return path
    raise DataError(
        f"There is no data set {str(source)!r}: use {', '.join(NAMES)}, or the path of a folder, zip or tar "
        "with one sub-folder per class."
    )


def _existing(source: str | Path, data_dir: Path | None) -> Path | None:
    path = places.expand(source)
    own = data_dir or places.data_dir()
    inside = [own / path, *(own / f"{path}{suffix}" for suffix in _SUFFIXES)] if own else []
    for candidate in (path, *inside):
        try:
            if str(source).strip() and candidate.exists():
                return candidate
        except (OSError, ValueError):  # names that no file system allows
            continue
    return None


def _to_mode(pictures: ImageSet, mode: str | None) -> ImageSet:
    """The pictures, grey ones with three equal channels if colour was asked for."""
    if mode != "RGB" or pictures.image_shape[0] == 3:
        return pictures
    return replace(pictures, images=np.repeat(pictures.images, 3, axis=1))
