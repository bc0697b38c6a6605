"""All figures of a checkpoint, each beside what real pictures get."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from explorer.checkpoint import Checkpoint
from explorer.data import ImageSet
from explorer.data.progress import Report
from explorer.errors import ExplorerError
from explorer.measure.grounding_score import Half, grounding_of
from explorer.measure.judge import Judge
from explorer.measure.metrics import NEIGHBOURS, Manifolds, frechet_distance, label_accuracy, manifolds
from explorer.measure.sampling import draw

MOST, LEAST = 10_000, 100  # pictures on each side
SEED = 1  # of the latents, and of which real pictures are drawn


@dataclass(frozen=True)
class Figures:
    """One cloud of pictures against the real test pictures: FD[judge], precision and so on, and label accuracy."""

    fd: float
    manifolds: Manifolds
    label_accuracy: float


@dataclass(frozen=True)
class Evaluation:
    """What was measured. Figures of one judge and one count of pictures can be compared, and no others.

    samples: pictures on each side. floor: the same figures for as many training pictures, drawn at random, in place
    of the samples; its label accuracy is that of the real test pictures. grounding: see `grounding_of`.
    """

    judge: str
    judge_hash: str
    samples: int
    figures: Figures
    floor: Figures
    grounding: dict[str, Half] | None

    @property
    def fd_over_floor(self) -> float:
        return self.figures.fd / max(self.floor.fd, 1e-9)


def evaluate(
    checkpoint: Checkpoint,
    judge: Judge,
    train: ImageSet,
    test: ImageSet,
    samples: int | None = None,
    report: Report = lambda what, done, total: None,
) -> Evaluation:
    """Measure a checkpoint against the judge's own pictures, `train` and `test`.

    samples: how many, against as many test pictures; by default as many as there are, at most 10,000. The labels that
    are drawn are those of the test pictures (so as many of each, if they are balanced). psi 1, no jitter, fixed
    latents: the same checkpoint gives the same figures. Raises ExplorerError where judge, pictures and checkpoint do
    not fit each other.
    """
    check_fit(checkpoint, judge)
    for pictures in (train, test):
        if pictures.words != judge.words or pictures.image_shape != judge.description.shape:
            raise ExplorerError(
                f"The judge {judge.name} was trained on other pictures than {pictures.name}; train it anew."
            )
    most = min(len(train), len(test), MOST)
    samples = most if samples is None else samples
    if not min(LEAST, most) <= samples <= most or samples <= NEIGHBOURS:
        raise ExplorerError(
            f"{samples:,} samples cannot be measured: of {test.name}, take between {LEAST} and {most:,}, as many "
            "as there are real ones to compare with."
        )
    pictures, labels = _some(test, samples)
    rows = np.array([checkpoint.labels.index(word) for word in judge.words])  # the checkpoint's order may be its own
    report("measuring", 0, 5)
    real, said = judge.read(pictures)
    other = judge.features(_some(train, samples)[0])
    report("measuring", 1, 5)
    drawn, read = judge.read(draw(checkpoint, checkpoint.label_vectors[rows[labels]], SEED))
    report("measuring", 2, 5)
    wanted = torch.from_numpy(labels).to(said.device)
    figures = Figures(frechet_distance(real, drawn), manifolds(real, drawn), label_accuracy(read, wanted))
    report("measuring", 3, 5)
    floor = Figures(frechet_distance(real, other), manifolds(real, other), label_accuracy(said, wanted))
    report("measuring", 4, 5)
    grounding = grounding_of(checkpoint, judge, figures.label_accuracy)
    report("measuring", 5, 5)
    return Evaluation(judge.name, judge.hash, samples, figures, floor, grounding)


def check_fit(checkpoint: Checkpoint, judge: Judge) -> None:
    """Raise ExplorerError if the judge's classes are not the checkpoint's labels, on pictures of the same shape."""
    if set(checkpoint.labels) != set(judge.words) or checkpoint.image_shape != judge.description.shape:
        raise ExplorerError(
            f"The judge {judge.name} does not know the labels and pictures of {checkpoint.name}: choose another, or "
            "train one on its pictures: gan-explorer judge train SOURCE."
        )


def _some(source: ImageSet, count: int) -> tuple[Tensor, np.ndarray]:
    """That many at random, always the same: uint8 [N, C, H, W], and labels int64 [N]."""
    rows = np.sort(np.random.default_rng(SEED).permutation(len(source))[:count])
    return torch.from_numpy(source.images[rows]), source.labels[rows]
