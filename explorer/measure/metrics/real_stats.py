"""Features of an evaluation's real pictures, kept on disk: they take as long as those of the samples."""

import contextlib
import hashlib
import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from explorer import places
from explorer.atomic import write_atomic
from explorer.data.progress import Report
from explorer.files import open_tensors, parse_json
from explorer.measure.features.extract import Features, features_of
from explorer.measure.features.network import FeatureNetwork
from explorer.measure.judge.judge import Judge
from explorer.measure.metrics import metrics
from explorer.measure.metrics.figures import Nearness, nearness
from explorer.measure.metrics.metrics import Estimate, Manifolds, TwoSample

VERSION = 1  # of the kept files; raised when the same pictures would get other figures
MOST_KEPT = 8  # files of some 11 MB each for 10,000 pictures on either side, by a judge;
MOST_BYTES = 500_000_000  # of some 100 or 160 MB, by a feature network
NAMES = ("real", "real_said", "other", "other_said")  # of the tensors: features and logits of both


@dataclass(frozen=True, eq=False)
class RealStats:
    """real: features of the test pictures. other: of as many training pictures, in the place of samples. floor: the
    figures of `other`."""

    real: Features
    other: Features
    floor: Nearness


def real_stats(
    judge: Judge | FeatureNetwork,
    pictures: Tensor,
    labels: Tensor,
    others: Tensor,
    other_labels: Tensor,
    report: Report = lambda what, done, total: None,
) -> RealStats:
    """Measure test pictures and as many others, both uint8 [N, C, H, W] with labels int64 [N]; or find them measured.

    The files lie in the user's folder `measured`, named by a hash of all that they depend on: the network's weights,
    the pictures, the settings of every figure, and the device and torch version. A file that is damaged, or cannot be
    written, costs time and nothing else. A feature network's logits are left out, [N, 0], once they are measured.
    """
    path = places.user_data() / "measured" / f"{_digest(judge, pictures, labels, others, other_labels)}.safetensors"
    found = _read(path, judge, len(pictures), len(others))
    if found is None:
        real = features_of(judge, pictures, labels, report)
        other = features_of(judge, others, other_labels, report)
        floor = nearness(real, other)
        if not real.own_classes:
            real, other = (replace(one, logits=one.logits[:, :0]) for one in (real, other))
        found = real, other, floor
        _write(path, *found)
    real, other, floor = found
    real, other = replace(real, labels=labels.to(judge.device)), replace(other, labels=other_labels.to(judge.device))
    return RealStats(real, other, floor)


def _digest(
    judge: Judge | FeatureNetwork, pictures: Tensor, labels: Tensor, others: Tensor, other_labels: Tensor
) -> str:
    settings = [getattr(metrics, name) for name in ("NEIGHBOURS", "SUBSETS", "SUBSET", "SPLITS", "SEED")]
    shapes = [list(pictures.shape), list(others.shape)]
    fixed = [VERSION, judge.hash, settings, shapes, judge.device.type, torch.__version__]
    digest = hashlib.sha256(json.dumps(fixed).encode())
    for some in (pictures, others) if isinstance(judge, Judge) else (pictures, labels, others, other_labels):
        digest.update(some.contiguous().numpy().data)
    return digest.hexdigest()[:32]


def _read(
    path: Path, judge: Judge | FeatureNetwork, count: int, others: int
) -> tuple[Features, Features, Nearness] | None:
    judged = isinstance(judge, Judge)
    wide, classes = (judge.description.layout.features, len(judge.words)) if judged else (judge.features, 0)
    shapes = [(count, wide), (count, classes), (others, wide), (others, classes)]
    try:
        with open_tensors(path) as file:
            if [tuple(file.get_slice(name).get_shape()) for name in NAMES] != shapes:
                return None
            tensors = {name: file.get_tensor(name).clone().to(judge.device) for name in NAMES}
            fields = parse_json((file.metadata() or {})["floor"])
        floor = Nearness(
            float(fields["fd"]),
            Estimate(**fields["kid"]),
            Estimate(**fields["inception_score"]),
            Manifolds(**fields["manifolds"]),
            TwoSample(**fields["two_sample"]),
            None if fields["in_class_variation"] is None else float(fields["in_class_variation"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if any(tensor.dtype != torch.float32 for tensor in tensors.values()):
        return None
    with contextlib.suppress(OSError):
        os.utime(path)  # the least recently used file is removed first
    real, other = (Features(tensors[name], tensors[f"{name}_said"], own_classes=judged) for name in ("real", "other"))
    return real, other, floor


def _write(path: Path, real: Features, other: Features, floor: Nearness) -> None:
    from safetensors.torch import save

    parts = (real.values, real.logits, other.values, other.logits)
    tensors = {name: part.cpu().contiguous() for name, part in zip(NAMES, parts, strict=True)}
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, save(tensors, {"floor": json.dumps(asdict(floor))}))
        kept = {one: one.stat() for one in path.parent.glob("*.safetensors")}
        newest = sorted(kept, key=lambda one: kept[one].st_mtime, reverse=True)
        for number, old in enumerate(newest):
            size = sum(kept[one].st_size for one in newest[: number + 1])
            if number >= MOST_KEPT or (number and size > MOST_BYTES):
                old.unlink(missing_ok=True)
