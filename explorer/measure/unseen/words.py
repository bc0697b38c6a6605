"""Words that a training held out: does the generator draw them better than by drawing the nearest word that it knows?

Akin to the tests of zero-shot recognition (Lampert 2009), the other way round: from a word never seen to a picture.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from explorer.checkpoint import Checkpoint
from explorer.checkpoint.space import space_of
from explorer.data import ImageSet
from explorer.data.progress import Report
from explorer.errors import ExplorerError
from explorer.measure.judge.judge import Judge
from explorer.measure.judge.matching import check_fit, check_pictures
from explorer.measure.metrics.bootstrap import Interval, interval_of
from explorer.measure.metrics.metrics import among_first
from explorer.measure.metrics.metrics_file import rounded
from explorer.measure.sampling import draw, one_style
from explorer.measure.training_pictures import words_held_out_by
from explorer.words import ExpressionError, UnknownWord, WordSpace, label_table

KEY = "unseen_words"  # in metrics.json
PICTURES, SEED = 32, 11  # of each word; of the latents, and of the choice of words
MOST, MOST_REAL, MIDDLE = 128, 128, 2000  # words; real pictures of each; real pictures whose mean is the origin
SCORES = ("forced_choice", "top_5", "top_20", "similarity")
WAYS = ("drawn", "nearest", "nearest_real", "real")


@dataclass(frozen=True)
class Scores:
    """Scores of pictures that should show one word.

    forced_choice: how often a picture lies nearer to the real pictures of the word than to those of another held-out
        word (of any other, if it is the only one), over all of these: by cosine in the judge's features, to the mean.
        0 to 1, chance .5. top_5, top_20: share of pictures with the word among the judge's first 5 or 20. similarity:
        mean cosine of the word and the one that the judge sees first.
    """

    forced_choice: float
    top_5: float
    top_20: float
    similarity: float


@dataclass(frozen=True)
class UnseenWord:
    """drawn: of pictures of the word. nearest: of pictures that the same generator draws, from the same latents, for
    the nearest word that it was trained on (`nearest_label`), which is the rule to beat. nearest_real: of real pictures
    of that. real: of real pictures of the word itself that the judge was not fitted on; None where there are none.
    seen: the three words that the judge sees most in what is drawn, with their shares."""

    drawn: Scores
    nearest: Scores
    nearest_real: Scores
    real: Scores | None
    nearest_label: str
    seen: dict[str, float]


@dataclass(frozen=True)
class UnseenWords:
    """drawn, nearest, nearest_real, real, ahead: means over words with their intervals, by score; ahead: of drawn minus
    nearest, word by word. chance: of a picture of any word. held_out: how many words the training held out. left_out:
    those that cannot be measured, each with a reason."""

    judge: str
    judge_hash: str
    pictures: int
    seed: int
    held_out: int
    chance: Scores
    drawn: dict[str, Interval]
    nearest: dict[str, Interval]
    nearest_real: dict[str, Interval]
    real: dict[str, Interval]
    ahead: dict[str, Interval]
    words: dict[str, UnseenWord]
    left_out: dict[str, str]

    def as_fields(self) -> dict[str, Any]:
        """Plain values, as metrics.json stores them under "unseen_words"."""
        return rounded(asdict(self))


def unseen_words(
    checkpoint: Checkpoint,
    judge: Judge,
    known: ImageSet,
    asked: ImageSet,
    report: Report = lambda what, done, total: None,
) -> UnseenWords:
    """Draw the words that a checkpoint's training held out, at most 128 of them, 32 pictures each, and judge these.

    known: real pictures that the judge was fitted on, to compare with. asked: others of its pictures, to score real
    ones by. psi 1, its styles by turns, the same latents for every word. Raises ExplorerError where nothing was held
    out, or where judge, space, pictures and checkpoint do not fit.
    """
    check_fit(checkpoint, judge)
    for pictures in (known, asked):
        check_pictures(judge, pictures)
    if not checkpoint.conditional:
        raise ExplorerError(f"{checkpoint.name} is unconditional: no word decides what it draws; choose another.")
    space = space_of(checkpoint)
    vectors, left_out = _measurable(checkpoint, space, known)
    if not vectors:
        why = "; ".join(f"{word}: {reason}" for word, reason in list(left_out.items())[:3]) or "it held out none"
        raise ExplorerError(
            f"No word that the training of {checkpoint.name} held out can be measured ({why}); train one with "
            "--hold-out WORD."
        )
    measuring = _Measuring(judge, space, checkpoint, known, list(vectors))
    styles = [style for style in checkpoint.styles if style in known.styles or style in asked.styles]
    weights = one_style(checkpoint, [styles[i % len(styles)] for i in range(PICTURES)]) if styles else None
    drawn_before: dict[str, Tensor] = {}

    def drawn(word: str, vector: np.ndarray) -> Tensor:
        if word not in drawn_before:
            drawn_before[word] = draw(checkpoint, np.broadcast_to(vector, (PICTURES, len(vector))), SEED, weights)
        return drawn_before[word]

    found = {}
    for number, (word, vector) in enumerate(vectors.items()):
        report("drawing held-out words", number, len(vectors))
        nearest = _nearest(checkpoint, judge, vector)
        own = drawn(word, vector)
        of_nearest = drawn(nearest, checkpoint.label_vectors[checkpoint.labels.index(nearest)])
        real = _pictures_of(asked, word)
        shares = judge.shares(own)
        first = shares.argsort(descending=True, stable=True)[:3].tolist()
        found[word] = UnseenWord(
            drawn=measuring.scores(word, own),
            nearest=measuring.scores(word, of_nearest),
            nearest_real=measuring.scores(word, _pictures_of(known, nearest)),
            real=measuring.scores(word, real) if len(real) else None,
            nearest_label=nearest,
            seen={judge.words[i]: float(shares[i]) for i in first if shares[i] > 0},
        )
    report("drawing held-out words", len(vectors), len(vectors))
    means = {way: _means([getattr(one, way) for one in found.values()]) for way in WAYS}
    ahead = {
        score: interval_of([getattr(one.drawn, score) - getattr(one.nearest, score) for one in found.values()])
        for score in SCORES
    }
    held_out, chance = len(words_held_out_by(checkpoint)), measuring.chance()
    return UnseenWords(
        judge.name, judge.hash, PICTURES, SEED, held_out, chance, **means, ahead=ahead, words=found, left_out=left_out
    )


class _Measuring:
    """The judge's view of the real pictures, against which pictures of held-out words are scored."""

    def __init__(self, judge: Judge, space: WordSpace, checkpoint: Checkpoint, known: ImageSet, words: list[str]):
        self.judge, self.words = judge, words
        some = np.random.default_rng(SEED).permutation(len(known))[:MIDDLE]
        self.middle = judge.features(torch.from_numpy(known.images[np.sort(some)])).double().mean(dim=0)
        there = [word for label, word in enumerate(judge.words) if (known.labels == label).any()]
        self.alternatives = words if len(words) > 1 else there
        features = (judge.features(_pictures_of(known, word)).double() for word in self.alternatives)
        means = torch.stack([self._directions(own).mean(dim=0) for own in features])
        self.centres = torch.nn.functional.normalize(means, dim=1)
        self.vectors = _vectors(judge, space, checkpoint)

    def scores(self, word: str, pictures: Tensor) -> Scores:
        """Scores of pictures uint8 [N, C, H, W] as pictures of a word."""
        features, logits = self.judge.features_and_logits(pictures)
        cosines = self._directions(features.double()) @ self.centres.T
        own = self.alternatives.index(word)
        right = cosines[:, [own]] - cosines
        wins = (right > 0).double() + (right == 0).double() / 2
        wins = (wins.sum(dim=1) - 0.5) / (len(self.alternatives) - 1)  # less the half that it wins against itself
        label = self.judge.words.index(word)
        labels = torch.full((len(pictures),), label, device=logits.device)
        five, twenty = (float(among_first(logits, labels, most).double().mean()) for most in (5, 20))
        seen = self.vectors[logits.argmax(dim=1).cpu().numpy()] @ self.vectors[label]
        return Scores(float(wins.mean()), five, twenty, float(seen.mean()))

    def chance(self) -> Scores:
        """The scores of a picture that shows any word, all alike."""
        held_out = self.vectors[[self.judge.words.index(word) for word in self.words]]
        count = len(self.judge.words)
        return Scores(0.5, min(1.0, 5 / count), min(1.0, 20 / count), float((held_out @ self.vectors.T).mean()))

    def _directions(self, features: Tensor) -> Tensor:
        return torch.nn.functional.normalize(features - self.middle, dim=1)


