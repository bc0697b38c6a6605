"""The grounding of a word space alone: whether the label nearest to a word is one that a person accepts."""

from dataclasses import dataclass

import numpy as np

from explorer.data.sources.mnist import SOURCES
from explorer.measure.grounding import HALVES, load
from explorer.words import WordSpace, label_table


@dataclass(frozen=True)
class NearestLabel:
    """One half of the list in one space.

    share: words whose nearest label (by cosine) is accepted, of all words of the half, 0 to 1; unknown words count as
        missed. known: share of the words that the space has. unknown: the others.
    """

    share: float
    known: float
    unknown: tuple[str, ...]


def nearest_label(space: WordSpace, data: str = "fashion-mnist") -> dict[str, NearestLabel] | None:
    """Measure both halves ("tune", "test") of the list for a data set; None when the space has none of its labels.

    A label that the space does not have is never the nearest, so words for which only it is accepted are missed.
    """
    lists = load(data)
    labels = [label for label in SOURCES[data].words if label in space]
    if lists is None or not labels:
        return None
    vectors = np.stack([space.vector(label) for label in labels])
    halves = {}
    for half in HALVES:
        accepted = getattr(lists, half)
        known = [word for word in accepted if word in space]
        hits = sum(label_table(space.vector(word), labels, vectors)[0][0] in accepted[word] for word in known)
        unknown = tuple(word for word in accepted if word not in space)
        halves[half] = NearestLabel(hits / len(accepted), len(known) / len(accepted), unknown)
    return halves
