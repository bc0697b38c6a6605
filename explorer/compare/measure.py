"""Measuring one checkpoint, once: its figures are kept beside its run, or else beside the user's data."""

import contextlib
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from explorer import places
from explorer.atomic import write_atomic
from explorer.checkpoint import Checkpoint
from explorer.checks import is_number
from explorer.compare.comparison import Fields
from explorer.data import NAMES, ImageSet
from explorer.data.progress import Report
from explorer.errors import ExplorerError
from explorer.explore.inside.identity import generator_hash
from explorer.files import read_json
from explorer.measure.features.network import FeatureNetwork
from explorer.measure.judge.judge import Judge
from explorer.measure.judge.matching import judge_command, judge_for
from explorer.measure.metrics import classifier_accuracy, metrics
from explorer.measure.metrics.evaluation import LEAST, MOST, evaluate
from explorer.measure.metrics.metrics_file import as_fields
from explorer.measure.training_pictures import measured_pictures, read_options_of, rows_of_labels, source_of
from explorer.stopping import Stop, check

FORMAT, CLASSIFIER_FORMAT = "gan-explorer measured", "gan-explorer taught"
VERSION = 1  # of the kept files; raised when the same checkpoint would get other figures
FOLDER, MAX_BYTES = "measured", 1_000_000
NUMBERS = (
    *("fd", "kid", "kid_spread", "inception_score", "inception_score_spread", "precision", "recall", "density"),
    *("coverage", "nearest_tells", "nearest_tells_real", "nearest_tells_samples"),
)


@dataclass(frozen=True, eq=False)
class Evaluator:
    """A judge, or a feature network, and the real pictures to measure checkpoints of one kind against.

    source: of the pictures. digest: of the pictures, where their source's name may mean others tomorrow.
    """

    judge: Judge | FeatureNetwork
    train: ImageSet
    test: ImageSet
    source: str
    digest: str = ""

    def max_samples(self, checkpoint: Checkpoint) -> int:
        """The most samples that can be measured: as many as there are real pictures of the checkpoint's labels."""
        return min(MOST, *(len(rows_of_labels(checkpoint, one)) for one in (self.train, self.test)))


class Evaluators:
    """Evaluators by judge and pictures, each made once.

    network: a feature network in every judge's place. download: whether real pictures that are not on this machine may
    be fetched.
    """

    def __init__(
        self, data_dir: Path | None, device: str, network: FeatureNetwork | None = None, download: bool = True
    ):
        self._data_dir, self._device, self._network, self._download = data_dir, device, network, download
        self._kept: dict[tuple, Evaluator] = {}

    def of(self, checkpoint: Checkpoint) -> Evaluator:
        """The evaluator for a checkpoint. Raises ExplorerError without a judge of its labels, or without pictures."""
        judge = self._network or judge_for(checkpoint, self._device)
        if judge is None:
            raise ExplorerError(
                f"No judge knows the labels of {checkpoint.name}, so nothing was measured; train one on its pictures: "
                f"{judge_command(checkpoint)}."
            )
        source = source_of(checkpoint) if self._network else judge.description.source
        options = read_options_of(checkpoint)
        key = (judge.hash, source, checkpoint.image_shape, options)
        if key not in self._kept:
            shape, where, fetch = checkpoint.image_shape, self._data_dir, self._download
            both = measured_pictures(source, shape, where, fetch, options)
            self._kept[key] = Evaluator(judge, *both, source, "" if source in NAMES else _digest_of(both))
        return self._kept[key]


