"""Figures beside a checkpoint, in its metrics.json under "evaluation"; whatever else the file holds stays.

    {"evaluation": {
        "judge": "fashion-mnist", "judge_hash": "...", "samples": 10000, "neighbours": 5,
        "fd_over_floor": 19.1,
        "figures": {"fd", "precision", "recall", "density", "coverage", "label_accuracy"},
        "floor": {the same, for as many real training pictures in place of the samples},
        "grounding": {"tune": {"score", "nearest_label", "times_accuracy", "words": {word: share}, "unknown": [...]},
                      "test": {the same}}
    }}

There is no "grounding" where there is no list of words for the data.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from explorer.errors import ExplorerError
from explorer.measure.evaluation import Evaluation, Figures
from explorer.measure.metrics import NEIGHBOURS
from explorer.whole import write_whole

FILE, KEY, DIGITS = "metrics.json", "evaluation", 4


def as_fields(evaluation: Evaluation) -> dict[str, Any]:
    """Plain values, rounded to four digits, as metrics.json keeps them."""
    fields = {
        "judge": evaluation.judge,
        "judge_hash": evaluation.judge_hash,
        "samples": evaluation.samples,
        "neighbours": NEIGHBOURS,
        "fd_over_floor": evaluation.fd_over_floor,
        "figures": _flat(evaluation.figures),
        "floor": _flat(evaluation.floor),
    }
    if evaluation.grounding is not None:
        fields["grounding"] = {name: asdict(half) for name, half in evaluation.grounding.items()}
    return _rounded(fields)


def store(folder: Path, evaluation: Evaluation) -> Path:
    """Write metrics.json of the checkpoint in `folder`, whole; returns the file. Raises ExplorerError."""
    return store_fields(folder, KEY, as_fields(evaluation))


def store_fields(folder: Path, key: str, fields: dict[str, Any]) -> Path:
    """The same for another measurement, plain values under a key of its own."""
    path = folder / FILE
    try:
        write_whole(path, (json.dumps({**read_metrics(folder), key: fields}, indent=2) + "\n").encode())
    except OSError as error:
        raise ExplorerError(
            f"The figures could not be written to {path} ({error.strerror}): use --no-store to print them alone."
        ) from error
    return path


def read_metrics(folder: Path) -> dict[str, Any]:
    """All of a checkpoint's metrics.json; {} where there is nothing that anybody could read."""
    try:
        fields = json.loads((folder / FILE).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}


def _flat(figures: Figures) -> dict[str, float]:
    return {"fd": figures.fd, **asdict(figures.manifolds), "label_accuracy": figures.label_accuracy}


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, DIGITS)
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    return list(value) if isinstance(value, tuple) else value
