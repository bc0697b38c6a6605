"""The result of a comparison as plain values, from which page, tables, figures and the app are made."""

from dataclasses import asdict, dataclass, field
from typing import Any

Fields = dict[str, Any]
"""Figures of one evaluation as `metrics_file.as_fields` gives them."""


@dataclass(frozen=True)
class Sheet:
    """Tiles in rows as one PNG, base64. rows: the label or code of each row; empty for an unconditional generator."""

    png: str
    rows: tuple[str, ...]
    columns: int
    height: int  # in rows of tiles


@dataclass(frozen=True)
class Moment:
    """A run at one time of its training. seconds: of training. evaluation: the figures then."""

    kimg: float
    seconds: float | None
    evaluation: Fields


@dataclass(frozen=True)
class Entry:
    """One generator. Its texts come from outside.

    name: of the run or the checkpoint. family: a row of `models.families`; None where nothing could be opened.
    made: how it was trained, from its checkpoint. trouble: why it was not drawn, or not measured. warnings: what went
    wrong, a sentence each. notes: further sentences on it.
    sheet, real: its samples, and real pictures in the same rows. group: its place among `Comparison.groups`, and
    evaluation: its figures; None where there is no judge. moments: the same generator during training, oldest first.
    losses, coverage: as in `checkpoint.curves.Curves`, of its run or as it was published with them.
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

    judge: its name, or that of a feature network, which has no accuracy. labels: the classes of those pictures. real:
    figures of other real pictures in place of the samples. moments: samples of each moment of a run; moments_real:
    figures of so many real pictures.
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
    """Generators side by side, in the order given. seed: of the latents of the sheets."""

    entries: tuple[Entry, ...]
    groups: tuple[Group, ...]
    seed: int

    def of(self, group: int) -> tuple[int, ...]:
        """Places of a group's entries."""
        return tuple(place for place, entry in enumerate(self.entries) if entry.group == group)

    def as_fields(self) -> dict[str, Any]:
        """Plain values, all of them."""
        return asdict(self)
