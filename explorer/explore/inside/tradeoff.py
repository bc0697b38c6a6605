"""Fidelity against diversity: what turning psi buys and costs, as precision and recall under a judge.

Precision is the share of drawn pictures that look real, recall the share of real ones that can be drawn (Kynkaanniemi
2019); over psi they give the curve by which the truncation trick (Brock, Donahue, Simonyan 2018) is judged. A curve is
measured once for a checkpoint and a judge and kept beside the user's data.
"""

import contextlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from explorer import data, places
from explorer.atomic import write_atomic
from explorer.checkpoint import Checkpoint
from explorer.checks import is_number
from explorer.data.progress import Report
from explorer.errors import ExplorerError
from explorer.explore.inside.identity import hash_of
from explorer.explore.render.forward import draw_tiles
from explorer.explore.render.judging import judge_of
from explorer.explore.spec.spec import MAX_TILES, Seeded, Spec
from explorer.files import read_json
from explorer.measure.judge.judge import Judge
from explorer.measure.metrics.metrics import NEIGHBOURS, manifolds
from explorer.stopping import Stop, check

PSIS = (0.0, 0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 1.0, 1.15, 1.3, 1.5)
SAMPLES = 2000  # of each psi, against as many real pictures
DOING = "drawing at every psi"
FORMAT, VERSION, MAX_BYTES = "gan-explorer tradeoff", 1, 100_000


@dataclass(frozen=True)
class Point:
    """Precision and recall at one psi, 0 .. 1 each."""

    psi: float
    precision: float
    recall: float


@dataclass(frozen=True)
class Tradeoff:
    """The curve of a checkpoint under a judge. Only curves of one judge and one number of samples can be compared.

    points: by rising psi. real: what other real pictures get in place of the samples; its psi says nothing.
    """

    checkpoint: str
    checkpoint_hash: str
    judge: str
    judge_hash: str
    samples: int
    points: tuple[Point, ...]
    real: Point

    def at(self, psi: float) -> Point:
        """Between the measured points, on straight lines; beyond them, the last."""
        psis, precisions, recalls = zip(*((one.psi, one.precision, one.recall) for one in self.points), strict=True)
        return Point(psi, float(np.interp(psi, psis, precisions)), float(np.interp(psi, psis, recalls)))


def tradeoff_of(
    checkpoint: Checkpoint,
    device: str = "cpu",
    data_dir: Path | None = None,
    report: Report = lambda what, done, total: None,
    stop: Stop = lambda: False,
    keep: bool = True,
) -> Tradeoff:
    """The curve that is kept, or else a new one, which takes about a minute and is kept then unless `keep` is False.

    Nothing is downloaded. Raises ExplorerError where no judge knows the checkpoint's labels or its pictures are not on
    this machine, and Stopped.
    """
    judge = judge_of(checkpoint, device)
    if judge is None:
        raise ExplorerError(
            f"No judge knows the labels of {checkpoint.name}, so nothing can say how real its pictures look; train "
            "one on its pictures: gan-explorer judge train SOURCE."
        )
    kept = kept_tradeoff(checkpoint, judge)
    if kept is not None:
        return kept
    found = measure_tradeoff(checkpoint, judge, _test_pictures(judge, data_dir), report=report, stop=stop)
    if not keep:
        return found
    with contextlib.suppress(OSError):  # where nothing can be kept, it is measured again another time
        path = _path(found.checkpoint_hash, judge)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, (json.dumps({"format": FORMAT, "version": VERSION, **asdict(found)}) + "\n").encode())
    return found


def kept_tradeoff(checkpoint: Checkpoint, judge: Judge) -> Tradeoff | None:
    """The curve measured before, at once; None if there is none, or none that can be read."""
    digest = hash_of(checkpoint)
    path = _path(digest, judge)
    try:
        fields = read_json(path, MAX_BYTES)
        if fields["format"] != FORMAT or fields["version"] != VERSION:
            return None
        real, *points = (
            Point(*(_share(one[key], 2.0 if key == "psi" else 1.0) for key in ("psi", "precision", "recall")))
            for one in (fields["real"], *fields["points"])
        )
        if [point.psi for point in points] != list(PSIS) or not isinstance(fields["samples"], int):
            return None
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return Tradeoff(checkpoint.name, digest, judge.name, judge.hash, fields["samples"], tuple(points), real)