def measure(
    checkpoint: Checkpoint,
    evaluator: Evaluator,
    samples: int,
    run: Path | None = None,
    words: bool = True,
    report: Report = lambda what, done, total: None,
    stop: Stop = lambda: False,
    keep: bool = True,
    cas: bool = False,
) -> Fields:
    """Measure a checkpoint, or read the figures that were kept.

    samples: fewer where there are fewer real pictures. run: the folder in which figures are kept. words: see
    `evaluate`. keep: whether new figures are kept. cas: whether a classifier is trained on its samples, which takes
    minutes. Raises ExplorerError, and Stopped.
    """
    most = evaluator.max_samples(checkpoint)
    samples = max(min(samples, most), min(LEAST, most))
    folders = [*([run / FOLDER] if run else []), places.user_data() / "compared"]

    def named_report(what: str, done: int, total: int) -> None:
        check(stop)
        report(f"{what} {checkpoint.name}", done, total)

    def kept_or(compute: Callable[[], Fields], kind: str, digest: str, fits: Callable[[Fields], bool]) -> Fields:
        name = f"{digest}.json"
        fields = next(filter(None, (_read(folder / name, kind, fits) for folder in folders)), None)
        if fields is None:
            fields = json.loads(json.dumps(compute()))  # as they will be read
            _keep(folders if keep else [], name, {"format": kind, "version": VERSION, **fields})
        return fields

    judge, train, test = evaluator.judge, evaluator.train, evaluator.test
    fields = kept_or(
        lambda: as_fields(evaluate(checkpoint, judge, train, test, samples, named_report, words)),
        FORMAT,
        _digest(checkpoint, evaluator, samples, words),
        _is_evaluation,
    )
    classifier = None
    if cas and classifier_accuracy.can_train_classifier(checkpoint, train, test):
        classifier = kept_or(
            lambda: classifier_accuracy.classifier_accuracy(checkpoint, train, test, named_report).as_fields(),
            CLASSIFIER_FORMAT,
            _digest(checkpoint, evaluator, classifier_accuracy.MOST, classifier_accuracy.SEED),
            _is_classifier,
        )
    return _combined(fields, classifier)


def _keep(folders: Sequence[Path], name: str, kept: Fields) -> None:
    """Write to the first folder that can be written; where none can, it is measured again another time."""
    for folder in folders:
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            write_atomic(folder / name, (json.dumps(kept, indent=2) + "\n").encode())
            break


def _combined(fields: Fields, classifier: Fields | None) -> Fields:
    """The figures with `new_words`, the grounding score of the half that is only reported, and `classifier`."""
    halves = fields.get("grounding") or {}
    score = halves["test"]["score"] if "test" in halves else None
    mine = {"new_words": score, "classifier": classifier["score"] if classifier else None}
    real = {"new_words": None, "classifier": classifier["real"] if classifier else None}
    return fields | {"figures": fields["figures"] | mine, "floor": fields["floor"] | real}


def _digest(checkpoint: Checkpoint, evaluator: Evaluator, samples: int, more: int) -> str:
    """The hash of all that the figures depend on. more: a further part."""
    settings = [getattr(metrics, name) for name in ("NEIGHBOURS", "SUBSETS", "SUBSET", "SPLITS", "SEED")]
    parts = [
        VERSION,
        generator_hash(checkpoint),
        list(checkpoint.labels),
        evaluator.judge.hash,
        samples,
        more,
        settings,
    ]
    parts += [] if isinstance(evaluator.judge, Judge) else [evaluator.source]
    parts += [evaluator.digest] if evaluator.digest else []
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def _digest_of(pictures: Sequence[ImageSet]) -> str:
    """The hash of a folder's pictures, which may be others tomorrow."""
    digest = hashlib.blake2b(digest_size=16)
    for one in pictures:
        digest.update(np.ascontiguousarray(one.images))
        digest.update(np.ascontiguousarray(one.labels))
    return digest.hexdigest()


def _read(path: Path, kind: str, fits: Callable[[Fields], bool]) -> Fields | None:
    """Read kept figures, checked: a run may come from outside. None where they cannot be used."""
    try:
        fields = read_json(path, MAX_BYTES)
        ours = fields.pop("format") == kind and fields.pop("version") == VERSION
        return fields if ours and fits(fields) else None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _is_evaluation(fields: Fields) -> bool:
    texts = (fields["judge"], fields["judge_hash"], *fields["collapsed"])
    integers = (fields["samples"], fields["neighbours"], *fields["seeds"].values())
    numbers = [fields["fd_over_floor"]]
    for side in (fields["figures"], fields["floor"]):
        numbers += [side[key] for key in NUMBERS]
        numbers += [side[key] for key in ("label_accuracy", "in_class_variation") if side[key] is not None]
        for one in side["classes"].values():
            numbers += [one[key] for key in ("pictures", "precision", "coverage", "variation")]
            numbers += [] if one["fd"] is None else [one["fd"]]
    valid = all(isinstance(one, str) for one in texts) and all(type(one) is int for one in integers)
    valid = valid and set(fields["collapsed"]) <= set(fields["figures"]["classes"])
    return valid and all(map(is_number, numbers)) and _is_grounding(fields.get("grounding", {}))


def _is_classifier(fields: Fields) -> bool:
    return all(is_number(fields[key]) for key in ("score", "real"))


def _is_grounding(halves: Mapping[str, Any]) -> bool:
    return all(is_number(half["score"]) for half in halves.values())
