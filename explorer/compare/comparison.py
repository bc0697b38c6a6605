"""What a comparison found, as plain values: the page, the tables, the figures and the app are all made from it."""

from dataclasses import asdict, dataclass, field
from typing import Any

Fields = dict[str, Any]
"""The figures of one evaluation as `measure.storing` keeps them."""


@dataclass(frozen=True)
class Sheet:
    """Tiles in rows as one PNG, base64. rows: what each row shows; empty where nothing was asked for."""

    png: str
    rows: tuple[str, ...]
    columns: int
    height: int  # in rows of tiles


@dataclass(frozen=True)
class Moment:
    """A run as it was at one time: thousands of pictures seen, seconds of work, and the figures then."""

    kimg: float
    seconds: float | None
    evaluation: Fields


@dataclass(frozen=True)
class Entry:
    """One generator. Its texts are a stranger's.

    name: of the run or the checkpoint. family: a row of `models.families`; None where nothing could be opened.
    made: what its checkpoint says of its making. trouble: why it was not drawn, or not measured. warnings: what went
    wrong with it, a sentence each. notes: what else is to be known.
    sheet, real: what it draws, and real pictures in the same rows. group: its place among `Comparison.groups`, and
    evaluation: its figures; None where no judge could look. moments: the same generator while it learned, oldest first.
    losses: "kimg", "seconds", "loss_d" and "loss_g", all of one length. coverage: how much of each class was drawn
    while it learned, "kimg" beside the labels' `shares`.
    """

    name: str
    family: str | None
    made: dict[str, Any] = field(default_factory=dict)
    trouble: str | None = None
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    sheet: Sheet | None = None
    real: Sheet | None = None
    group: int | None = None
    evaluation: Fields | None = None
    moments: tuple[Moment, ...] = ()
    losses: dict[str, tuple[float | None, ...]] = field(default_factory=dict)
    coverage: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Group:
    """Entries whose figures can be compared: one judge, the same real pictures, as many samples.

    judge: its name, or that of a feature network, which has no accuracy.
    labels: the classes of those pictures. real: what other real pictures get in place of the samples. moments: the
    number of samples of each moment of a run; moments_real: what real pictures get with so many.
    """

    judge: str
    judge_hash: str
    accuracy: float | None
    source: str
    labels: tuple[str, ...]
    samples: int
    seeds: dict[str, int]
    real: Fields
    moments: int
    moments_real: Fields | None = None


@dataclass(frozen=True)
class Comparison:
    """Some generators side by side, in the order they were given. seed: of the latents of the sheets."""

    entries: tuple[Entry, ...]
    groups: tuple[Group, ...]
    seed: int

    def of(self, group: int) -> tuple[int, ...]:
        """The places of a group's entries."""
        return tuple(place for place, entry in enumerate(self.entries) if entry.group == group)

    def as_fields(self) -> dict[str, Any]:
        """Plain values, all of them."""
        return asdict(self)
