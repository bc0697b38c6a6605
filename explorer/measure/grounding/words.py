"""What a generator draws for any words, beside what word similarity alone predicts."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from explorer.checkpoint import Checkpoint
from explorer.checkpoint.space import space_of
from explorer.data import ImageSet
from explorer.errors import ExplorerError
from explorer.measure.grounding.score import PICTURES, SEED
from explorer.measure.judge.judge import Judge
from explorer.measure.judge.matching import check_fit, check_pictures
from explorer.measure.metrics.metrics import mean_distance
from explorer.measure.sampling import draw
from explorer.models.conditioning import TEMPERATURE, label_weights
from explorer.words import ExpressionError, UnknownWord, WordSpace

KEY = "words"  # in metrics.json
STORED_LABELS = 64  # of each word
STORED = {"picture_entropy": "torn"}  # fields whose keys there have another name


@dataclass(frozen=True)
class WordFigures:
    """Figures of the pictures of one word or expression.

    seen: mean of the judge's softmax, by label, best first; sum 1. expected: softmax of its cosines with the labels,
        over the temperature at which label-conditioned families blend labels for a word; of a label, that label alone.
    agreement: sum of the smaller of the two: 1 where the generator draws the labels just as often as their similarity
        says, 0 where it draws others.
    entropy: of `seen`, in bits: 0 for a single label, 3.32 for ten alike. expected_entropy: of `expected`.
    picture_entropy: mean entropy of one picture's softmax: near `entropy` when pictures are alike, and each could be
        anything.
    diversity: mean distance of two of its pictures in the judge's features, over that of two real ones of a class.
    """

    word: str
    seen: dict[str, float]
    expected: dict[str, float]
    agreement: float
    entropy: float
    expected_entropy: float
    picture_entropy: float
    diversity: float

    @property
    def same_first(self) -> bool:
        """Whether the label that is seen most is also the most expected."""
        return next(iter(self.seen)) == next(iter(self.expected))


@dataclass(frozen=True)
class WordsReport:
    """judge: its name. pictures: of each word, psi 1, no jitter, the same latents (by `seed`) for all. unknown: words
    that the space does not have, each with a sentence."""

    judge: str
    judge_hash: str
    pictures: int
    seed: int
    temperature: float
    words: tuple[WordFigures, ...]
    unknown: dict[str, str]

    def as_fields(self) -> dict[str, Any]:
        """Plain values, rounded to four digits, as metrics.json stores them under "words"."""

        def plain(value: Any) -> Any:
            if isinstance(value, dict):
                return {key: plain(inner) for key, inner in value.items()}
            return round(value, 4) if isinstance(value, float) else value

        words = [
            {STORED.get(key, key): plain(_first(value)) for key, value in asdict(word).items()} for word in self.words
        ]
        return plain(asdict(self)) | {"words": words}


def _first(value: Any) -> Any:
    """The first shares of many: of hundreds of labels the others are next to nothing."""
    return dict(list(value.items())[:STORED_LABELS]) if isinstance(value, dict) else value


def report_words(checkpoint: Checkpoint, judge: Judge, test: ImageSet, words: Sequence[str]) -> WordsReport:
    """Draw each of the words, or expressions, and judge the pictures.

    test: the judge's own test pictures, for the real variety. Labels held out in training can be expected too, if the
    space has them. Raises ExplorerError for an unconditional generator, where no word is known, or where judge, space
    and checkpoint do not fit.
    """
    check_fit(checkpoint, judge)
    check_pictures(judge, test)
    if not checkpoint.conditional:
        raise ExplorerError(f"{checkpoint.name} is unconditional: no word decides what it draws; choose another.")
    space = space_of(checkpoint)
    vectors, unknown = {}, {}
    for word in words:
        try:
            vectors[word] = space.resolve(word).vector
        except (UnknownWord, ExpressionError) as error:
            unknown[word] = str(error)
    if not vectors:
        raise ExplorerError(next(iter(unknown.values()), "Name at least one word."))
    known, labels = _labels(checkpoint, judge, space)
    real_distance = _real_distance(judge, test)
    found = []
    for word, vector in vectors.items():
        features, logits = judge.features_and_logits(
            draw(checkpoint, np.broadcast_to(vector, (PICTURES, len(vector))), SEED)
        )
        shares = logits.double().softmax(dim=1).cpu()
        seen, expected = shares.mean(dim=0), torch.zeros(len(judge.words), dtype=torch.float64)
        expected[known] = label_weights(torch.from_numpy(vector[None].copy()).double(), labels, TEMPERATURE)[0]
        found.append(
            WordFigures(
                word=word,
                seen=_ranked(judge, seen),
                expected=_ranked(judge, expected),
                agreement=float(torch.minimum(seen, expected).sum()),
                entropy=float(entropy(seen)),
                expected_entropy=float(entropy(expected)),
                picture_entropy=float(entropy(shares).mean()),
                diversity=mean_distance(features) / real_distance,
            )
        )
    return WordsReport(judge.name, judge.hash, PICTURES, SEED, TEMPERATURE, tuple(found), unknown)


def entropy(shares: Tensor) -> Tensor:
    """Entropy of distributions [..., K] in bits, [...]."""
    return -torch.special.xlogy(shares, shares).sum(dim=-1) / np.log(2)


def _labels(checkpoint: Checkpoint, judge: Judge, space: WordSpace) -> tuple[list[int], Tensor]:
    """The judge's classes that have a vector, and these vectors, float64 [L, D]."""
    vectors = dict(zip(checkpoint.labels, checkpoint.label_vectors, strict=True))
    vectors |= {word: space.vector(word) for word in judge.words if word not in vectors and word in space}
    known = [label for label, word in enumerate(judge.words) if word in vectors]
    return known, torch.from_numpy(np.stack([vectors[judge.words[label]] for label in known])).double()


def _real_distance(judge: Judge, test: ImageSet) -> float:
    """Mean distance of two real pictures of a class, over the classes."""
    rows = [np.flatnonzero(test.labels == label)[:PICTURES] for label in range(len(judge.words))]
    features = judge.features(torch.from_numpy(test.images[np.concatenate(rows)])).split([len(one) for one in rows])
    found = [mean_distance(one) for one in features if len(one) > 1]
    return max(sum(found) / max(1, len(found)), 1e-12)


def _ranked(judge: Judge, shares: Tensor) -> dict[str, float]:
    order = shares.argsort(descending=True, stable=True).tolist()
    return {judge.words[label]: float(shares[label]) for label in order}
