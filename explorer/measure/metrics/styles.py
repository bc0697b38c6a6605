"""How well a generator with styles draws a word in a style, and how much it varies: over z, over words, over styles."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from explorer.checkpoint import Checkpoint
from explorer.data import ImageSet
from explorer.measure.features.extract import Features
from explorer.measure.judge.judge import Judge
from explorer.measure.metrics.metrics import among_first, mean_distance
from explorer.measure.sampling import draw, label_conditions, one_style

PAIRS, LATENTS = 64, 8  # pairs of word and style whose variety is measured, and pictures of each
GROUP = 256  # pictures of a style, at most, whose variety over words is measured
SEED = 10


@dataclass(frozen=True)
class Accuracy:
    """Shares of so many pictures whose word is the judge's first, and among its first five, 0 to 1."""

    top_1: float
    top_5: float
    pictures: int


@dataclass(frozen=True)
class WordFigures(Accuracy):
    """seen: the word that the judge sees most often in them."""

    seen: str


@dataclass(frozen=True)
class StyleFigures(Accuracy):
    """recognised: share that the judge of styles puts in the style asked for; None without such a judge."""

    recognised: float | None


@dataclass(frozen=True)
class Variety:
    """How unlike pictures are. distance: mean of two of them in the judge's features. grey: their standard deviation in
    grey levels, 0 to 255, a mean over pixels."""

    distance: float
    grey: float


@dataclass(frozen=True)
class Styled:
    """Figures of samples whose words and styles are those of as many real pictures.

    samples: of all. unseen: of those in styles that the judge was not fitted on, beside `real`, the real pictures in
    their place; None where the judge knows every style. recognised: share that the judge of styles (`style_judge`)
    puts in their style, beside its own accuracy on real pictures; None without one.
    over_z: of pictures of one word in one style. over_z_open: of one word, its style left open. over_styles: of one
    word. over_words: of different words in one style. real_in_word, real_over_words: of real pictures of a word in one
    style, where it has several, and of different words.
    """

    samples: Accuracy
    unseen: Accuracy | None
    real: Accuracy | None
    recognised: float | None
    real_recognised: float | None
    style_judge: str | None
    over_z: Variety
    over_z_open: Variety
    over_styles: Variety
    over_words: Variety
    real_in_word: Variety | None
    real_over_words: Variety
    styles: dict[str, StyleFigures]
    words: dict[str, WordFigures]


def styled(
    checkpoint: Checkpoint,
    judge: Judge,
    style_judge: Judge | None,
    pictures: ImageSet,
    real: Features,
    sampled: Tensor,
    samples: Features,
) -> Styled:
    """Measure samples uint8 [N, C, H, W] with the words and styles of `pictures`; the features of both are given."""
    labels, style_ids = samples.labels, torch.from_numpy(pictures.style_ids).to(samples.labels.device)
    predicted = samples.logits.argmax(dim=1)
    recognised = None
    if style_judge is not None:  # the index of a style that it does not know is one that it never answers
        places = {style: number for number, style in enumerate(style_judge.words)}
        own = torch.tensor([places.get(style, -1) for style in pictures.styles]).to(style_ids.device)[style_ids]
        recognised = style_judge.logits(sampled).argmax(dim=1) == own
    unseen = _unseen(judge, pictures)
    styles = {}
    for number, style in enumerate(pictures.styles):
        rows = style_ids == number
        if rows.any():
            share = _share(recognised[rows]) if style_judge is not None and style in style_judge.words else None
            styles[style] = StyleFigures(**vars(_accuracy(samples.logits, labels, rows)), recognised=share)
    words = {}
    for label in labels.unique().tolist():
        rows = labels == label
        seen = judge.words[int(predicted[rows].mode().values)]
        words[pictures.words[label]] = WordFigures(**vars(_accuracy(samples.logits, labels, rows)), seen=seen)
    return Styled(
        samples=_accuracy(samples.logits, labels, torch.ones_like(labels, dtype=torch.bool)),
        unseen=_accuracy(samples.logits, labels, unseen) if unseen.any() else None,
        real=_accuracy(real.logits, real.labels, unseen) if unseen.any() else None,
        recognised=_share(recognised[own >= 0]) if style_judge is not None else None,
        real_recognised=style_judge.accuracy if style_judge is not None else None,
        style_judge=style_judge.name if style_judge is not None else None,
        **_varieties(checkpoint, judge, pictures),
        over_words=_over_words(sampled, samples.values, style_ids),
        real_in_word=_in_word(pictures, real.values),
        real_over_words=_over_words(torch.from_numpy(pictures.images), real.values, style_ids),
        styles=styles,
        words=words,
    )


