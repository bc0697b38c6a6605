"""curves.json of a checkpoint: what its training recorded, thinned, and what its snapshots were measured to be.

    {"format": "gan-explorer curves", "version": 1,
     "losses": {"kimg", "seconds", "loss_d", "loss_g", "d_real", "d_fake"},
     "coverage": {"kimg", "shares": {label}},
     "snapshots": {"judge", "judge_hash", "samples", "kimg", "seconds",
                   "figures": {"fd", "precision", "recall", "coverage"}, "real": {the same, a number each}}}

Every curve is a list of numbers, null where one is not known, and all curves of a part are of one length. A part that a
training lacks is left out, and checkpoints older than the file have none. It is read as a file of unknown origin.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from explorer.checkpoint.description import CheckpointError, check_labels
from explorer.checks import is_number, is_whole
from explorer.errors import shown
from explorer.files import read_json, reason
from explorer.many_labels import ROWS

FILE, FORMAT, VERSION = "curves.json", "gan-explorer curves", 1
POINTS = 200  # of a curve that is written
MAX_POINTS, MAX_BYTES = 1000, 1_000_000  # that are read
MAX_TIME, MAX_VALUE, MAX_SAMPLES, MAX_NAME = 1e9, 1e12, 1_000_000, 200
LOSSES = ("kimg", "seconds", "loss_d", "loss_g", "d_real", "d_fake")
FIGURES = ("fd", "precision", "recall", "coverage")

Curve = tuple[float | None, ...]


@dataclass(frozen=True)
class Snapshots:
    """What a judge found in the snapshots of a run, oldest first, and in as many real pictures.

    samples: of each. kimg, seconds: when each was kept. figures: a curve for each of FIGURES. real: a number for each.
    """

    judge: str
    judge_hash: str
    samples: int
    kimg: Curve
    seconds: Curve
    figures: dict[str, Curve]
    real: dict[str, float | None]


@dataclass(frozen=True)
class Curves:
    """Curves of one training; a part is empty, or None, where the training has no such record.

    losses: a curve for each of LOSSES: the losses, and D's mean logits on real pictures and on drawn ones. coverage:
    "kimg", and by label "shares" from 0 to 1, of a few pictures of each class.
    """

    losses: dict[str, Curve] = field(default_factory=dict)
    coverage: dict[str, Any] = field(default_factory=dict)
    snapshots: Snapshots | None = None

    def as_fields(self) -> dict[str, Any]:
        """Plain values as the file has them; {} where there is nothing to write."""
        parts: dict[str, Any] = {"losses": self.losses, "coverage": self.coverage}
        parts["snapshots"] = vars(self.snapshots) if self.snapshots else None
        parts = {name: part for name, part in parts.items() if part}
        return {"format": FORMAT, "version": VERSION, **parts} if parts else {}


def read_curves(folder: Path) -> Curves | None:
    """The curves of the checkpoint in `folder`; None where it has none.

    Raises CheckpointError for a file that is not of this format, or holds more than MAX_POINTS points, more than ROWS
    classes, or values out of their bounds.
    """
    path = folder / FILE
    if not os.path.lexists(path):
        return None
    try:
        return _curves(read_json(path, MAX_BYTES))
    except (OSError, ValueError, CheckpointError) as error:
        why = reason(error).rstrip(".")
        raise CheckpointError(
            f"The curves in {path} cannot be used ({why}): remove that file to go on without them."
        ) from error


def _curves(fields: Any) -> Curves:
    if not isinstance(fields, dict) or fields.get("format") != FORMAT:
        raise ValueError("it is not one of ours")
    if fields.get("version") != VERSION:
        raise ValueError(
            f"it has format version {shown(fields.get('version'), 40)!r}, and this program reads {VERSION}"
        )
    parts = {}
    for name, read in (("losses", _losses), ("coverage", _coverage), ("snapshots", _snapshots)):
        if name in fields:
            if not isinstance(fields[name], dict):
                raise ValueError(f"its {name} are no object")
            parts[name] = read(fields[name])
    return Curves(**parts)


def _losses(part: dict[str, Any]) -> dict[str, Curve]:
    times, curve = _times(part)
    seconds = curve(part.get("seconds"), 0, MAX_TIME)
    return {"kimg": times, "seconds": seconds} | {
        name: curve(part.get(name), -MAX_VALUE, MAX_VALUE) for name in LOSSES[2:]
    }


def _coverage(part: dict[str, Any]) -> dict[str, Any]:
    times, curve = _times(part)
    shares = part.get("shares")
    if not isinstance(shares, dict) or len(shares) > ROWS:
        raise ValueError(f"its coverage is not of 1 to {ROWS} classes")
    check_labels(list(shares))
    return {"kimg": times, "shares": {label: curve(one, 0, 1) for label, one in shares.items()}}


def _snapshots(part: dict[str, Any]) -> Snapshots:
    times, curve = _times(part)
    texts = [part.get(name) for name in ("judge", "judge_hash")]
    if not all(isinstance(text, str) and text.isprintable() and 0 < len(text) <= MAX_NAME for text in texts):
        raise ValueError("its snapshots name no judge")
    if not is_whole(part.get("samples"), 1, MAX_SAMPLES):
        raise ValueError("its snapshots do not say of how many samples each was measured")
    figures, real = part.get("figures"), part.get("real")
    if not isinstance(figures, dict) or not isinstance(real, dict):
        raise ValueError("its snapshots lack figures")
    most = {"fd": MAX_VALUE}
    curves = {name: curve(figures.get(name), 0, most.get(name, 1)) for name in FIGURES}
    beside = {name: _numbers([real.get(name)], 0, most.get(name, 1))[0] for name in FIGURES}
    return Snapshots(*texts, part["samples"], times, curve(part.get("seconds"), 0, MAX_TIME), curves, beside)


def _times(part: dict[str, Any]) -> tuple[Curve, Callable[[Any, float, float], Curve]]:
    """The times of a part, and what reads its curves, which are as long."""
    times = _numbers(part.get("kimg"), 0, MAX_TIME)
    if None in times or list(times) != sorted(times):
        raise ValueError("its times do not rise")

    def curve(values: Any, least: float, most: float) -> Curve:
        found = _numbers(values, least, most)
        if len(found) != len(times):
            raise ValueError("its curves are not as long as its times")
        return found

    return times, curve


def _numbers(values: Any, least: float, most: float) -> Curve:
    if not isinstance(values, list) or not 1 <= len(values) <= MAX_POINTS:
        raise ValueError(f"a curve is a list of 1 to {MAX_POINTS:,} numbers, and one of its is not")
    if not all(value is None or is_number(value, least, most) for value in values):
        raise ValueError(f"a curve of it holds something else than numbers from {least:g} to {most:g}")
    return tuple(values)