@torch.inference_mode()
def measure_tradeoff(
    checkpoint: Checkpoint,
    judge: Judge,
    pictures: data.ImageSet,
    samples: int = SAMPLES,
    report: Report = lambda what, done, total: None,
    stop: Stop = lambda: False,
) -> Tradeoff:
    """The curve against real `pictures` of the judge's classes, which should be none it or the generator learned from.

    samples: at most, of each psi; never more than half the pictures, for the other half stands in for them once.
    At every psi the same latents are drawn, of each label as many as there are among the real ones; no jitter, no
    blend. The same in every run. Raises ExplorerError for too few pictures, and Stopped.
    """
    samples = min(samples, len(pictures) // 2)
    if samples <= NEIGHBOURS:
        raise ExplorerError(f"{pictures.name} has too few pictures to measure precision and recall; take more.")
    rows = np.random.default_rng(1).permutation(len(pictures))[: 2 * samples]
    features = judge.features(torch.from_numpy(pictures.images[rows]))
    real, others = features[:samples], features[samples:]
    counts = np.bincount(pictures.labels[rows[:samples]], minlength=len(judge.words))
    portions = _portions(checkpoint, judge, counts)
    points = []
    for number, psi in enumerate(PSIS):
        drawn = []
        for portion, (vector, latents) in enumerate(portions):
            check(stop)
            report(DOING, number * len(portions) + portion, len(PSIS) * len(portions))
            drawn.append(_seen(checkpoint, judge, Spec(latents=latents, psi=psi), vector))
        points.append(_point(psi, real, torch.cat(drawn)))
    report(DOING, 1, 1)
    return Tradeoff(
        checkpoint.name, hash_of(checkpoint), judge.name, judge.hash, samples, tuple(points), _point(1.0, real, others)
    )


def _portions(checkpoint: Checkpoint, judge: Judge, counts: np.ndarray) -> list[tuple[np.ndarray, Seeded]]:
    """(condition, latents) of what is drawn at each psi: so many of each of the judge's classes."""
    found = []
    for word, count in zip(judge.words, counts.tolist(), strict=True):
        vector = checkpoint.label_vectors[checkpoint.labels.index(word)]
        found += [(vector, min(MAX_TILES, count - start)) for start in range(0, count, MAX_TILES)]
    return [(vector, Seeded(seed, count)) for seed, (vector, count) in enumerate(found)]


def _seen(checkpoint: Checkpoint, judge: Judge, spec: Spec, vector: np.ndarray) -> Tensor:
    return judge.features(torch.from_numpy(draw_tiles(checkpoint, spec, vector)).permute(0, 3, 1, 2))


def _point(psi: float, real: Tensor, samples: Tensor) -> Point:
    found = manifolds(real, samples)
    return Point(psi, found.precision, found.recall)


def _test_pictures(judge: Judge, data_dir: Path | None) -> data.ImageSet:
    about = judge.description
    mode = "L" if about.shape[0] == 1 else "RGB"
    pictures = data.load(about.source, "test", data_dir, about.shape[1], download=False, progress=False, mode=mode)
    if pictures.words != judge.words:
        raise ExplorerError(
            f"The judge {judge.name} was trained on other pictures than {pictures.name}; train it anew."
        )
    return pictures


def _path(digest: str, judge: Judge) -> Path:
    return places.user_data() / "tradeoffs" / f"{digest[:16]}-{judge.hash[:16]}.json"


def _share(value: object, most: float) -> float:
    if not is_number(value, 0, most):
        raise ValueError(value)
    return float(value)
