"""CIFAR-10 from its official archives or from pictures in class folders, found on this machine or downloaded."""

import contextlib
import hashlib
from pathlib import Path

import numpy as np
from PIL import Image

from explorer.atomic import write_atomic
from explorer.data.folders.listing import readable
from explorer.data.folders.load import open_listing, read_classes
from explorer.data.imageset import DataError, ImageSet
from explorer.data.progress import Report, reporting
from explorer.data.sources.cifar_batches import (
    BATCHES,
    SIDE,
    as_records,
    find_batches,
    read_batches,
    to_records,
)
from explorer.data.sources.download import download as fetch_file
from explorer.data.sources.locations import cache_folder, not_found, search_folders

NAME = "cifar10"
WORDS = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")

ADDRESS = "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"
SHA256 = "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"

_ARCHIVE = "cifar-10-binary.tar.gz"
_PACKED = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.xz", ".tar.bz2")
_PACKED_NAMES = (
    *("cifar-10-batches-bin", "cifar-10-batches-py", _ARCHIVE, "cifar-10-python.tar.gz"),
    *(stem + suffix for stem in ("cifar10", "cifar-10") for suffix in _PACKED),
)
_UNPACKED_MARKS = ("data_batch_1.bin", "data_batch_1", "train/airplane")


def load_cifar10(
    split: str = "train",
    data_dir: Path | None = None,
    size: int | None = None,
    mode: str | None = None,
    download: bool = True,
    progress: bool | Report = True,
) -> ImageSet:
    """The pictures (RGB, 32 x 32 unless `size` or `mode` says otherwise) and labels of one split.

    Looked for in the folder `cifar10` in `data_dir` (or GAN_EXPLORER_DATA), in `data_dir` itself, and in the user's
    cache: the official archives (python or binary, packed or not), or a folder, zip or tar `cifar10` with `train` and
    `test` folders of classes. Pictures that lie packed in files of their own are kept in the cache once they are
    decoded. Otherwise, and only if `download` allows it, the binary archive is fetched into the cache.
    """
    if split not in BATCHES:
        raise DataError(f"{NAME} has the splits train and test, but no {split!r}.")
    searched = search_folders(NAME, data_dir)
    path = next(filter(None, map(_find_in, searched)), None)
    if path is None:
        if not download:
            raise not_found(NAME, searched)
        path = cache_folder(NAME) / _ARCHIVE
        with reporting(progress) as report:
            fetch_file(ADDRESS, path, SHA256, report)
    records, notes = _read(path, split, progress)
    images, labels = records[:, 1:].reshape(-1, 3, SIDE, SIDE), records[:, 0].astype(np.int64)
    return ImageSet(NAME, _resized(images, size or SIDE, mode or "RGB"), labels, WORDS, notes)


def _find_in(folder: Path) -> Path | None:
    """CIFAR-10 in a folder: the folder itself, or something in it; None where there is none."""
    if any((folder / name).exists() for name in _UNPACKED_MARKS):
        return folder
    return next((folder / name for name in _PACKED_NAMES if (folder / name).exists()), None)


def _read(path: Path, split: str, progress: bool | Report) -> tuple[np.ndarray, tuple[str, ...]]:
    """The records of a split, uint8 [N, 3073], and sentences about them."""
    decoded = _decoded_file(path, split)
    if decoded is not None and decoded.is_file():
        with contextlib.suppress(OSError, DataError):  # then they are decoded again
            return as_records(decoded.read_bytes(), decoded), (_copies_note(path),)
    listing = open_listing(path)
    try:
        batches = find_batches(listing, split)
        if batches:
            with reporting(progress) as report:
                return read_batches(listing, batches, report), ()
        pictures = read_classes(listing, split, SIDE, "RGB", progress)
    finally:
        listing.close()
    if pictures.words != WORDS:
        raise DataError(f"{path} has the classes {', '.join(pictures.words)[:200]}, which are not those of CIFAR-10.")
    records = to_records(pictures.images, pictures.labels)
    if decoded is not None and not pictures.notes:
        with contextlib.suppress(OSError):  # no room for it: the next time it is slow again
            decoded.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(decoded, records.tobytes())
    return records, (_copies_note(path), *pictures.notes)


def _copies_note(path: Path) -> str:
    return f"The pictures come from {readable(path.name)}, not from an official archive: they may be lossy copies."


def _decoded_file(path: Path, split: str) -> Path | None:
    """Cache file for the pictures of an archive in CIFAR's binary format; None for what is read fast as it is."""
    if not path.is_file() or path.name in ("cifar-10-python.tar.gz", _ARCHIVE):
        return None
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return cache_folder(NAME) / f"decoded-{digest[:16]}-{split}.bin"


def _resized(images: np.ndarray, size: int, mode: str) -> np.ndarray:
    """uint8 [N, 3, 32, 32] -> [N, 1 or 3, size, size]."""
    if size == SIDE and mode == "RGB":
        return np.ascontiguousarray(images)
    out = np.empty((len(images), 1 if mode == "L" else 3, size, size), np.uint8)
    for target, image in zip(out, images.transpose(0, 2, 3, 1), strict=True):
        picture = Image.fromarray(np.ascontiguousarray(image)).convert(mode)
        picture = picture.resize((size, size), Image.Resampling.LANCZOS)
        target[:] = np.atleast_3d(np.asarray(picture)).transpose(2, 0, 1)
    return out