def _accuracy(logits: Tensor, labels: Tensor, rows: Tensor) -> Accuracy:
    first, five = (_share(among_first(logits[rows], labels[rows], most)) for most in (1, 5))
    return Accuracy(first, five, int(rows.sum()))


def _unseen(judge: Judge, pictures: ImageSet) -> Tensor:
    """Which pictures are in a style that the judge was not fitted on, bool [N]."""
    unseen = [number for number, style in enumerate(pictures.styles) if style in judge.description.unseen_styles]
    fitted = np.unique(pictures.labels[~np.isin(pictures.style_ids, unseen)])  # else the judge learned it from these
    return torch.from_numpy(np.isin(pictures.style_ids, unseen) & np.isin(pictures.labels, fitted)).to(judge.device)


def _varieties(checkpoint: Checkpoint, judge: Judge, pictures: ImageSet) -> dict[str, Variety]:
    """Varieties over z and over styles of some pairs of word and style, always the same."""
    pairs = np.unique(np.stack([pictures.labels, pictures.style_ids], axis=1), axis=0)
    pairs = np.random.default_rng(SEED).permutation(pairs)[:PAIRS]
    vectors = label_conditions(checkpoint, pictures.words, torch.from_numpy(pairs[:, 0]))
    asked = one_style(checkpoint, [pictures.styles[style] for style in pairs[:, 1]])
    every = torch.eye(len(checkpoint.styles))
    drawn = {
        "over_z": (LATENTS, asked.repeat_interleave(LATENTS, dim=0)),
        "over_z_open": (LATENTS, torch.zeros((LATENTS * len(pairs), len(checkpoint.styles)))),
        "over_styles": (len(every), every.repeat(len(pairs), 1)),
    }
    found = {}
    for name, (each, weights) in drawn.items():
        sampled = draw(checkpoint, np.repeat(vectors, each, axis=0), SEED, weights)
        found[name] = _mean_variety(zip(sampled.split(each), judge.features(sampled).split(each), strict=True))
    return found


def _over_words(pictures: Tensor, features: Tensor, style_ids: Tensor) -> Variety:
    groups = [torch.nonzero(style_ids == style)[:GROUP, 0] for style in style_ids.unique()]
    return _mean_variety((pictures[rows.to(pictures.device)], features[rows]) for rows in groups)


def _in_word(pictures: ImageSet, features: Tensor) -> Variety | None:
    """The variety of real pictures of one word in one style, over the pairs that have several; None without any."""
    pairs = pictures.labels * len(pictures.styles) + pictures.style_ids
    numbers, counts = np.unique(pairs, return_counts=True)
    groups = [np.flatnonzero(pairs == number)[:LATENTS] for number in numbers[counts > 1]]
    images = torch.from_numpy(pictures.images)
    return _mean_variety((images[rows], features[torch.from_numpy(rows)]) for rows in groups) if groups else None


def _mean_variety(groups: Iterable[tuple[Tensor, Tensor]]) -> Variety:
    """The mean variety of groups of (pictures, features), those of one picture aside; 0 without any."""
    found = [(mean_distance(own), float(some.double().std(dim=0).mean())) for some, own in groups if len(some) > 1]
    distance, grey = np.mean(found, axis=0) if found else (0.0, 0.0)
    return Variety(float(distance), float(grey))


def _share(right: Tensor) -> float:
    return float(right.double().mean()) if len(right) else 0.0
