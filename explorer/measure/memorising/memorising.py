"""Memorising: whether a generator draws its training pictures again, as one number in each space.

If it does not, a training picture is no nearer to its samples than a held-out one of the same kind. So among all real
pictures, training and held-out, the nearest one to a sample is a held-out one as often as there are held-out ones among
them; where samples copy, that never happens. (The idea is Platzer and Reutterer's for tables: 2021, "Holdout-based
empirical assessment of mixed-type synthetic data".) Unlike bare distances it is not misled by smooth pictures, which
lie near to everything.
"""

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from explorer.checkpoint import Checkpoint
from explorer.data.progress import Report
from explorer.errors import ExplorerError
from explorer.measure.memorising.index import RealPictures
from explorer.measure.memorising.nearest import Bank, nearest
from explorer.measure.memorising.reference import COPY, Reference
from explorer.measure.sampling import draw
from explorer.stopping import Stop

KEY = "memorising"  # in metrics.json
SAMPLES, SEED = 5000, 4
CLOSE = 0.95


@dataclass(frozen=True)
class Copying:
    """Figures of a generator's samples in one space.

    copied: 1 - (share of samples whose nearest real picture is held out) / (share of held-out ones among the real
        pictures). About 0: no sign of memorising. 1: every sample lies nearest to a training picture.
    error: its standard error at 0, if no two samples had a nearest picture in common; it is larger for samples that
        crowd.
    close: share of samples nearer to a training picture than 95 % of the held-out ones are; .05 for real pictures.
        More of it without anything copied means samples that are smooth, or typical.
    copies: share of samples nearer than 99 % of them: .01 for real pictures.
    median_ratio: median distance of the samples to their nearest training picture, over that of the held-out ones.
    """

    copied: float
    error: float
    close: float
    copies: float
    median_ratio: float


@dataclass(frozen=True)
class Memorising:
    """Whether a checkpoint is memorising, space by space (`pixels`, and the judge's name if there is one).

    samples, train, test: how many were drawn, and searched.
    """

    samples: int
    train: int
    test: int
    spaces: dict[str, Copying]

    @property
    def copied(self) -> float:
        """`copied` in the judge's features, or by pixels without a judge."""
        return list(self.spaces.values())[-1].copied

    def as_fields(self) -> dict[str, Any]:
        """Plain values, rounded to four digits, as metrics.json stores them under "memorising"."""
        spaces = {
            name: {key: round(value, 4) for key, value in asdict(one).items()} for name, one in self.spaces.items()
        }
        return {"samples": self.samples, "train": self.train, "test": self.test, "spaces": spaces}


def memorising(
    checkpoint: Checkpoint,
    real: RealPictures,
    samples: int = SAMPLES,
    report: Report = lambda what, done, total: None,
    stop: Stop = lambda: False,
) -> Memorising:
    """Draw samples of every label by turns (psi 1, fixed latents) and search the real pictures nearest to each.

    Raises DataError without held-out pictures, ExplorerError, and Stopped.
    """
    if samples < 1:
        raise ExplorerError(f"Memorising is measured on one sample or more, not {samples}.")
    banks = {}
    for space in real.spaces:
        banks[space] = tuple(real.bank(space, split, report, stop) for split in ("train", "test"))
    labels = np.arange(samples) % len(checkpoint.labels)
    drawn = draw(checkpoint, checkpoint.label_vectors[labels], SEED)
    spaces = {}
    for number, space in enumerate(real.spaces):
        report("comparing", number, len(real.spaces))
        reference = real.reference(space, stop=stop)
        points = real.points(drawn, space, stop=stop)
        spaces[space] = copying_of(points, *banks[space], torch.from_numpy(real.train.labels), reference, stop)
    report("comparing", len(real.spaces), len(real.spaces))
    return Memorising(samples, len(real.train), len(real.test), spaces)


def copying_of(
    samples: Tensor, train: Bank, test: Bank, labels: Tensor, reference: Reference, stop: Stop = lambda: False
) -> Copying:
    """Measure samples [N, F] in one space; labels: int64 [len(train)], of the training pictures."""
    rows, to_train = (found[:, 0].cpu() for found in nearest(train, samples, stop=stop))
    to_test = nearest(test, samples, stop=stop)[1][:, 0].cpu()
    expected = len(test) / (len(train) + len(test))
    nearer = reference.nearer_than(to_train.numpy(), labels[rows].numpy())
    return Copying(
        copied=1 - float((to_test < to_train).double().mean()) / expected,
        error=math.sqrt((1 - expected) / (expected * len(samples))),
        close=float((nearer >= CLOSE).mean()),
        copies=float((nearer >= COPY).mean()),
        median_ratio=float(np.median(to_train.numpy()) / max(float(np.median(reference.distances)), 1e-12)),
    )
