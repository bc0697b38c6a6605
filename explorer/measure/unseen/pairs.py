"""Pairs of a word and a style that a training held out, both known from others: how well drawn, beside pairs it saw."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch

from explorer.checkpoint import Checkpoint
from explorer.data import ImageSet
from explorer.errors import ExplorerError
from explorer.measure.judge.judge import Judge
from explorer.measure.judge.matching import check_fit, check_pictures
from explorer.measure.metrics.bootstrap import Interval, interval_of
from explorer.measure.metrics.metrics import among_first, frechet_distance
from explorer.measure.metrics.metrics_file import rounded
from explorer.measure.sampling import draw, label_conditions, style_weights
from explorer.measure.training_pictures import rows_of_labels, rows_of_unseen_pairs, some_pictures

KEY = "unseen_pairs"  # in metrics.json
MOST, LEAST, SEED = 2000, 20, 12  # real pictures on each side; of their choice and of the latents


@dataclass(frozen=True)
class PairFigures:
    """Figures of one sample for each of some real pictures, of its word and style.

    fd: of the samples from these pictures, by the judge. top_1, top_5: share whose word is the judge's first, or among
    its first five. recognised: share that the judge of styles puts in the style asked for; None without one. Each share
    has its interval over pictures.
    """

    fd: float
    top_1: Interval
    top_5: Interval
    recognised: Interval | None


@dataclass(frozen=True)
class UnseenPairs:
    """pictures: on each side. pairs: how many held-out ones these are of. words: for each word in them, its top_1 in
    held-out pairs."""

    judge: str
    judge_hash: str
    pictures: int
    pairs: int
    seed: int
    unseen: PairFigures
    seen: PairFigures
    words: dict[str, float]

    def as_fields(self) -> dict[str, Any]:
        """Plain values, as metrics.json stores them under "unseen_pairs"."""
        return rounded(asdict(self))


def unseen_pairs(checkpoint: Checkpoint, judge: Judge, style_judge: Judge | None, pictures: ImageSet) -> UnseenPairs:
    """Draw the pairs that a checkpoint's training held out, and as many others of the same words at random.

    pictures: all of its source. psi 1, fixed latents. Where the same words have too few other pictures, those of any
    word are taken. Raises ExplorerError with fewer than 20 pictures of held-out pairs, or where judge, pictures and
    checkpoint do not fit.
    """
    check_fit(checkpoint, judge)
    check_pictures(judge, pictures)
    unseen, seen = rows_of_unseen_pairs(checkpoint, pictures), rows_of_labels(checkpoint, pictures)
    same = seen[np.isin(pictures.labels[seen], np.unique(pictures.labels[unseen]))]
    rng = np.random.default_rng(SEED)
    count = min(MOST, len(unseen), len(seen))
    if count < LEAST:
        raise ExplorerError(
            f"The training of {checkpoint.name} held out pairs of {len(unseen)} pictures; {LEAST} or more can be "
            "measured: train one with --set hold_out_pairs=0.1."
        )
    unseen, seen = (np.sort(rng.permutation(rows)[:count]) for rows in (unseen, same if len(same) >= count else seen))
    pairs = np.unique(np.stack([pictures.labels[unseen], pictures.style_ids[unseen]]), axis=1).shape[1]
    (of_unseen, right), (of_seen, _) = (
        _figures(checkpoint, judge, style_judge, some_pictures(pictures, rows)) for rows in (unseen, seen)
    )
    labels = pictures.labels[unseen]
    words = {pictures.words[label]: float(right[labels == label].mean()) for label in np.unique(labels)}
    return UnseenPairs(judge.name, judge.hash, count, pairs, SEED, of_unseen, of_seen, words)


def _figures(
    checkpoint: Checkpoint, judge: Judge, style_judge: Judge | None, real: ImageSet
) -> tuple[PairFigures, np.ndarray]:
    """The figures, and whether each sample's word is the judge's first, float64 [N]."""
    labels = torch.from_numpy(real.labels)
    weights = style_weights(checkpoint, real, np.arange(len(real)))
    sampled = draw(checkpoint, label_conditions(checkpoint, real.words, labels), SEED, weights)
    features, logits = judge.features_and_logits(sampled)
    first, five = (among_first(logits.cpu(), labels, most).double().numpy() for most in (1, 5))
    recognised = None
    if style_judge is not None:
        styles = np.array(real.styles)[real.style_ids]
        predicted = np.array(style_judge.words)[style_judge.logits(sampled).argmax(dim=1).cpu().numpy()]
        known = np.isin(styles, style_judge.words)
        recognised = interval_of((predicted == styles)[known].astype(np.float64)) if known.any() else None
    fd = frechet_distance(judge.features(torch.from_numpy(real.images)), features)
    return PairFigures(fd, interval_of(first), interval_of(five), recognised), first
