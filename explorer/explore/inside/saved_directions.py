"""Saved directions: an axis of z with a name, in a folder beside the user's data.

    directions/NAME/direction.json      the generator it steers, and its origin
    directions/NAME/axis.safetensors    `axis`, float32 [Z], unit length

Both are read as hostile, and nothing in them is ever run.
"""

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from explorer import places
from explorer.checkpoint import Checkpoint
from explorer.errors import ExplorerError, shown
from explorer.explore.inside.identity import generator_hash
from explorer.explore.spec.edits import MAX_AXIS_NUMBERS
from explorer.files import is_regular, read_bytes, read_json, reason

FORMAT, VERSION = "gan-explorer direction", 1
ABOUT, AXIS = "direction.json", "axis.safetensors"
MAX_NAME, MAX_TEXT, MAX_BYTES, MAX_LISTED = 60, 200, 100_000, 1000


class DirectionError(ExplorerError):
    """A direction that is missing, cannot be saved under its name, or cannot be trusted; the sentence says why."""


@dataclass(frozen=True, eq=False)
class SavedDirection:
    """axis: float32 [Z], unit length. checkpoint: the generator's name when it was saved. checkpoint_hash: its
    `generator_hash`; along another generator's z the axis means nothing. about: the axis's origin, in words.
    """

    name: str
    axis: np.ndarray
    checkpoint: str
    checkpoint_hash: str
    about: str


def save_direction(name: str, axis: np.ndarray, checkpoint: Checkpoint, about: str = "") -> Path:
    """Save an axis [Z] of a checkpoint under a new name; returns its folder. Raises DirectionError."""
    from safetensors.numpy import save

    folder = _folder(name)
    axis = np.asarray(axis, np.float64)
    fits = axis.shape == (checkpoint.z_dim,) and bool((np.abs(axis) < 1e6).all())  # False for NaN too
    length = float(np.linalg.norm(axis)) if fits else 0.0
    if length < 1e-6:
        raise DirectionError(f"A direction of {checkpoint.name} is {checkpoint.z_dim} finite numbers, not all zero.")
    fields = {
        "format": FORMAT,
        "version": VERSION,
        "checkpoint": checkpoint.name,
        "checkpoint_hash": generator_hash(checkpoint),
        "about": about[:MAX_TEXT],
    }
    new = folder.with_name(f".{name}.new")
    try:
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        (new / AXIS).write_bytes(save({"axis": (axis / length).astype(np.float32)}))
        (new / ABOUT).write_text(json.dumps(fields, indent=2) + "\n", "utf-8")
        _move(new, folder)
    except OSError as error:
        raise DirectionError(f"The direction {name!r} could not be written to {folder} ({error.strerror}).") from error
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return folder


def open_direction(name: str, checkpoint: Checkpoint | None = None) -> SavedDirection:
    """Open a direction by its name; raises DirectionError, also for one of another generator than `checkpoint`'s."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    folder = _existing(name)

    def broken(what: str) -> DirectionError:
        return DirectionError(f"The direction {name!r} cannot be opened: {what}.")

    try:
        fields = read_json(folder / ABOUT, MAX_BYTES)
        tensors = load(read_bytes(folder / AXIS, MAX_BYTES))
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise broken(f"its files cannot be read ({reason(error)})") from error
    if not isinstance(fields, dict) or fields.get("format") != FORMAT:
        raise broken(f"its {ABOUT} is not one of ours")
    if fields.get("version") != VERSION:
        raise broken(f"it has format version {shown(fields.get('version'), 20)}, and this program reads {VERSION}")
    texts = [fields.get(key) for key in ("checkpoint", "checkpoint_hash", "about")]
    if not all(isinstance(text, str) and len(text) <= MAX_TEXT for text in texts):
        raise broken(f"its {ABOUT} lacks checkpoint, checkpoint_hash or about")
    axis = tensors.get("axis")
    if len(tensors) != 1 or axis is None or axis.dtype != np.float32 or axis.ndim != 1:
        raise broken(f"its {AXIS} holds something else than one row of float32")
    if not 1 <= len(axis) <= MAX_AXIS_NUMBERS or not abs(float(np.linalg.norm(axis)) - 1) < 1e-3:
        raise broken("its axis is not of unit length")
    saved = SavedDirection(name, axis, *texts)
    if checkpoint is not None and saved.checkpoint_hash != generator_hash(checkpoint):
        raise DirectionError(
            f"The direction {name!r} steers another generator ({shown(saved.checkpoint, 60)!r} as it was then), and "
            f"means nothing to {checkpoint.name}."
        )
    return saved


def list_directions(checkpoint: Checkpoint | None = None) -> list[SavedDirection]:
    """The directions of a checkpoint, or all, by name; those that cannot be opened are passed over."""
    wanted = None if checkpoint is None else generator_hash(checkpoint)
    root, found = _root(), []
    names = sorted(entry.name for entry in root.iterdir()) if root.is_dir() else []
    for name in names[:MAX_LISTED]:
        try:
            saved = open_direction(name)
        except DirectionError:
            continue
        if wanted in (None, saved.checkpoint_hash):
            found.append(saved)
    return found


def rename_direction(old: str, new: str) -> None:
    """Rename a direction to a new name; raises DirectionError."""
    before, after = _existing(old), _folder(new)
    try:
        _move(before, after)
    except OSError as error:
        raise DirectionError(f"The direction {old!r} could not be renamed ({error.strerror}).") from error


def delete_direction(name: str) -> None:
    """Delete a direction; raises DirectionError."""
    try:
        shutil.rmtree(_existing(name))
    except OSError as error:
        raise DirectionError(f"The direction {name!r} could not be deleted ({error.strerror}).") from error


def _root() -> Path:
    return places.user_data() / "directions"


def _folder(name: str) -> Path:
    """The folder of a name, checked so that it lies nowhere else on the disk."""
    if not isinstance(name, str) or len(name) > MAX_NAME or not re.fullmatch(r"\w(?:[\w .,()+-]*[\w)+])?", name):
        raise DirectionError(
            f"A direction cannot be called {shown(name, MAX_NAME)!r}: use 1 to {MAX_NAME} letters, digits, spaces and "
            "simple signs, a letter or digit first."
        )
    return _root() / name


def _existing(name: str) -> Path:
    folder = _folder(name)
    if not is_regular(folder / ABOUT):
        raise DirectionError(f"There is no direction {name!r}; gan-explorer directions list shows those there are.")
    return folder


def _move(folder: Path, to: Path) -> None:
    if to.exists():
        raise DirectionError(f"There is a direction {to.name!r} already; delete it, or choose another name.")
    folder.rename(to)
