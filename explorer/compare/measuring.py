"""One checkpoint measured, once: the figures are kept beside its run, or else beside the user's data."""

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
from explorer.explore.inside.identity import hash_of
from explorer.files import read_json
from explorer.measure.evaluation import LEAST, MOST, evaluate, rows_of_its_labels
from explorer.measure.features.network import FeatureNetwork
from explorer.measure.judge.judge import Judge
from explorer.measure.judge.matching import knowing_judge
from explorer.measure.metrics import classifier_accuracy, metrics
from explorer.measure.results_file import as_fields
from explorer.measure.training_pictures import own_pictures, read_options_of, source_of
from explorer.stopping import Stop, check

FORMAT, TAUGHT = "gan-explorer measured", "gan-explorer taught"
VERSION = 1  # of what is kept; another where the same checkpoint would come to other figures
FOLDER, MAX_BYTES = "measured", 1_000_000
NUMBERS = (
    *("fd", "kid", "kid_spread", "inception_score", "inception_score_spread", "precision", "recall", "density"),
    *("coverage", "nearest_tells", "nearest_tells_real", "nearest_tells_samples"),
)


@dataclass(frozen=True, eq=False)
class Bench:
    """What checkpoints of one kind are measured with: a judge, and the real pictures that it knows; or a feature
    network, and their own. source: whose pictures these are. digest: of the pictures, where a name does not say it all.
    """

    judge: Judge | FeatureNetwork
    train: ImageSet
    test: ImageSet
    source: str
    digest: str = ""

    def most(self, checkpoint: Checkpoint) -> int:
        """The most samples of a checkpoint that can be measured: as many as there are real pictures of its labels."""
        return min(MOST, *(len(rows_of_its_labels(checkpoint, one)) for one in (self.train, self.test)))


class Benches:
    """Those that were asked for, each made once. network: a feature network that stands in every judge's place.
    download: whether real pictures that are nowhere on this machine may be fetched."""

    def __init__(
        self, data_dir: Path | None, device: str, network: FeatureNetwork | None = None, download: bool = True
    ):
        self._data_dir, self._device, self._network, self._download = data_dir, device, network, download
        self._kept: dict[tuple, Bench] = {}

    def of(self, checkpoint: Checkpoint) -> Bench:
        """Raises ExplorerError where no judge knows its labels, or their pictures are not here."""
        judge = self._network or knowing_judge(checkpoint, self._device)
        if judge is None:
            raise ExplorerError(
                f"No judge knows the labels of {checkpoint.name}, so nothing was measured; train one on its pictures: "
                "gan-explorer judge train SOURCE."
            )
        source = source_of(checkpoint) if self._network else judge.description.source
        options = read_options_of(checkpoint)
        key = (judge.hash, source, checkpoint.image_shape, options)
        if key not in self._kept:
            shape, where, fetch = checkpoint.image_shape, self._data_dir, self._download
            both = [own_pictures(source, shape, one, where, fetch, options) for one in ("train", "test")]
            self._kept[key] = Bench(judge, *both, source, "" if source in NAMES else _digest_of(both))
        return self._kept[key]


def measured(
    checkpoint: Checkpoint,
    bench: Bench,
    samples: int,
    run: Path | None = None,
    words: bool = True,
    report: Report = lambda what, done, total: None,
    stop: Stop = lambda: False,
    keep: bool = True,
    cas: bool = False,
) -> Fields:
    """The figures of a checkpoint, or as they were found before.

    samples: fewer where there are fewer real pictures. run: the folder beside whose files they are kept. words: see
    `evaluate`. keep: whether they are. cas: whether a classifier is taught by its samples, which takes minutes. Raises
    ExplorerError, and Stopped.
    """
    most = bench.most(checkpoint)
    samples = max(min(samples, most), min(LEAST, most))
    shelves = [places.user_data() / "compared"] if run is None else [run / FOLDER, places.user_data() / "compared"]

    def told(what: str, done: int, total: int) -> None:
        check(stop)
        report(f"{what} {checkpoint.name}", done, total)

    def known(kind: str, digest: str, fits: Callable[[Fields], bool], find: Callable[[], Fields]) -> Fields:
        """As they are kept, or else found, and kept."""
        name = f"{digest}.json"
        fields = next(filter(None, (_read(shelf / name, kind, fits) for shelf in shelves)), None)
        if fields is None:
            fields = json.loads(json.dumps(find()))  # as they will be read
            _keep(shelves if keep else [], name, {"format": kind, "version": VERSION, **fields})
        return fields

    fields = known(
        FORMAT,
        _digest(checkpoint, bench, samples, words),
        _is_measured,
        lambda: as_fields(evaluate(checkpoint, bench.judge, bench.train, bench.test, samples, told, words)),
    )
    taught = None
    if cas and classifier_accuracy.can_be_taught(checkpoint, bench.train, bench.test):
        taught = known(
            TAUGHT,
            _digest(checkpoint, bench, classifier_accuracy.MOST, classifier_accuracy.SEED),
            _is_taught,
            lambda: classifier_accuracy.classifier_accuracy(checkpoint, bench.train, bench.test, told).as_fields(),
        )
    return _whole(fields, taught)


