"""A checkpoint's metrics.json: an evaluation is stored under "evaluation"; whatever else the file holds stays.

    {"evaluation": {
        "judge": "fashion-mnist", "judge_hash": "...", "samples": 10000, "seeds": {...}, "neighbours": 5,
        "fd_over_floor": 19.1,
        "figures": {"fd", "kid", "kid_spread", "inception_score", "inception_score_spread", "precision", "recall",
                    "density", "coverage", "nearest_tells", "nearest_tells_real", "nearest_tells_samples",
                    "in_class_variation", "label_accuracy",
                    "classes": {label: {"pictures", "fd", "precision", "coverage", "variation"}}},
        "floor": {the same, for as many real training pictures in place of the samples},
        "collapsed": [labels],
        "grounding": {"tune": {"score", "nearest_label", "times_accuracy", "words": {word: share}, "unknown": [...]},
                      "test": {the same}},
        "codes": [{"number", "tells", "seen": [{label: share}, one for each value]}],
        "styled": {the fields of `Styled`},
        "truncation": {the fields of `TruncationCurve`}
    }}

"grounding" and "truncation" exist only where there is a list of words for the data, "codes" only of a generator with
codes, "styled" (and "top_5", "nearest_drawn" and "ahead" in the halves of "grounding") only of one with styles. An
unconditional generator's "label_accuracy" is null. Figures of a feature network stand under "evaluation_lite0" or
"evaluation_inception", its name and hash in the judge's place; it never gives "label_accuracy" or "codes", nor, of an
unconditional generator, "in_class_variation" and classes. Files of earlier versions have "fd", the four of neighbours
and "label_accuracy" alone. "nearest_tells" is `TwoSample`, "tells" is `CodeMeaning.information`, "seen" its `classes`.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from explorer.atomic import write_atomic
from explorer.errors import ExplorerError
from explorer.files import read_json
from explorer.measure.features.names import ABOUT
from explorer.measure.metrics import metrics
from explorer.measure.metrics.evaluation import SEED, Evaluation
from explorer.measure.metrics.figures import Figures

FILE, KEY, DIGITS = "metrics.json", "evaluation", 6
MAX_BYTES = 16 << 20  # of the file


def key_of(network: str) -> str:
    """The key under which an evaluation by this judge, or feature network, is stored."""
    return f"{KEY}_{network}" if network in ABOUT else KEY


def as_fields(evaluation: Evaluation) -> dict[str, Any]:
    """Plain values, rounded to six digits, as metrics.json stores them."""
    fields = {
        "judge": evaluation.judge,
        "judge_hash": evaluation.judge_hash,
        "samples": evaluation.samples,
        "seeds": {"latents": SEED, "real": SEED, "subsets": metrics.SEED},
        "neighbours": metrics.NEIGHBOURS,
        "fd_over_floor": evaluation.fd_over_floor,
        "figures": _flat(evaluation.figures),
        "floor": _flat(evaluation.floor),
        "collapsed": list(evaluation.collapsed),
    }
    if evaluation.grounding is not None:
        halves = {name: asdict(half) for name, half in evaluation.grounding.items()}
        fields["grounding"] = {
            name: {key: value for key, value in half.items() if value is not None} for name, half in halves.items()
        }
    if evaluation.codes:
        fields["codes"] = [
            {"number": one.number, "tells": one.information, "seen": one.classes} for one in evaluation.codes
        ]
    if evaluation.styled is not None:
        fields["styled"] = asdict(evaluation.styled)
    if evaluation.truncation is not None:
        fields["truncation"] = asdict(evaluation.truncation)
    return rounded(fields)


def store(folder: Path, evaluation: Evaluation) -> Path:
    """Store an evaluation in metrics.json of the checkpoint in `folder`; returns the file. Raises ExplorerError."""
    return store_fields(folder, key_of(evaluation.judge), as_fields(evaluation))


def store_fields(folder: Path, key: str, fields: dict[str, Any]) -> Path:
    """Store another measurement, plain values under a key of its own; returns the file. Raises ExplorerError."""
    path = folder / FILE
    try:
        write_atomic(path, (json.dumps({**read_metrics(folder), key: fields}, indent=2) + "\n").encode())
    except OSError as error:
        raise ExplorerError(
            f"The figures could not be written to {path} ({error.strerror}): use --no-store to print them alone."
        ) from error
    return path


def read_metrics(folder: Path) -> dict[str, Any]:
    """The whole of a checkpoint's metrics.json; {} where it cannot be read."""
    try:
        fields = read_json(folder / FILE, MAX_BYTES)
    except (OSError, ValueError):
        return {}
    return fields if isinstance(fields, dict) else {}


def _flat(figures: Figures) -> dict[str, Any]:
    return {
        "fd": figures.fd,
        "kid": figures.kid.value,
        "kid_spread": figures.kid.spread,
        "inception_score": figures.inception_score.value,
        "inception_score_spread": figures.inception_score.spread,
        **asdict(figures.manifolds),
        "nearest_tells": figures.two_sample.score,
        "nearest_tells_real": figures.two_sample.of_real,
        "nearest_tells_samples": figures.two_sample.of_samples,
        "in_class_variation": figures.in_class_variation,
        "label_accuracy": figures.label_accuracy,
        "classes": {label: asdict(one) for label, one in figures.classes.items()},
    }


def rounded(value: Any) -> Any:
    """Plain values with numbers of six digits after the point, tuples as lists."""
    if isinstance(value, float):
        return round(value, DIGITS)
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    return [rounded(inner) for inner in value] if isinstance(value, tuple | list) else value
