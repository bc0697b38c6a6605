"""Mode collapse: classes of which a generator draws hardly anything any more. Free of torch, for whoever watches runs.

It shows in coverage: the share of a class's real pictures that have a sample near them (Naeem 2020).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

FALL, RISEN = 0.5, 0.3  # a class has fallen below this part of its best coverage, if that was at least the second
LOST, OTHERS = 0.15, 0.5  # a class is left out below the first, where half of the classes have at least the second
EARLY = 50.0  # kimg, from which on a generator whose classes are all below LOST draws nothing but a few pictures
LINES = 2  # in a row: with 64 pictures a class, one value alone may be off by .15
HARDLY = 0.3  # of the coverage of real pictures
TRUE, ALIKE = 0.5, 0.3  # precision, and variation


@dataclass(frozen=True)
class Collapse:
    """A class that collapsed and has not come back.

    since: kimg of the first of the lines that show it, up to the last. best: its best coverage before; share: its
    coverage now. 0 to 1.
    """

    label: str
    since: float
    best: float
    share: float

    @property
    def sentence(self) -> str:
        """The same in words, without the label, which begins the sentence."""
        if self.best < RISEN:
            return f"never came up by {self.since:g} kimg: {self.share:.2f} of it is covered"
        return f"collapsed at {self.since:g} kimg: {self.share:.2f} of it is covered, and {self.best:.2f} was"


def collapses(lines: Iterable[Mapping[str, Any]]) -> tuple[Collapse, ...]:
    """The collapsed classes by the lines of a stats.jsonl, oldest first; lines without `coverage` are skipped.

    A class has collapsed where, in the last two lines or more, less than half is covered of what once was (.3 or more);
    or less than .15 while half of all classes have .5 or more; or less than .15 of every class after 50 kimg.
    """
    best: dict[str, float] = {}
    last: dict[str, float] = {}
    streaks: dict[str, list[float]] = {}
    for line in lines:
        shares = line.get("coverage")
        if not shares:
            continue
        kimg = line["images"] / 1000
        middle = median(shares.values())
        none_drawn = kimg >= EARLY and max(shares.values()) < LOST
        for label, share in shares.items():
            best[label] = max(share, best.get(label, 0.0))
            last[label] = share
            fallen = best[label] >= RISEN and share < FALL * best[label]
            left_out = share < LOST and middle >= OTHERS
            if fallen or left_out or none_drawn:
                streaks.setdefault(label, []).append(kimg)
            else:
                streaks.pop(label, None)
    return tuple(
        Collapse(label, streaks[label][0], best[label], share)
        for label, share in last.items()
        if len(streaks.get(label, ())) >= LINES
    )


def has_collapsed(coverage: float, real_coverage: float, precision: float, variation: float) -> bool:
    """Whether a class has collapsed, by the figures of one evaluation (see `ClassFigures`).

    It has where its samples are all alike, or there are none; or where less than .3 is covered of what real pictures in
    place of the samples cover, though half of the samples look real: one that cannot draw yet covers little too.
    """
    return variation < ALIKE or (coverage < HARDLY * real_coverage and precision >= TRUE)
