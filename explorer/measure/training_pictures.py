"""The real pictures that a checkpoint was trained on, found by what its config says of them."""

import re
from pathlib import Path

from explorer.checkpoint import Checkpoint
from explorer.data import NAMES, DataError, ImageSet, ReadOptions, load


def source_of(checkpoint: Checkpoint) -> str:
    """What its config calls them: a name that `explorer.data.load` knows, or that of a folder. Raises DataError.

    A path is none: whoever made the checkpoint could so show its visitors what lies on this machine.
    """
    source = checkpoint.summary.get("data")
    if not isinstance(source, str) or not source.strip() or re.search(r"[/\\:~\0]|^\.", source):
        raise DataError(f"{checkpoint.name} does not say which pictures it was trained on: name them by --data.")
    return source


def read_options_of(checkpoint: Checkpoint) -> ReadOptions:
    """How the run that a checkpoint came from read its pictures; one of before there were such settings says nothing
    of them, and read names as they were."""
    settings = checkpoint.summary.get("settings")
    return ReadOptions.from_fields({"translate_names": False} | (settings if isinstance(settings, dict) else {}))


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
    `read_options_of`). Raises DataError with a sentence.
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
