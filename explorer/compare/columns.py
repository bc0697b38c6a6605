"""Columns of the table: which figures, how they are written, and which values are better."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from explorer.compare.comparison import Fields
from explorer.measure.features.names import figure_name

Better = Literal["low", "high", "one", "half"]


@dataclass(frozen=True)
class Column:
    """One figure of `Fields["figures"]`. better: the best value; one and half mean the nearest to 1 and 0.5."""

    key: str
    title: str
    about: str
    digits: int
    better: Better
    judged: bool = False  # its name includes the judge's
    spread: bool = False  # written with `{key}_spread`
    logarithmic: bool = False  # on a curve

    def named(self, judge: str) -> str:
        """The title for figures by a judge."""
        return figure_name(self.title, judge) if self.judged else self.title

    def written(self, figures: Fields) -> str:
        """The value as text, or a dash."""
        value = figures[self.key]
        if value is None:
            return "–"
        text = f"{value:.{self.digits}f}"
        return f"{text} ± {figures[f'{self.key}_spread']:.{self.digits}f}" if self.spread else text

    def loss(self, value: float) -> float:
        """Distance of a value from the best one; lower is better."""
        return {"low": value, "high": -value, "one": abs(value - 1), "half": abs(value - 0.5)}[self.better]


COLUMNS = (
    Column("fd", "FD", "Fréchet distance to the real pictures", 3, "low", judged=True, logarithmic=True),
    Column("kid", "KID", "kernel distance to them", 4, "low", judged=True, spread=True),
    Column("inception_score", "IS", "plainly of one class, and all of them", 2, "high", judged=True, spread=True),
    Column("precision", "precision", "share of the pictures that look real", 3, "high"),
    Column("recall", "recall", "share of real ones that could be drawn", 3, "high"),
    Column("density", "density", "precision that outliers cannot buy; above 1, samples crowd the middle", 3, "one"),
    Column("coverage", "coverage", "share of real ones with a drawn one near", 3, "high"),
    Column("nearest_tells", "1-NN", "share of nearest neighbours that tell real from drawn; 0.5 is ideal", 3, "half"),
    Column("in_class_variation", "in-class variation", "over that of real pictures; 1 is as varied", 3, "one"),
    Column("label_accuracy", "labels right", "share drawn as their own label", 3, "high"),
    Column("classifier", "CAS", "share of real ones that a classifier trained on drawn ones gets right", 3, "high"),
    Column("new_words", "new words", "share drawn as a person would, of words that no training used", 3, "high"),
)
FLOOR = "× real-vs-real FD"


def columns_of(*figures: Fields) -> tuple[Column, ...]:
    """The columns in which one or more of these have a value."""
    return tuple(column for column in COLUMNS if any(one[column.key] is not None for one in figures))


def best(column: Column, figures: Sequence[Fields]) -> frozenset[int]:
    """Places of the best of two or more values, with those written alike or within the spread of the best; none where
    that is all of them."""
    known = {place: one[column.key] for place, one in enumerate(figures) if one[column.key] is not None}
    if len(known) < 2:
        return frozenset()
    least = min(known, key=lambda place: column.loss(known[place]))
    within = column.loss(known[least]) + (figures[least][f"{column.key}_spread"] if column.spread else 0)
    alike = column.written(figures[least])
    found = {place for place in known if column.loss(known[place]) <= within or column.written(figures[place]) == alike}
    return frozenset(found) if len(found) < len(known) or not column.spread else frozenset()
