"""The words of each label, and the draw of one for each picture: its own word, and the words around it.

A generator conditioned on ten points learns ten points. Given now and then another word for the same picture, it learns
the meaning that they share, and so what to draw for a word between them.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from explorer.measure import grounding
from explorer.words import ExpressionError, WordSpace

HERE = Path(__file__).parent
BLOCK = 8192  # words of a space whose cosines are taken at once
FEW = 64  # labels up to which each of a space's words is taken for a neighbour of the nearest, however far
NEAR = 0.45  # cosine from which on a word is a neighbour of one of more labels; below, it is near none of them


@dataclass(frozen=True)
class Vocabulary:
    """The words of each label; of pictures with subjects, those of each subject.

    words: [M] of them, those of one label side by side. vectors: float32 [M, dim], unit. chance: float64 [M], summing
    to 1 over the words of a label. start: int64 [K], where each label's words begin. own: chance of a label's own word
    among several.
    """

    words: tuple[str, ...]
    vectors: np.ndarray
    chance: np.ndarray
    start: np.ndarray
    own: float = 1.0

    @classmethod
    def of_labels(cls, labels: Sequence[str], vectors: np.ndarray, own: float = 1.0) -> "Vocabulary":
        """Each label's own word alone, by its unit vector, [K, dim]."""
        count = len(labels)
        return cls(tuple(labels), vectors.astype(np.float32), np.ones(count), np.arange(count), own)

    def with_texts(
        self,
        space: WordSpace,
        texts: Sequence[Sequence[str]],
        labels: Sequence[int],
        plain: Collection[int],
        barred: Collection[str],
    ) -> "Vocabulary":
        """The words of each subject: those of its label, and its own texts, each as likely as a synonym.

        texts, labels: of each subject; one whose label is -1 gets no word. plain: subjects that their label's word
        names; others (a hot dog among dogs) have their texts alone, the first as their own word, as long as the space
        knows one. Left out are texts that it does not know, or with a word in `barred`.
        """
        words, vectors, chances, start = [], [], [], []
        for subject, (own_texts, label) in enumerate(zip(texts, labels, strict=True)):
            start.append(len(words))
            if label < 0:
                continue
            first, last = self.start[label], self.start[label] + len(self.of(label))
            of_label, row = self.words[first:last], {}
            for text in own_texts:
                if text not in of_label and barred.isdisjoint({text, *text.split()}):
                    try:
                        row[text] = (space.resolve_name(text, suggest=False).vector, 1.0)
                    except ExpressionError:
                        continue
            if subject in plain or not row:
                likely = self.chance[first:last] / max(self.chance[first + 1 : last], default=1.0)
                row = dict(zip(of_label, zip(self.vectors[first:last], likely, strict=True), strict=True)) | row
            found, weights = zip(*row.values(), strict=True)
            others = np.array(weights[1:])
            words += row
            vectors += found
            chances += [self.own, *((1 - self.own) * others / others.sum())] if len(row) > 1 else [1.0]
        return Vocabulary(
            tuple(words), np.stack(vectors).astype(np.float32), np.array(chances), np.array(start), self.own
        )

    def of(self, label: int) -> tuple[str, ...]:
        """The words of a label; its own is the first."""
        end = self.start[label + 1] if label + 1 < len(self.start) else len(self.words)
        return self.words[self.start[label] : end]


def build_vocabulary(
    space: WordSpace,
    labels: Sequence[str],
    neighbours: int,
    own: float,
    synonyms: Mapping[str, Sequence[str]] | None = None,
    held_out: Collection[str] = (),
    own_vectors: np.ndarray | None = None,
) -> Vocabulary:
    """For each label: its own word with chance `own`, else one of its synonyms and of its nearest words in `space`.

    A word of the space belongs to the label that it is nearest to; the `neighbours` closest of each label are taken,
    the closer the more often (in proportion to the cosine). Synonyms count like a word as close as the label itself.
    Words in `held_out` and the words of other labels are never taken. own_vectors: of the labels, float32 [K, dim],
    where they are read already.
    """
    if own_vectors is None:
        own_vectors = np.stack([space.resolve_name(label).vector for label in labels])
    spellings = {form for label in labels for form in grounding.forms(label)} | set(labels)
    barred = spellings | set(held_out) | {word for group in (synonyms or {}).values() for word in group}
    around = _neighbours(space, own_vectors, neighbours, barred)
    words, vectors, chances, start = [], [], [], []
    for label, vector in enumerate(own_vectors):
        others = {
            word: 1.0 for word in (synonyms or {}).get(labels[label], ()) if word in space and word not in held_out
        }
        others |= around[label]
        start.append(len(words))
        words += [labels[label], *others]
        vectors += [vector, *(space.vector(word) for word in others)]
        weights = np.array(list(others.values()), dtype=np.float64)
        chances += [own if others else 1.0, *((1 - own) * weights / weights.sum() if others else ())]
    return Vocabulary(tuple(words), np.stack(vectors).astype(np.float32), np.array(chances), np.array(start), own)


def _neighbours(space: WordSpace, vectors: np.ndarray, most: int, barred: Collection[str]) -> list[dict[str, float]]:
    """The nearest words around each vector [K, dim], with their cosines, at most so many, best first."""
    least = NEAR if len(vectors) > FEW else 0.0
    found: list[dict[str, float]] = [{} for _ in vectors]
    if not most:
        return found
    nearest, cosine = np.empty(len(space.words), np.int64), np.empty(len(space.words), np.float32)
    for first in range(0, len(space.words), BLOCK):
        block = space.matrix[first : first + BLOCK] @ vectors.T
        nearest[first : first + BLOCK], cosine[first : first + BLOCK] = block.argmax(axis=1), block.max(axis=1)
    for row in np.argsort(-cosine, kind="stable").tolist():
        mine = found[nearest[row]]
        if cosine[row] > least and len(mine) < most and space.words[row] not in barred:
            mine[space.words[row]] = float(cosine[row])
    return found


class WordSampler:
    """Draws a word for each picture, on the CPU: it takes float64, which not every device has."""

    def __init__(self, vocabulary: Vocabulary):
        ends = np.append(vocabulary.start[1:], len(vocabulary.words))
        # One running sum over all words, label after label: label k owns the stretch from k to k + 1.
        stretch = np.concatenate(
            [k + np.cumsum(vocabulary.chance[a:b]) for k, (a, b) in enumerate(zip(vocabulary.start, ends, strict=True))]
        )
        self.bounds = torch.from_numpy(stretch)
        self.vectors = torch.from_numpy(vocabulary.vectors)
        self.last = torch.from_numpy(ends - 1)
        self.first = torch.from_numpy(vocabulary.start)

    def sample(self, labels: Tensor, uniform: Tensor) -> Tensor:
        """Word vectors [N, dim] for labels int64 [N], chosen by uniform [N] in [0, 1)."""
        return self.vectors[self.places(labels, uniform)]

    def places(self, labels: Tensor, uniform: Tensor) -> Tensor:
        """Indices into the vocabulary's words, [N]; arguments as of `sample`."""
        at = torch.searchsorted(self.bounds, labels + uniform.double(), right=True)
        return torch.clamp(at, self.first[labels], self.last[labels])


def synonyms(data: str) -> dict[str, tuple[str, ...]]:
    """The shipped list of other words for the classes of a data set, {} when there is none."""
    path = HERE / "synonyms" / f"{data}.txt"
    if not re.fullmatch(r"[a-z0-9-]+", data) or not path.is_file():
        return {}
    lines = [line.split(":") for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return {label.strip(): tuple(words.split()) for label, words in lines}
