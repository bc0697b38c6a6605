"""The real pictures that a checkpoint was trained on, found by what its config says of them."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np

from explorer.checkpoint import Checkpoint, TranslatorCheckpoint
from explorer.checks import is_number
from explorer.data import NAMES, DataError, ImageSet, ReadOptions, load
from explorer.data.held_out import held_out_pairs

SEED = 5  # of the halves of pictures with styles


def source_of(checkpoint: Checkpoint | TranslatorCheckpoint) -> str:
    """The source's name in the config: a name that `explorer.data.load` knows, or that of a folder. Raises DataError.

    A path is none: whoever made the checkpoint could so show its visitors what lies on this machine.
    """
    source = checkpoint.summary.get("data")
    if not isinstance(source, str) or not source.strip() or re.search(r"[/\\:~\0]|^\.", source):
        raise DataError(f"{checkpoint.name} does not say which pictures it was trained on: name them by --data.")
    return source


def read_options_of(checkpoint: Checkpoint | TranslatorCheckpoint) -> ReadOptions:
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


def measured_pictures(
    source: str,
    shape: tuple[int, int, int],
    data_dir: Path | None = None,
    download: bool = False,
    options: ReadOptions | None = None,
) -> tuple[ImageSet, ImageSet]:
    """The pictures in the place of samples, and those that samples are measured against; see `own_pictures`.

    They are its training and test pictures. Where they have styles nothing is held out as a rule, so two random halves
    of all are taken: of a fixed seed, and each with about as much of every style.
    """
    train = own_pictures(source, shape, "train", data_dir, download, options)
    if train.styles:
        order = np.random.default_rng(SEED).permutation(len(train))
        middle = len(train) // 2
        return some_pictures(train, np.sort(order[:middle])), some_pictures(train, np.sort(order[middle:]))
    return train, own_pictures(source, shape, "test", data_dir, download, options)


def some_pictures(pictures: ImageSet, rows: np.ndarray) -> ImageSet:
    """The pictures of some rows, int64 [M] or bool [N]; words, styles and texts stay."""
    parts = ("images", "labels", "style_ids", "subjects")
    return replace(pictures, **{name: part[rows] for name in parts if len(part := getattr(pictures, name))})


def rows_of_labels(checkpoint: Checkpoint, pictures: ImageSet) -> np.ndarray:
    """The rows of the pictures whose label the checkpoint has, int64 [M]; all rows, if it has no labels.

    Where both have styles, they are of its styles too, and of no pair of word and style that its training held out.
    """
    known = [label for label, word in enumerate(pictures.words) if word in checkpoint.labels or not checkpoint.labels]
    kept = np.isin(pictures.labels, known)
    if checkpoint.styles and pictures.styles:
        kept &= _in_styles(checkpoint, pictures) & ~held_out_pairs(pictures, *pairs_held_out_by(checkpoint))
    return np.flatnonzero(kept)


def rows_of_unseen_pairs(checkpoint: Checkpoint, pictures: ImageSet) -> np.ndarray:
    """The rows of pictures of its labels and styles whose pair of both its training held out, int64 [M]."""
    if not (checkpoint.styles and pictures.styles):
        return np.zeros(0, dtype=np.int64)
    known = [label for label, word in enumerate(pictures.words) if word in checkpoint.labels]
    kept = np.isin(pictures.labels, known) & _in_styles(checkpoint, pictures)
    return np.flatnonzero(kept & held_out_pairs(pictures, *pairs_held_out_by(checkpoint)))


def words_held_out_by(checkpoint: Checkpoint | TranslatorCheckpoint) -> tuple[str, ...]:
    """The classes that its training left out, by its config."""
    found = _settings(checkpoint).get("hold_out")
    return tuple(word for word in found if isinstance(word, str)) if isinstance(found, list | tuple) else ()


def pairs_held_out_by(checkpoint: Checkpoint) -> tuple[float, int]:
    """The share of the pairs of word and style that its training left out, 0 to 1, and the seed that chose them."""
    settings = _settings(checkpoint)
    share, seed = settings.get("hold_out_pairs"), settings.get("seed")
    return (float(share) if is_number(share) else 0.0), (seed if type(seed) is int else 0)


def _settings(checkpoint: Checkpoint | TranslatorCheckpoint) -> dict:
    settings = checkpoint.summary.get("settings")
    return settings if isinstance(settings, dict) else {}


def _in_styles(checkpoint: Checkpoint, pictures: ImageSet) -> np.ndarray:
    """Which pictures are in a style that the checkpoint has, bool [N]."""
    own = [number for number, style in enumerate(pictures.styles) if style in checkpoint.styles]
    return np.isin(pictures.style_ids, own)