def _measurable(
    checkpoint: Checkpoint, space: WordSpace, known: ImageSet
) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """The held-out words with a vector and real pictures, chosen at random where there are many; and why others are
    left out."""
    vectors, left_out = {}, {}
    words = list(words_held_out_by(checkpoint))
    chosen = sorted(np.random.default_rng(SEED).permutation(len(words))[:MOST])
    for word in (words[i] for i in chosen):
        if word not in known.words or not (known.labels == known.words.index(word)).any():
            left_out[word] = "there is no real picture of it"
            continue
        try:
            vectors[word] = space.resolve_name(word).vector
        except (UnknownWord, ExpressionError):
            left_out[word] = f"the word space {space.name} does not know it"
    return vectors, left_out


def _vectors(judge: Judge, space: WordSpace, checkpoint: Checkpoint) -> np.ndarray:
    """Unit vectors of the judge's words, float32 [K, D]; zeros for one that nobody knows."""
    own = dict(zip(checkpoint.labels, checkpoint.label_vectors, strict=True))
    found = np.zeros((len(judge.words), checkpoint.label_vectors.shape[1]), np.float32)
    for row, word in enumerate(judge.words):
        try:
            found[row] = own[word] if word in own else space.resolve_name(word).vector
        except (UnknownWord, ExpressionError):
            continue
    return found


def _nearest(checkpoint: Checkpoint, judge: Judge, vector: np.ndarray) -> str:
    """The label nearest to a vector [D], among those that the judge knows too."""
    table = label_table(vector, checkpoint.labels, checkpoint.label_vectors)
    return next(label for label, _ in table if label in judge.words)


def _pictures_of(pictures: ImageSet, word: str) -> Tensor:
    rows = np.flatnonzero(pictures.labels == pictures.words.index(word))[:MOST_REAL]
    return torch.from_numpy(pictures.images[rows])


def _means(scores: Sequence[Scores | None]) -> dict[str, Interval]:
    """The mean of each score over the words that have one; none without any."""
    found = [one for one in scores if one is not None]
    return {score: interval_of([getattr(one, score) for one in found]) for score in SCORES} if found else {}
