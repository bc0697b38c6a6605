"""All figures of a checkpoint, each beside what real pictures get."""

from dataclasses import dataclass

import numpy as np
import torch

from explorer.checkpoint import Checkpoint
from explorer.data import ImageSet
from explorer.data.progress import Report
from explorer.errors import ExplorerError
from explorer.measure.features.extract import class_counts, features_of, without_labels
from explorer.measure.features.names import ABOUT
from explorer.measure.features.network import FeatureNetwork
from explorer.measure.grounding.score import GroundingScore, grounding_scores
from explorer.measure.grounding.truncation import TruncationCurve, truncation_curve
from explorer.measure.judge.judge import Judge, style_judge_of
from explorer.measure.judge.matching import check_fit, check_own, check_pictures
from explorer.measure.metrics.codes import CodeMeaning, code_meanings
from explorer.measure.metrics.collapse import ALIKE, has_collapsed
from explorer.measure.metrics.figures import ClassFigures, Figures, by_class, nearness
from explorer.measure.metrics.metrics import NEIGHBOURS, label_accuracy
from explorer.measure.metrics.real_stats import real_stats
from explorer.measure.metrics.styles import Styled, styled
from explorer.measure.sampling import codes_of, draw, label_conditions, style_weights
from explorer.measure.training_pictures import rows_of_labels, some_pictures

MOST, LEAST = 10_000, 100  # pictures on each side
MOST_STYLED = 4000  # by default: a few of each of hundreds of words
SEED = 1  # of the latents, and of which real pictures are drawn


@dataclass(frozen=True)
class Evaluation:
    """Figures of one checkpoint. Only figures of one judge and one count of pictures can be compared.

    judge: its name, or that of a feature network, whose figures stand in no table with a judge's.
    samples: pictures on each side. figures: against the real test pictures. floor: the same figures for as many
    training pictures, drawn at random, in place of the samples; its label accuracy is that of the real test pictures.
    grounding: see `grounding_scores`; None too for an unconditional generator, by a feature network, or without
    `words`. codes: what the categories of a generator with codes came to mean, to a judge. styled: more figures of a
    generator with styles, by a judge. truncation: see `truncation_curve`; None where `grounding` is.
    """

    judge: str
    judge_hash: str
    samples: int
    figures: Figures
    floor: Figures
    grounding: dict[str, GroundingScore] | None
    codes: tuple[CodeMeaning, ...] = ()
    styled: Styled | None = None
    truncation: TruncationCurve | None = None

    @property
    def fd_over_floor(self) -> float:
        return self.figures.fd / max(self.floor.fd, 1e-9)

    @property
    def collapsed(self) -> tuple[str, ...]:
        """The collapsed labels (see `has_collapsed`). By a feature network, those whose samples are all alike: the
        other bounds were found on judges."""
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
    truncation: bool = False,
) -> Evaluation:
    """Measure a checkpoint against real pictures, `train` and `test`, of its labels: the judge's own.

    samples: how many, against as many test pictures; by default as many as there are, at most 10,000, or 4,000 with
    styles. They have the labels and styles of those test pictures (so as many of each, if they are balanced). psi 1, no
    jitter, fixed latents: the same checkpoint gives the same figures. An unconditional generator has no label accuracy;
    its classes are those that the judge predicts. words: whether `grounding` is measured too, which takes as long as
    5,000 samples. truncation: whether word truncation is too, which takes as long as 18,000. A feature network stands
    where a judge does, on whichever pictures: it gives all figures but those that need to know their classes.
    Raises ExplorerError where judge, pictures and checkpoint do not fit each other.
    """
    judged = isinstance(judge, Judge)
    if judged:
        check_fit(checkpoint, judge)
        for pictures in (train, test):
            check_pictures(judge, pictures)
    else:
        check_own(checkpoint, train, test)
    train_rows, test_rows = (rows_of_labels(checkpoint, pictures) for pictures in (train, test))
    most = min(len(train_rows), len(test_rows), MOST)
    samples = min(most, MOST_STYLED if checkpoint.styles else MOST) if samples is None else samples
    if not min(LEAST, most) <= samples <= most or samples <= NEIGHBOURS:
        raise ExplorerError(
            f"{samples:,} samples cannot be measured: of {test.name}, take between {LEAST} and {most:,}, as many "
            "as there are real ones to compare with."
        )
    conditional = checkpoint.conditional
    report("measuring", 0, 5)
    chosen, others = (_some(*one, samples) for one in ((test, test_rows), (train, train_rows)))
    (pictures, labels), (other_pictures, other_labels) = (
        (torch.from_numpy(one.images), torch.from_numpy(one.labels)) for one in (chosen, others)
    )
    stats = real_stats(judge, pictures, labels, other_pictures, other_labels, report)
    report("measuring", 2, 5)
    weights = style_weights(checkpoint, chosen, np.arange(samples))
    sampled = draw(checkpoint, label_conditions(checkpoint, test.words, labels), SEED, weights)
    features = features_of(judge, sampled, labels if conditional else None, report)
    report("measuring", 3, 5)
    other = stats.other if conditional else without_labels(stats.other)
    sides = (stats.real if conditional else without_labels(stats.real), other, features)
    fewest = torch.stack([class_counts(one, len(test.words)) for one in sides]).amin(dim=0)
    figures = Figures(
        **vars(nearness(stats.real, features)),
        label_accuracy=label_accuracy(features.logits, features.labels) if conditional and judged else None,
        classes=_named(test.words, by_class(stats.real, features, fewest)),
    )
    floor = Figures(
        **vars(stats.floor),
        label_accuracy=label_accuracy(stats.real.logits, stats.real.labels) if judged else None,
        classes=_named(test.words, by_class(stats.real, other, fewest)),
    )
    report("measuring", 4, 5)
    grounding = None
    if conditional and words and judged:
        grounding = grounding_scores(checkpoint, judge, figures.label_accuracy)
    curve = None
    if conditional and truncation and judged:
        curve = truncation_curve(checkpoint, judge, stats.real.values, report)
    report("measuring", 5, 5)
    codes, meanings = codes_of(checkpoint, samples, SEED), []
    if codes is not None and judged:
        kinds = checkpoint.description.codes
        meanings = code_meanings(codes[:samples], kinds, features.predicted.cpu(), test.words)
    in_styles = None
    if weights is not None and judged:
        style_judge = style_judge_of(checkpoint, judge.device)
        in_styles = styled(checkpoint, judge, style_judge, chosen, stats.real, sampled, features)
    return Evaluation(judge.name, judge.hash, samples, figures, floor, grounding, tuple(meanings), in_styles, curve)


def _some(source: ImageSet, rows: np.ndarray, count: int) -> ImageSet:
    """So many pictures of these rows at random, always the same."""
    return some_pictures(source, np.sort(rows[np.random.default_rng(SEED).permutation(len(rows))[:count]]))


def _named(words: tuple[str, ...], figures: dict[int, ClassFigures]) -> dict[str, ClassFigures]:
    return {words[label]: one for label, one in figures.items()}
