"""The real pictures that a checkpoint was trained on, found by what its config says of them."""

import re
from pathlib import Path

from explorer.checkpoint import Checkpoint
from explorer.data import DataError, ImageSet, load


def source_of(checkpoint: Checkpoint) -> str:
    """What its config calls them: a name that `explorer.data.load` knows, or that of a folder. Raises DataError.

    A path is none: whoever made the checkpoint could so show its visitors what lies on this machine.
    """
    source = checkpoint.summary.get("data")
    if not isinstance(source, str) or not source.strip() or re.search(r"[/\\:~\0]|^\.", source):
        raise DataError(f"{checkpoint.name} does not say which pictures it was trained on: name them by --data.")
    return source


def own_pictures(
    source: str,
    shape: tuple[int, int, int],
    split: str = "train",
    data_dir: Path | None = None,
    download: bool = False,
) -> ImageSet:
    """One split of a source, in the size and colours of a checkpoint whose pictures are `shape` [C, H, W].

    download: whether pictures that are not on this machine may be fetched. Raises DataError with a sentence.
    """
    mode = "L" if shape[0] == 1 else "RGB"
    return load(source, split, data_dir, size=shape[1], download=download, progress=download, mode=mode)
