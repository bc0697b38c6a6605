"""The real pictures of an evaluation as a judge sees them, or a feature network, kept on disk: they cost as much as
the samples do."""

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

VERSION = 1  # of what is kept; another where the same pictures would come to other figures
MOST_KEPT = 8  # files of some 11 MB each for 10,000 pictures on either side, by a judge;
MOST_BYTES = 500_000_000  # of some 100 or 160 MB, by a feature network
NAMES = ("real", "real_said", "other", "other_said")


@dataclass(frozen=True, eq=False)
class RealStats:
    """real: the test pictures. other: as many training pictures, which stand where samples will. floor: what they come
    to."""

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
    """Of as many test pictures as others, both uint8 [N, C, H, W] with labels int64 [N]; read once, then found again.

    What is kept lies in the user's folder `measured`, under a hash of all that it depends on: the network's weights,
    the pictures, the settings of every figure, and what computed it. A file that is damaged, or cannot be written,
    costs time and nothing else. Of a feature network's clouds the logits are left out, [N, 0], once they are measured.
    """
    path = places.user_data() / "measured" / f"{_digest(judge, pictures, labels, others, other_labels)}.safetensors"
    found = _read(path, judge, len(pictures), len(others))
    if found is None:
        real = features_of(judge, pictures, labels, report)
        other = features_of(judge, others, other_labels, report)
        floor = nearness(real, other)
        if not real.knows:
            real, other = (replace(one, logits=one.logits[:, :0]) for one in (real, other))
        found = real, other, floor
        _write(path, *found)
    real, other, floor = found
    real, other = replace(real, asked=labels.to(judge.device)), replace(other, asked=other_labels.to(judge.device))
    return RealStats(real, other, floor)


def _digest(
    judge: Judge | FeatureNetwork, pictures: Tensor, labels: Tensor, others: Tensor, other_labels: Tensor
) -> str:
    settings = [getattr(metrics, name) for name in ("NEIGHBOURS", "SUBSETS", "SUBSET", "SPLITS", "SEED")]
    shapes = [list(pictures.shape), list(others.shape)]
    told = [VERSION, judge.hash, settings, shapes, judge.device.type, torch.__version__]
    digest = hashlib.sha256(json.dumps(told).encode())
    for some in (pictures, others) if isinstance(judge, Judge) else (pictures, labels, others, other_labels):
        digest.update(some.contiguous().numpy().data)
    return digest.hexdigest()[:32]


def _read(
    path: Path, judge: Judge | FeatureNetwork, count: int, others: int
) -> tuple[Features, Features, Nearness] | None:
    knows = isinstance(judge, Judge)
    wide, classes = (judge.description.layout.features, len(judge.words)) if knows else (judge.features, 0)
    shapes = [(count, wide), (count, classes), (others, wide), (others, classes)]
    try:
        with open_tensors(path) as file:
            if [tuple(file.get_slice(name).get_shape()) for name in NAMES] != shapes:
                return None
            tensors = {name: file.get_tensor(name).clone().to(judge.device) for name in NAMES}
            told = parse_json((file.metadata() or {})["floor"])
        floor = Nearness(
            float(told["fd"]),
            Estimate(**told["kid"]),
            Estimate(**told["inception_score"]),
            Manifolds(**told["manifolds"]),
            TwoSample(**told["two_sample"]),
            None if told["in_class_variation"] is None else float(told["in_class_variation"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if any(tensor.dtype != torch.float32 for tensor in tensors.values()):
        return None
    with contextlib.suppress(OSError):
        os.utime(path)  # the ones that are used longest ago go first
    real, other = (Features(tensors[name], tensors[f"{name}_said"], knows=knows) for name in ("real", "other"))
    return real, other, floor


def _write(path: Path, real: Features, other: Features, floor: Nearness) -> None:
    from safetensors.torch import save

    parts = (real.features, real.logits, other.features, other.logits)
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