def _keep(shelves: Sequence[Path], name: str, kept: Fields) -> None:
    for shelf in shelves:
        with contextlib.suppress(OSError):  # where nothing can be kept, it is measured again another time
            shelf.mkdir(parents=True, exist_ok=True)
            write_atomic(shelf / name, (json.dumps(kept, indent=2) + "\n").encode())
            break


def _whole(fields: Fields, taught: Fields | None) -> Fields:
    """With `new_words` among its figures, the score of those words whose outcome decided nothing, and `classifier`."""
    halves = fields.get("grounding") or {}
    score = halves["test"]["score"] if "test" in halves else None
    mine = {"new_words": score, "classifier": taught["score"] if taught else None}
    real = {"new_words": None, "classifier": taught["real"] if taught else None}
    return fields | {"figures": fields["figures"] | mine, "floor": fields["floor"] | real}


def _digest(checkpoint: Checkpoint, bench: Bench, samples: int, more: int) -> str:
    """more: what else it depends on."""
    settings = [getattr(metrics, name) for name in ("NEIGHBOURS", "SUBSETS", "SUBSET", "SPLITS", "SEED")]
    told = [VERSION, hash_of(checkpoint), list(checkpoint.labels), bench.judge.hash, samples, more, settings]
    told += [] if isinstance(bench.judge, Judge) else [bench.source]
    told += [bench.digest] if bench.digest else []
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]


def _digest_of(pictures: Sequence[ImageSet]) -> str:
    """Of a folder's pictures, which may be others tomorrow."""
    digest = hashlib.blake2b(digest_size=16)
    for one in pictures:
        digest.update(np.ascontiguousarray(one.images))
        digest.update(np.ascontiguousarray(one.labels))
    return digest.hexdigest()


def _read(path: Path, kind: str, fits: Callable[[Fields], bool]) -> Fields | None:
    """What is kept there, if it is what we keep: a run may be a stranger's."""
    try:
        fields = read_json(path, MAX_BYTES)
        ours = fields.pop("format") == kind and fields.pop("version") == VERSION
        return fields if ours and fits(fields) else None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _is_measured(fields: Fields) -> bool:
    texts = (fields["judge"], fields["judge_hash"], *fields["collapsed"])
    whole = (fields["samples"], fields["neighbours"], *fields["seeds"].values())
    numbers = [fields["fd_over_floor"]]
    for side in (fields["figures"], fields["floor"]):
        numbers += [side[key] for key in NUMBERS]
        numbers += [side[key] for key in ("label_accuracy", "in_class_variation") if side[key] is not None]
        for one in side["classes"].values():
            numbers += [one[key] for key in ("pictures", "precision", "coverage", "variation")]
            numbers += [] if one["fd"] is None else [one["fd"]]
    fine = all(isinstance(one, str) for one in texts) and all(type(one) is int for one in whole)
    fine = fine and set(fields["collapsed"]) <= set(fields["figures"]["classes"])
    return fine and all(map(is_number, numbers)) and _is_grounding(fields.get("grounding", {}))


def _is_taught(fields: Fields) -> bool:
    return all(is_number(fields[key]) for key in ("score", "real"))


def _is_grounding(halves: Mapping[str, Any]) -> bool:
    return all(is_number(half["score"]) for half in halves.values())
