"""Word truncation measured on words without a label: how often they are drawn as what they mean, how real their
pictures look, and how much these vary, from the word as it is to trained words alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from explorer.checkpoint import Checkpoint
from explorer.checkpoint.space import space_of
from explorer.checks import is_number
from explorer.data.progress import Report
from explorer.measure.grounding import WITHIN
from explorer.measure.grounding.score import PICTURES, SEED, accepted_shares, grounding_list, styles_by_turns
from explorer.measure.judge.judge import Judge
from explorer.measure.metrics.bootstrap import interval_of
from explorer.measure.metrics.metrics import NEIGHBOURS, manifolds, mean_distance
from explorer.measure.sampling import draw
from explorer.words.truncation import labels_taken, towards_labels

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class TruncationPoint:
    """Figures of some words at one word truncation, 64 pictures each, in every style by turns where there are some.

    share: the word truncation, 0 .. 1. score: mean over the words of the share of pictures that the judge puts in an
    accepted class, 0 to 1. top_5: the same among its first five. precision: share of all these pictures that look real
    (see `Manifolds`), 0 to 1. variety: mean over words of the distance of two pictures, in one style where there are
    some, in the judge's features.
    """

    share: float
    score: float
    top_5: float
    precision: float
    variety: float


@dataclass(frozen=True)
class TruncationCurve:
    """Figures at rising word truncation on the `tune` half of a list of novel words.

    words: how many. pictures: of each. points: by rising share. labels: the same of as many trained words, which no
    word truncation changes. chosen: the smallest share whose score is within .01 of the best, if it is better than at 0
    by more than chance in the choice of words explains (a 95 % bootstrap interval), else 0. test: the other half, at
    this share alone.
    """

    words: int
    pictures: int
    points: tuple[TruncationPoint, ...]
    labels: TruncationPoint
    chosen: float
    test: TruncationPoint | None


def truncation_curve(
    checkpoint: Checkpoint,
    judge: Judge,
    real: Tensor,
    report: Report = lambda what, done, total: None,
) -> TruncationCurve | None:
    """Measure the curve; None where there is no list for the judge's data set, or no word of it is known.

    real: the judge's features of real pictures [N, F], N at least 6. psi 1, no jitter, the same latents and the same
    random numbers, by which pictures take a label, for every word. Raises ExplorerError when the checkpoint's word
    space is missing or another version.
    """
    lists = grounding_list(checkpoint, judge)
    if lists is None or len(real) <= NEIGHBOURS:
        return None
    space = space_of(checkpoint)
    halves = [
        {word: (space.vector(word), accepted) for word, accepted in half.items() if word in space}
        for half in (lists.tune, lists.test)
    ]
    tune, test = halves
    if not tune:
        return None

    def measured(share: float, words: Mapping[str, tuple[np.ndarray, tuple[str, ...]]]) -> tuple:
        report("word truncation", round(100 * share), 100)
        return _measured(checkpoint, judge, real, share, words)

    found = [measured(share, tune) for share in SHARES]
    points = tuple(point for point, _ in found)
    chosen = choose(np.array([scores for _, scores in found]))
    rows = np.unique(np.linspace(0, len(checkpoint.labels) - 1, len(tune)).round().astype(int))
    labels = {checkpoint.labels[row]: (checkpoint.label_vectors[row], (checkpoint.labels[row],)) for row in rows}
    return TruncationCurve(
        words=len(tune),
        pictures=PICTURES,
        points=points,
        labels=measured(0.0, labels)[0],
        chosen=chosen,
        test=measured(chosen, test)[0] if test else None,
    )


def choose(scores: np.ndarray) -> float:
    """The word truncation to draw with, by the scores of words at each of SHARES, [len(SHARES), words]; see
    `TruncationCurve.chosen`."""
    means = scores.mean(axis=1)
    first = int(np.flatnonzero(means >= means.max() - WITHIN)[0])
    is_better = first > 0 and interval_of(scores[first] - scores[0]).low > 0
    return SHARES[first] if is_better else 0.0


def stored_choice(metrics: Mapping[str, Any]) -> float | None:
    """The word truncation that the stored evaluation of a checkpoint chose; None where none was measured."""
    evaluation = metrics.get("evaluation")
    curve = evaluation.get("truncation") if isinstance(evaluation, dict) else None
    chosen = curve.get("chosen") if isinstance(curve, dict) else None
    return float(chosen) if is_number(chosen, 0, 1) else None


@torch.no_grad()
def _measured(
    checkpoint: Checkpoint,
    judge: Judge,
    real: Tensor,
    share: float,
    words: Mapping[str, tuple[np.ndarray, tuple[str, ...]]],
) -> tuple[TruncationPoint, list[float]]:
    """The figures of words, each a unit vector [D] and the labels that are accepted for it; and the score of each."""
    numbers = np.random.default_rng(SEED).random(PICTURES)
    styles, groups = styles_by_turns(checkpoint), max(1, len(checkpoint.styles))
    features, first, five, distances = [], [], [], []
    for vector, accepted in words.values():
        taken = labels_taken(checkpoint.label_vectors, vector, numbers)
        conditions = towards_labels(checkpoint.label_vectors, vector, share, taken)
        values, logits = judge.features_and_logits(draw(checkpoint, conditions, SEED, styles))
        top_1, top_5 = accepted_shares(judge, logits, accepted)
        first.append(top_1)
        five.append(top_5)
        distances += [mean_distance(values[group::groups]) for group in range(groups)]
        features.append(values)
    point = TruncationPoint(
        share=share,
        score=float(np.mean(first)),
        top_5=float(np.mean(five)),
        precision=manifolds(real.to(features[0]), torch.cat(features)).precision,
        variety=float(np.mean(distances)),
    )
    return point, first
