"""The real pictures that a checkpoint was trained on, found by what its config says of them."""

import re
from pathlib import Path

import numpy as np

from explorer.checkpoint import Checkpoint
from explorer.data import NAMES, DataError, ImageSet, ReadOptions, load


def source_of(checkpoint: Checkpoint) -> str:
    """The source's name in the config: a name that `explorer.data.load` knows, or that of a folder. Raises DataError.

    A path is none: whoever made the checkpoint could so show its visitors what lies on this machine.
    """
    source = checkpoint.summary.get("data")
    if not isinstance(source, str) or not source.strip() or re.search(r"[/\\:~\0]|^\.", source):
        raise DataError(f"{checkpoint.name} does not say which pictures it was trained on: name them by --data.")
    return source


def read_options_of(checkpoint: Checkpoint) -> ReadOptions:
    """How the checkpoint's run read its pictures. Checkpoints older than these settings took names as they are."""
    settings = checkpoint.summary.get("settings")
    return ReadOptions.from_fields(
        {"translate_names": False, "metadata": False} | (settings if isinstance(settings, dict) else {})
    )


def own_pictures(
    source: str,
    shape: tuple[int, int, int],
    split: str = "train",
    data_dir: Path | None = None,
    download: bool = False,
    options: ReadOptions | None = None,
) -> ImageSet:
    """One split of a source, in the size and colours of a checkpoint whose pictures are `shape` [C, H, W].

    download: whether pictures that are not on this machine may be fetched. options: how a folder is read (see
    `read_options_of`). Raises DataError.
    """
    mode = "L" if shape[0] == 1 else "RGB"
    options = ReadOptions() if options is None or source in NAMES else options
    return load(
        source,
        split,
        data_dir,
        size=shape[1],
        download=download,
        progress=download,
        mode=mode,
        **options.keywords,
    )


def rows_of_labels(checkpoint: Checkpoint, pictures: ImageSet) -> np.ndarray:
    """The rows of the pictures whose label the checkpoint has, int64 [M]; all rows, if it has no labels."""
    known = [label for label, word in enumerate(pictures.words) if word in checkpoint.labels or not checkpoint.labels]
    return np.flatnonzero(np.isin(pictures.labels, known))
