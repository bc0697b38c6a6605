"""Grounding of a generator: the share of pictures of words without a label that the judge puts where a person would."""

from dataclasses import dataclass

import numpy as np

from explorer.checkpoint import Checkpoint
from explorer.checkpoint.space import space_of
from explorer.measure.grounding import HALVES, load
from explorer.measure.judge.judge import Judge
from explorer.measure.sampling import draw
from explorer.words import WordSpace, label_table

PICTURES, SEED = 64, 2  # of each word; of the latents


@dataclass(frozen=True)
class GroundingScore:
    """One half of a grounding list, over the words that the checkpoint's space has.

    score: mean over its words of the share of pictures that the judge puts in an accepted class, 0 to 1.
    nearest_label: share of the words whose nearest label (by cosine) is accepted: the score of a generator that drew
        the nearest label instead, perfectly. times_accuracy: that times the label accuracy of its samples.
    words: the share of each. unknown: the words that the space does not have.
    """

    score: float
    nearest_label: float
    times_accuracy: float
    words: dict[str, float]
    unknown: tuple[str, ...]


def grounding_scores(checkpoint: Checkpoint, judge: Judge, label_accuracy: float) -> dict[str, GroundingScore] | None:
    """Measure both halves ("tune", "test") of the list for the judge's data set; None when there is no list.

    Blend 0, jitter 0, psi 1, the same latents for every word. A half of which the space has no word is left out.
    Raises ExplorerError when the checkpoint's word space is missing or another version.
    """
    lists = load(judge.description.source)
    if lists is None:
        return None
    space = space_of(checkpoint)
    halves = {name: _score(checkpoint, judge, space, getattr(lists, name), label_accuracy) for name in HALVES}
    return {name: half for name, half in halves.items() if half is not None}


def _score(
    checkpoint: Checkpoint, judge: Judge, space: WordSpace, accepted: dict[str, tuple[str, ...]], label_accuracy: float
) -> GroundingScore | None:
    known = [word for word in accepted if word in space]
    if not known:
        return None
    shares, nearest = {}, 0
    for word in known:
        vector = space.vector(word)
        pictures = draw(checkpoint, np.broadcast_to(vector, (PICTURES, len(vector))), SEED)
        predicted = dict(zip(judge.words, judge.shares(pictures).tolist(), strict=True))
        shares[word] = sum(predicted[label] for label in accepted[word] if label in predicted)
        nearest += label_table(vector, checkpoint.labels, checkpoint.label_vectors)[0][0] in accepted[word]
    baseline = nearest / len(known)
    return GroundingScore(
        score=sum(shares.values()) / len(known),
        nearest_label=baseline,
        times_accuracy=baseline * label_accuracy,
        words=shares,
        unknown=tuple(word for word in accepted if word not in space),
    )
