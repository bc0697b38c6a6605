"""The classification accuracy score: what a classifier knows of real pictures that has only ever seen samples.

Ravuri and Vinyals (2019, "Classification Accuracy Score for Conditional Generative Models"). A generator that draws all
of a class, and nothing else by that name, teaches as well as real pictures do; no other figure sees so well what it
leaves out.
"""

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import torch

from explorer.checkpoint import Checkpoint
from explorer.data import ImageSet
from explorer.data.progress import Report
from explorer.errors import ExplorerError
from explorer.measure.judge.fitting import BATCH, fit
from explorer.measure.judge.training import share_right
from explorer.measure.metrics.evaluation import conditions, rows_of_its_labels
from explorer.measure.sampling import draw

KEY = "classifier"  # in metrics.json
MOST, SEEN = 10_000, 120_000  # pictures that are learned from; how many are seen in all, each as often as any
SEED = 7  # of the latents, of which real pictures are taken, and of both trainings


@dataclass(frozen=True)
class ClassifierAccuracy:
    """score: share of the real test pictures that a classifier puts in their class after `samples` samples, 0 to 1.
    real: the same after as many real training pictures. Both networks are the judge's, trained as it is, `epochs` times
    over the pictures from the same start."""

    score: float
    real: float
    source: str
    samples: int
    test: int
    epochs: int
    seed: int

    def as_fields(self) -> dict[str, Any]:
        """Plain values, as metrics.json keeps them under "classifier"."""
        return {name: round(value, 6) if isinstance(value, float) else value for name, value in asdict(self).items()}


def can_be_taught(checkpoint: Checkpoint, train: ImageSet, test: ImageSet) -> bool:
    """Whether it hears labels, and there are enough real pictures of them, in its shape, for a classifier."""
    if not checkpoint.conditional or train.image_shape != checkpoint.image_shape:
        return False
    mine, asked = (rows_of_its_labels(checkpoint, pictures) for pictures in (train, test))
    return len(mine) >= BATCH and len(asked) > 0


def classifier_accuracy(
    checkpoint: Checkpoint,
    train: ImageSet,
    test: ImageSet,
    report: Report = lambda what, done, total: None,
) -> ClassifierAccuracy:
    """Train on as many samples as there are training pictures, at most 10,000, of the same labels; ask the test ones.

    Takes minutes. The same checkpoint gives the same figures on the same machine. Raises ExplorerError where there are
    no labels to teach, or no pictures of them.
    """
    if not checkpoint.conditional:
        raise ExplorerError(
            f"{checkpoint.name} hears of no label, so that its samples can teach a classifier nothing; leave out --cas."
        )
    mine, asked = (rows_of_its_labels(checkpoint, pictures) for pictures in (train, test))
    if not can_be_taught(checkpoint, train, test):
        raise ExplorerError(
            f"A classifier for {checkpoint.name} needs {BATCH} pictures or more of its labels, and of its shape; "
            f"{train.name} has not that."
        )
    mine = np.sort(np.random.default_rng(SEED).permutation(mine)[:MOST])
    labels = torch.from_numpy(train.labels[mine])
    epochs = min(60, max(2, round(SEEN / len(mine))))
    asked_of = replace(test, images=test.images[asked], labels=test.labels[asked])
    device = next(checkpoint.generator.parameters()).device
    report("drawing", 0, 1)
    drawn = draw(checkpoint, conditions(checkpoint, train.words, labels), SEED)
    report("drawing", 1, 1)
    accuracies = []
    for what, pictures in (("samples", drawn), ("real pictures", torch.from_numpy(train.images[mine]))):
        network = fit(
            pictures,
            labels,
            len(train.words),
            epochs,
            SEED,
            device,
            lambda _, done, total, what=what: report(f"learning from {what}", done, total),
        )
        accuracies.append(share_right(network, asked_of))
    return ClassifierAccuracy(*accuracies, train.name, len(mine), len(asked), epochs, SEED)
