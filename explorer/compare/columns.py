"""The columns of the table: which figures, how they are written, and which way is better."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from explorer.compare.comparison import Fields
from explorer.measure.features.names import figure_name

Better = Literal["low", "high", "one", "half"]


@dataclass(frozen=True)
class Column:
    """key: of `Fields["figures"]`. better: where the best value lies; one and half are the nearest to 1 and 0.5."""

    key: str
    title: str
    about: str
    digits: int
    better: Better
    judged: bool = False  # named by the judge
    spread: bool = False  # written with `{key}_spread`
    logarithmic: bool = False  # on a curve

    def named(self, judge: str) -> str:
        """Its title under a judge."""
        return figure_name(self.title, judge) if self.judged else self.title

    def written(self, figures: Fields) -> str:
        """The value as text, or a dash."""
        value = figures[self.key]
        if value is None:
            return "–"
        told = f"{value:.{self.digits}f}"
        return f"{told} ± {figures[f'{self.key}_spread']:.{self.digits}f}" if self.spread else told

    def loss(self, value: float) -> float:
        """How far it is from the best."""
        return {"low": value, "high": -value, "one": abs(value - 1), "half": abs(value - 0.5)}[self.better]


COLUMNS = (
    Column("fd", "FD", "Fréchet distance to the real pictures", 3, "low", judged=True, logarithmic=True),
    Column("kid", "KID", "kernel distance to them", 4, "low", judged=True, spread=True),
    Column("inception_score", "IS", "plainly of one class, and all of them", 2, "high", judged=True, spread=True),
    Column("precision", "precision", "share of the pictures that look real", 3, "high"),
    Column("recall", "recall", "share of real ones that could be drawn", 3, "high"),
    Column("density", "density", "precision that outliers cannot buy; above 1, samples crowd the middle", 3, "one"),
    Column("coverage", "coverage", "share of real ones with a drawn one near", 3, "high"),
    Column("nearest_tells", "1-NN", "a nearest neighbour tells real from drawn; 0.5 is ideal", 3, "half"),
    Column("in_class_variation", "in-class variation", "over that of real pictures; 1 is as varied", 3, "one"),
    Column("label_accuracy", "labels right", "share drawn as the label that was asked for", 3, "high"),
    Column("classifier", "CAS", "share of real ones known to a classifier that learned from drawn ones", 3, "high"),
    Column("new_words", "new words", "share drawn as a person would, of words that no training heard", 3, "high"),
)
FLOOR = "times the floor"


def columns_of(*figures: Fields) -> tuple[Column, ...]:
    """The columns in which some of these have a value."""
    return tuple(column for column in COLUMNS if any(one[column.key] is not None for one in figures))


def best(column: Column, figures: Sequence[Fields]) -> frozenset[int]:
    """The places of the best values, of two or more; all of those that are written alike, or lie within its spread of
    the best one. None where all are."""
    known = {place: one[column.key] for place, one in enumerate(figures) if one[column.key] is not None}
    if len(known) < 2:
        return frozenset()
    least = min(known, key=lambda place: column.loss(known[place]))
    within = column.loss(known[least]) + (figures[least][f"{column.key}_spread"] if column.spread else 0)
    alike = column.written(figures[least])
    found = {place for place in known if column.loss(known[place]) <= within or column.written(figures[place]) == alike}
    return frozenset(found) if len(found) < len(known) or not column.spread else frozenset()
