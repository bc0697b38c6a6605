"""Grounding of a generator: the share of pictures of words without a label that the judge puts where a person would."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from explorer.checkpoint import Checkpoint
from explorer.checkpoint.space import space_of
from explorer.measure.grounding import HALVES, Grounding, load
from explorer.measure.judge.judge import Judge
from explorer.measure.metrics.bootstrap import Interval, interval_of
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
    Of a generator with styles the pictures are in every style by turns, and more is known, else None. top_5: share of
        pictures with an accepted class among the judge's first five. nearest_drawn: the same two shares of the same
        generator's pictures of the nearest label, which is the rule to beat. ahead: by how much `score` does, a mean
        over words with its interval.
    """

    score: float
    nearest_label: float
    times_accuracy: float
    words: dict[str, float]
    unknown: tuple[str, ...]
    top_5: float | None = None
    nearest_drawn: tuple[float, float] | None = None
    ahead: Interval | None = None


def grounding_scores(checkpoint: Checkpoint, judge: Judge, label_accuracy: float) -> dict[str, GroundingScore] | None:
    """Measure both halves ("tune", "test") of the list for the judge's data set; None when there is no list.

    Blend 0, jitter 0, psi 1, the same latents for every word. A half of which the space has no word is left out.
    Raises ExplorerError when the checkpoint's word space is missing or another version.
    """
    lists = grounding_list(checkpoint, judge)
    if lists is None:
        return None
    space = space_of(checkpoint)
    halves = {name: _score(checkpoint, judge, space, getattr(lists, name), label_accuracy) for name in HALVES}
    return {name: half for name, half in halves.items() if half is not None}


def grounding_list(checkpoint: Checkpoint, judge: Judge) -> Grounding | None:
    """The list for the judge's data set, without words that the checkpoint was trained on; None when there is none."""
    names = judge.description.source, str(judge.description.made.get("data", ""))
    return next(filter(None, (load(name, checkpoint.labels) for name in names)), None)


def styles_by_turns(checkpoint: Checkpoint) -> Tensor | None:
    """The weights of the styles of so many pictures of a word, by turns: float32 [PICTURES, S]; None without styles."""
    if not checkpoint.styles:
        return None
    return torch.eye(len(checkpoint.styles))[torch.arange(PICTURES) % len(checkpoint.styles)]


def accepted_shares(judge: Judge, logits: Tensor, accepted: Sequence[str]) -> tuple[float, float]:
    """Shares of pictures with logits [N, K] that the judge puts in an accepted class, and among whose first five it has
    one."""
    labels = [judge.words.index(label) for label in accepted if label in judge.words]
    if not labels:
        return 0.0, 0.0
    best = logits[:, labels].max(dim=1, keepdim=True).values
    above = (logits > best).sum(dim=1)
    return tuple(float((above < most).double().mean()) for most in (1, 5))


def _score(
    checkpoint: Checkpoint, judge: Judge, space: WordSpace, accepted: dict[str, tuple[str, ...]], label_accuracy: float
) -> GroundingScore | None:
    known = [word for word in accepted if word in space]
    if not known:
        return None
    shares, fives, rule, nearest = {}, [], [], 0
    for word in known:
        vector = space.vector(word)
        shares[word], five = _accepted(checkpoint, judge, vector, accepted[word])
        label = label_table(vector, checkpoint.labels, checkpoint.label_vectors)[0][0]
        nearest += label in accepted[word]
        if checkpoint.styles:
            fives.append(five)
            own = checkpoint.label_vectors[checkpoint.labels.index(label)]
            rule.append(_accepted(checkpoint, judge, own, accepted[word]))
    baseline = nearest / len(known)
    ahead = [own - other for own, (other, _) in zip(shares.values(), rule, strict=False)]  # none without styles
    return GroundingScore(
        score=sum(shares.values()) / len(known),
        nearest_label=baseline,
        times_accuracy=baseline * label_accuracy,
        words=shares,
        unknown=tuple(word for word in accepted if word not in space),
        top_5=float(np.mean(fives)) if fives else None,
        nearest_drawn=tuple(np.mean(rule, axis=0).tolist()) if rule else None,
        ahead=interval_of(ahead) if ahead else None,
    )


def _accepted(
    checkpoint: Checkpoint, judge: Judge, vector: np.ndarray, accepted: tuple[str, ...]
) -> tuple[float, float]:
    """The two shares (see `accepted_shares`) of pictures of a vector [D]."""
    conditions = np.broadcast_to(vector, (PICTURES, len(vector)))
    pictures = draw(checkpoint, conditions, SEED, styles_by_turns(checkpoint))
    return accepted_shares(judge, judge.logits(pictures), accepted)
