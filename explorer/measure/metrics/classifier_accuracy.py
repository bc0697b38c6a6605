"""The classification accuracy score: accuracy on real pictures of a classifier trained on samples alone.

Ravuri and Vinyals (2019, "Classification Accuracy Score for Conditional Generative Models"). Samples that
show all of a class, and nothing else by its label, train a classifier as well as real pictures do; no other figure
shows so well what a generator leaves out.
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
from explorer.measure.judge.training import accuracy
from explorer.measure.sampling import draw, label_conditions
from explorer.measure.training_pictures import rows_of_labels

KEY = "classifier"  # in metrics.json
MOST, SEEN = 10_000, 120_000  # training pictures; pictures seen in all, each equally often
SEED = 7  # of the latents, of the choice of real pictures, and of both trainings


@dataclass(frozen=True)
class ClassifierAccuracy:
    """score: accuracy on the real test pictures of a classifier trained on `samples` samples, 0 to 1. real: the same of
    one trained on as many real pictures. Both have a judge's network and recipe, `epochs` epochs, from the same
    start."""

    score: float
    real: float
    source: str
    samples: int
    test: int
    epochs: int
    seed: int

    def as_fields(self) -> dict[str, Any]:
        """Plain values, as metrics.json stores them under "classifier"."""
        return {name: round(value, 6) if isinstance(value, float) else value for name, value in asdict(self).items()}


def can_train_classifier(checkpoint: Checkpoint, train: ImageSet, test: ImageSet) -> bool:
    """Whether a checkpoint has labels, and there are enough real pictures of them, in its shape, for a classifier."""
    if not checkpoint.conditional or train.image_shape != checkpoint.image_shape:
        return False
    train_rows, test_rows = (rows_of_labels(checkpoint, pictures) for pictures in (train, test))
    return len(train_rows) >= BATCH and len(test_rows) > 0


def classifier_accuracy(
    checkpoint: Checkpoint,
    train: ImageSet,
    test: ImageSet,
    report: Report = lambda what, done, total: None,
) -> ClassifierAccuracy:
    """Train on as many samples as there are training pictures, at most 10,000, of the same labels; test on the others.

    Takes minutes. The same checkpoint gives the same figures on the same machine. Raises ExplorerError without labels,
    or without pictures of them.
    """
    if not checkpoint.conditional:
        raise ExplorerError(
            f"{checkpoint.name} is unconditional, so its samples cannot train a classifier; leave out --cas."
        )
    train_rows, test_rows = (rows_of_labels(checkpoint, pictures) for pictures in (train, test))
    if not can_train_classifier(checkpoint, train, test):
        raise ExplorerError(
            f"A classifier for {checkpoint.name} needs {BATCH} pictures or more of its labels, and of its shape; "
            f"{train.name} has not that."
        )
    train_rows = np.sort(np.random.default_rng(SEED).permutation(train_rows)[:MOST])
    labels = torch.from_numpy(train.labels[train_rows])
    epochs = min(60, max(2, round(SEEN / len(train_rows))))
    tested = replace(test, images=test.images[test_rows], labels=test.labels[test_rows])
    device = next(checkpoint.generator.parameters()).device
    report("drawing", 0, 1)
    samples = draw(checkpoint, label_conditions(checkpoint, train.words, labels), SEED)
    report("drawing", 1, 1)
    accuracies = []
    for what, pictures in (("samples", samples), ("real pictures", torch.from_numpy(train.images[train_rows]))):
        network = fit(
            pictures,
            labels,
            len(train.words),
            epochs,
            SEED,
            device,
            lambda _, done, total, what=what: report(f"learning from {what}", done, total),
        )
        accuracies.append(accuracy(network, tested))
    return ClassifierAccuracy(*accuracies, train.name, len(train_rows), len(test_rows), epochs, SEED)
