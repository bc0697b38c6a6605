"""All figures of a checkpoint, each beside what real pictures get."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from explorer.checkpoint import Checkpoint
from explorer.data import ImageSet
from explorer.data.progress import Report
from explorer.errors import ExplorerError
from explorer.measure.features.extract import counts, features_of, without_labels
from explorer.measure.features.names import ABOUT
from explorer.measure.features.network import FeatureNetwork
from explorer.measure.grounding.score import GroundingScore, grounding_scores
from explorer.measure.judge.judge import Judge
from explorer.measure.judge.matching import check_fit, check_own, check_pictures
from explorer.measure.metrics.by_class import ClassFigures, by_class
from explorer.measure.metrics.codes import CodeMeaning, code_meanings
from explorer.measure.metrics.collapse import ALIKE, has_collapsed
from explorer.measure.metrics.figures import Figures, nearness
from explorer.measure.metrics.metrics import NEIGHBOURS, label_accuracy
from explorer.measure.metrics.real_stats import real_stats
from explorer.measure.sampling import codes_of, draw

MOST, LEAST = 10_000, 100  # pictures on each side
SEED = 1  # of the latents, and of which real pictures are drawn


@dataclass(frozen=True)
class Evaluation:
    """What was measured. Figures of one judge and one count of pictures can be compared, and no others.

    judge: its name, or that of a feature network (see `feature_names`), whose figures stand in no table with a judge's.
    samples: pictures on each side. figures: against the real test pictures. floor: the same figures for as many
    training pictures, drawn at random, in place of the samples; its label accuracy is that of the real test pictures.
    grounding: see `grounding_scores`; None too for an unconditional generator, by a feature network, or where it
    was not asked for. codes: what the categories of a generator that hears codes came to mean, to a judge.
    """

    judge: str
    judge_hash: str
    samples: int
    figures: Figures
    floor: Figures
    grounding: dict[str, GroundingScore] | None
    codes: tuple[CodeMeaning, ...] = ()

    @property
    def fd_over_floor(self) -> float:
        return self.figures.fd / max(self.floor.fd, 1e-9)

    @property
    def collapsed(self) -> tuple[str, ...]:
        """The labels of which hardly anything is drawn any more; see `has_collapsed`. By a feature network, those whose
        samples are all alike: what else shows it was found on judges."""
        if self.judge in ABOUT:
            return tuple(label for label, one in self.figures.classes.items() if one.variation < ALIKE)
        real = self.floor.classes
        return tuple(
            label
            for label, one in self.figures.classes.items()
            if has_collapsed(one.coverage, real[label].coverage, one.precision, one.variation)
        )


def evaluate(
    checkpoint: Checkpoint,
    judge: Judge | FeatureNetwork,
    train: ImageSet,
    test: ImageSet,
    samples: int | None = None,
    report: Report = lambda what, done, total: None,
    words: bool = True,
) -> Evaluation:
    """Measure a checkpoint against real pictures, `train` and `test`, of its labels: the judge's own.

    samples: how many, against as many test pictures; by default as many as there are, at most 10,000. The labels that
    are drawn are those of the test pictures (so as many of each, if they are balanced). psi 1, no jitter, fixed
    latents: the same checkpoint gives the same figures. A generator that hears of no label is not asked for any, and
    has no label accuracy; its classes are what the judge sees. words: whether words that no training heard are tried
    too (`grounding`), which takes as long as 5,000 samples. A feature network stands where a judge does, on whichever
    pictures: it gives all figures but those that need to know their classes. Raises ExplorerError where judge, pictures
    and checkpoint do not fit each other.
    """
    knows = isinstance(judge, Judge)
    if knows:
        check_fit(checkpoint, judge)
        for pictures in (train, test):
            check_pictures(judge, pictures)
    else:
        check_own(checkpoint, train, test)
    mine, theirs = (rows_of_its_labels(checkpoint, pictures) for pictures in (train, test))
    most = min(len(mine), len(theirs), MOST)
    samples = most if samples is None else samples
    if not min(LEAST, most) <= samples <= most or samples <= NEIGHBOURS:
        raise ExplorerError(
            f"{samples:,} samples cannot be measured: of {test.name}, take between {LEAST} and {most:,}, as many "
            "as there are real ones to compare with."
        )
    heard = checkpoint.conditional
    report("measuring", 0, 5)
    pictures, labels = _some(test, theirs, samples)
    side = real_stats(judge, pictures, labels, *_some(train, mine, samples), report)
    report("measuring", 2, 5)
    drawn = draw(checkpoint, conditions(checkpoint, test.words, labels), SEED)
    cloud = features_of(judge, drawn, labels if heard else None, report)
    report("measuring", 3, 5)
    other = side.other if heard else without_labels(side.other)
    sides = (side.real if heard else without_labels(side.real), other, cloud)
    fewest = torch.stack([counts(one, len(test.words)) for one in sides]).amin(dim=0)
    figures = Figures(
        **vars(nearness(side.real, cloud)),
        label_accuracy=label_accuracy(cloud.logits, cloud.asked) if heard and knows else None,
        classes=_named(test.words, by_class(side.real, cloud, fewest)),
    )
    floor = Figures(
        **vars(side.floor),
        label_accuracy=label_accuracy(side.real.logits, side.real.asked) if knows else None,
        classes=_named(test.words, by_class(side.real, other, fewest)),
    )
    report("measuring", 4, 5)
    grounding = grounding_scores(checkpoint, judge, figures.label_accuracy) if heard and words and knows else None
    report("measuring", 5, 5)
    told, meanings = codes_of(checkpoint, samples, SEED), []
    if told is not None and knows:
        meanings = code_meanings(told[:samples], checkpoint.description.codes, cloud.seen.cpu(), test.words)
    return Evaluation(judge.name, judge.hash, samples, figures, floor, grounding, tuple(meanings))


def conditions(checkpoint: Checkpoint, words: tuple[str, ...], labels: Tensor) -> np.ndarray:
    """What to ask for, to be drawn: float32 [N, D] for labels int64 [N] of `words`; the checkpoint's order may be its
    own. Zeros for a checkpoint without labels."""
    if not checkpoint.labels:
        return np.zeros((len(labels), checkpoint.label_vectors.shape[1]), dtype=np.float32)
    return checkpoint.label_vectors[[checkpoint.labels.index(words[label]) for label in labels.tolist()]]


def rows_of_its_labels(checkpoint: Checkpoint, pictures: ImageSet) -> np.ndarray:
    """The rows of the pictures whose label the checkpoint has; all, if it has none."""
    known = [label for label, word in enumerate(pictures.words) if word in checkpoint.labels or not checkpoint.labels]
    return np.flatnonzero(np.isin(pictures.labels, known))


def _some(source: ImageSet, rows: np.ndarray, count: int) -> tuple[Tensor, Tensor]:
    """That many of these rows at random, always the same: uint8 [N, C, H, W], and labels int64 [N]."""
    rows = np.sort(rows[np.random.default_rng(SEED).permutation(len(rows))[:count]])
    return torch.from_numpy(source.images[rows]), torch.from_numpy(source.labels[rows])


def _named(words: tuple[str, ...], figures: dict[int, ClassFigures]) -> dict[str, ClassFigures]:
    return {words[label]: one for label, one in figures.items()}
