"""Fashion-MNIST and MNIST from their official IDX files, found on this machine or downloaded."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from explorer.data.imageset import DataError, ImageSet
from explorer.data.progress import Report, reporting
from explorer.data.sources import digits
from explorer.data.sources.download import download as fetch_file
from explorer.data.sources.enlarge import enlarge
from explorer.data.sources.idx import read_idx
from explorer.data.sources.locations import cache_folder, not_found, search_folders

DEBIAN = Path("/usr/share/datasets")
"""Where Debian's packages `dataset-<name>` put their files."""

_FILES = {
    "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}


@dataclass(frozen=True)
class IdxSource:
    """A data set in MNIST's format.

    base: address of the folder that holds the official `.gz` files.
    md5: official MD5 of each of those files, by name without `.gz`.
    label_sha256: SHA-256 of the unpacked labels, by split. Both sets use the same file names, so this tells them apart.
    """

    name: str
    words: tuple[str, ...]
    base: str
    md5: dict[str, str]
    label_sha256: dict[str, str]


SOURCES = {
    "fashion-mnist": IdxSource(
        name="fashion-mnist",
        words=("shirts", "trousers", "pullover", "dress", "coat", "sandals", "shirt", "sneakers", "bag", "boots"),
        base="http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        md5={
            "train-images-idx3-ubyte": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
            "train-labels-idx1-ubyte": "25c81989df183df01b3e8a0aad5dffbe",
            "t10k-images-idx3-ubyte": "bef4ecab320f06d8554ea6380940ec79",
            "t10k-labels-idx1-ubyte": "bb300cfdad3c16e7a12a480ee83cd310",
        },
        label_sha256={
            "train": "657fbd221bfc9f4198cc14b5619cc33ec57c58dd0e47af4d99d6650759e869a7",
            "test": "3d0e6c6ea990b53b6f8f500a41cac93881d981b315f84578b7d915342ade01e9",
        },
    ),
    "mnist": IdxSource(
        name="mnist",
        words=digits.WORDS,
        # The mirror that PyTorch keeps; the original host refuses visitors.
        base="https://ossci-datasets.s3.amazonaws.com/mnist/",
        md5={
            "train-images-idx3-ubyte": "f68b3c2dcbeaaa9fbdd348bbdeb94873",
            "train-labels-idx1-ubyte": "d53e105ee54ea40749a09fcbcd1e9432",
            "t10k-images-idx3-ubyte": "9fb629c4189551a2d022fa330f9573f3",
            "t10k-labels-idx1-ubyte": "ec29112dd5afa0611ce80d1b7f02629c",
        },
        label_sha256={
            "train": "849551149496dd9ef80ac2f6dc66968abdae2c0a8174d2b594678933084705d4",
            "test": "10a68bbfef88f59a34e8862242572b8188cc3aad99c3a35c3955d860f78169bd",
        },
    ),
}


def load_idx_set(
    source: IdxSource,
    split: str = "train",
    data_dir: Path | None = None,
    size: int | None = None,
    download: bool = True,
    progress: bool | Report = True,
) -> ImageSet:
    """The pictures (grey, 28 x 28 unless `size` says otherwise, white on black) and labels of one split.

    Files are taken from the first of these places that has both: `data_dir` (or GAN_EXPLORER_DATA), in a folder of
    the set's name or directly; the user's cache; Debian's package. Otherwise, and only if `download` allows it,
    they are fetched into the cache.
    """
    if split not in _FILES:
        raise DataError(f"{source.name} has the splits train and test, but no {split!r}.")
    image_path, label_path = _find(source, split, data_dir) or _fetch(source, split, data_dir, download, progress)
    images, labels = read_idx(image_path, 3), read_idx(label_path, 1)
    if images.shape[1:] != (28, 28):
        raise DataError(f"{image_path} has pictures of {images.shape[1]} x {images.shape[2]}, not 28 x 28.")
    if len(images) != len(labels):
        raise DataError(f"{image_path} has {len(images):,} pictures but {label_path.name} {len(labels):,} labels.")
    if len(labels) and labels.max() >= len(source.words):
        raise DataError(f"{label_path} has a label {labels.max()}, but {source.name} has {len(source.words)} classes.")
    digest = hashlib.sha256(labels.tobytes()).hexdigest()
    for other in SOURCES.values():
        if other != source and digest == other.label_sha256[split]:
            raise DataError(f"{label_path} belongs to {other.name}, not to {source.name}: they share their file names.")
    size = size or 28
    return ImageSet(source.name, enlarge(images, size // 28, size), labels.astype(np.int64), source.words)


def _find(source: IdxSource, split: str, data_dir: Path | None) -> tuple[Path, Path] | None:
    """The files of pictures and labels, from the first folder that has both."""
    for folder in _folders(source.name, data_dir):
        images, labels = (_file(folder, stem) for stem in _FILES[split])
        if images and labels:
            return images, labels
    return None


def _folders(name: str, data_dir: Path | None) -> list[Path]:
    return [*search_folders(name, data_dir), DEBIAN / name]


def _fetch(
    source: IdxSource, split: str, data_dir: Path | None, allowed: bool, progress: bool | Report
) -> tuple[Path, Path]:
    """Download both files of a split into the user's cache; one that is there already is kept."""
    cache = cache_folder(source.name)
    if not allowed:
        raise not_found(source.name, _folders(source.name, data_dir))
    paths = []
    with reporting(progress) as report:
        for stem in _FILES[split]:
            path = _file(cache, stem)
            if path is None:
                path = cache / f"{stem}.gz"
                fetch_file(f"{source.base}{stem}.gz", path, source.md5[stem], report)
            paths.append(path)
    return paths[0], paths[1]


def _file(folder: Path, stem: str) -> Path | None:
    """`train-images-idx3-ubyte` with or without `.gz`, and with the dot that some copies have before `idx`."""
    for name in (stem, stem.replace("-idx", ".idx")):
        for path in (folder / name, folder / f"{name}.gz"):
            if path.is_file():
                return path
    return None
