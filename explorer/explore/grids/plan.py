"""Plans of grids over two settings, before anything is drawn: the specs, and how many generators they need."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from explorer import checkpoint as checkpoints
from explorer.errors import listed
from explorer.explore.spec.checks import items, number, shown, text, whole
from explorer.explore.spec.spec import MAX_SEED, MAX_STYLE, MAX_TEXT, Seeded, Spec, SpecError
from explorer.explore.spec.style import is_each

Kind = Literal["checkpoint", "word", "style", "psi", "seed", "epoch"]
KINDS: tuple[Kind, ...] = ("checkpoint", "word", "style", "psi", "seed", "epoch")
MOST = 256  # tiles: as many specs as a PNG carries
MAX_GENERATORS = 48
TOLERANCE = 0.05  # distance of a snapshot from the epoch asked for, as a share of it
_RANGE = re.compile(r"([0-9]{1,19})-([0-9]{1,19})")


@dataclass(frozen=True)
class GridAxis:
    """The setting that grows along one side of a grid, and its values.

    kind: `checkpoint` (names, or whatever `checkpoint.find` knows), `word` (expressions), `style` (one or a mixture, or
    `any` for an open one), `psi`, `seed` (whose first latent is drawn), or `epoch` (of a run: thousands of pictures
    seen, at about which it kept a snapshot).
    """

    kind: Kind
    values: tuple[str | float | int, ...]

    def __post_init__(self) -> None:
        _check_kind(self.kind)
        values = tuple(map(_CHECKS[self.kind], items(self.values, f"the values of {self.kind}", 1, MOST)))
        if len(set(values)) < len(values):
            raise SpecError(f"A value of {self.kind} is there twice; give each once.")
        object.__setattr__(self, "values", values)

    @property
    def names(self) -> tuple[str, ...]:
        """The values as written beside the grid."""
        return tuple(
            value if isinstance(value, str) else f"{value:,}" if self.kind == "seed" else f"{value:g}"
            for value in self.values
        )

    @property
    def title(self) -> str:
        """The heading of the values."""
        return "kimg" if self.kind == "epoch" else self.kind


@dataclass(frozen=True)
class GridPlan:
    """A grid before it is drawn. down: None for one row alone. specs: one a tile, row by row."""

    across: GridAxis
    down: GridAxis | None
    specs: tuple[Spec, ...]

    @property
    def columns(self) -> int:
        """Tiles in a row."""
        return len(self.across.values)

    @property
    def rows(self) -> int:
        """Tiles in a column."""
        return len(self.down.values) if self.down else 1

    @property
    def generators(self) -> int:
        """Number of generators to open."""
        return len({spec.checkpoint for spec in self.specs})

    @property
    def size(self) -> str:
        """`5 x 8 = 40 pictures of 5 generators`, across first."""
        several = f" of {self.generators} generators" if self.generators > 1 else ""
        return f"{self.columns} x {self.rows} = {self.columns * self.rows} pictures{several}"


def plan_grid(spec: Spec, across: GridAxis, down: GridAxis | None = None, own_truncation: bool = False) -> GridPlan:
    """Plan a grid of the spec's own settings but for those that grow, each tile the first latent of its seed.

    own_truncation: whether several generators draw with the word truncation that each was published with, in place of
    the spec's. Needs no torch. Raises SpecError, such as for more tiles than 256, and CheckpointError.
    """
    if down is not None and down.kind == across.kind:
        raise SpecError(f"One side of the grid grows along {across.kind} already; choose something else for the other.")
    columns, rows = len(across.values), len(down.values) if down else 1
    if columns * rows > MOST:
        raise SpecError(
            f"{columns} x {rows} are {columns * rows:,} pictures, and a grid holds at most {MOST}; take fewer values."
        )
    if not isinstance(spec.latents, Seeded):
        raise SpecError("A grid begins with a seed; give its spec Seeded latents.")
    if is_each(spec.style):
        raise SpecError("A picture of a grid has one style; let the styles grow along a side instead.")
    base = spec.replace(latents=Seeded(spec.latents.seed, 1))
    snapshots: dict[str, tuple[int, ...]] = {}
    specs = []
    for below in down.values if down else (None,):
        for right in across.values:
            values = {across.kind: right} | ({down.kind: below} if down else {})
            specs.append(_tile_spec(base, values, snapshots, own_truncation))
    plan = GridPlan(across, down, tuple(specs))
    if plan.generators > MAX_GENERATORS:
        raise SpecError(f"A grid opens at most {MAX_GENERATORS} generators, and this one would open {plan.generators}.")
    return plan


def places_by_generator(plan: GridPlan) -> Iterator[tuple[int, ...]]:
    """The tiles' places, a tuple for each generator, so that others may draw in between."""
    for checkpoint in dict.fromkeys(spec.checkpoint for spec in plan.specs):
        yield tuple(place for place, spec in enumerate(plan.specs) if spec.checkpoint == checkpoint)


def renamed(plan: GridPlan, names: Mapping[str, str]) -> GridPlan:
    """The plan under other names of its generators, such as names without folders of a disk."""

    def name(checkpoint: str) -> str:
        known, at, images = checkpoint.rpartition("@")
        return names[checkpoint] if checkpoint in names else names[known] + at + images

    def axis(one: GridAxis | None) -> GridAxis | None:
        return one if one is None or one.kind != "checkpoint" else GridAxis(one.kind, tuple(map(name, one.values)))

    specs = tuple(spec.replace(checkpoint=name(spec.checkpoint)) for spec in plan.specs)
    return replace(plan, across=axis(plan.across), down=axis(plan.down), specs=specs)


def read_axis(kind: str, values: Sequence[str]) -> GridAxis:
    """An axis from texts, as typed: `0.5`, `boots - leather`, `3`, of seeds also `0-7`. Raises SpecError."""
    _check_kind(kind)
    values = [
        text(value, f"a value of {kind}", 0, 1000).strip() for value in items(values, f"the values of {kind}", 0, MOST)
    ]
    values = [value for value in values if value]
    if not values:
        raise SpecError(f"Give some values of {kind} for the grid.")
    if kind in ("checkpoint", "word", "style"):
        return GridAxis(kind, tuple(values))
    if kind == "seed":
        return GridAxis(kind, tuple(seed for value in values for seed in _seeds(value)))
    return GridAxis(kind, tuple(map(_typed_number, values)))


def epochs(checkpoint: str) -> tuple[float, ...]:
    """Kimg, rounded, at which a run kept snapshots; () where it kept none. Raises CheckpointError."""
    return tuple(dict.fromkeys(float(f"{images / 1000:.3g}") for images in checkpoints.snapshots(checkpoint)))


def _tile_spec(
    spec: Spec, values: dict[str, str | float | int], snapshots: dict[str, tuple[int, ...]], own_truncation: bool
) -> Spec:
    """snapshots: those known already, by run; filled here."""
    given = {"condition": "word", "style": "style", "psi": "psi"}
    changes = {field: values[kind] for field, kind in given.items() if kind in values}
    name = str(values.get("checkpoint", spec.checkpoint))
    if "seed" in values:
        changes["latents"] = Seeded(int(values["seed"]), 1)
    if "epoch" in values:
        if name not in snapshots:
            snapshots[name] = checkpoints.snapshots(name)
        name = f"{name}@{_nearest_snapshot(name, snapshots[name], float(values['epoch']))}"
    if own_truncation and name != spec.checkpoint:
        changes["word_truncation"] = checkpoints.default_word_truncation(name)
    return spec.replace(checkpoint=name, **changes)


def _nearest_snapshot(name: str, kept: Sequence[int], kimg: float) -> int:
    if not kept:
        raise SpecError(f"{name} kept no snapshots; train with --snapshot-kimg to see how it learned.")
    nearest = min(kept, key=lambda images: abs(images - 1000 * kimg))
    if abs(nearest - 1000 * kimg) > max(TOLERANCE * 1000 * kimg, 100):
        some = ", ".join(f"{images / 1000:g}" for images in kept[:12]) + (" ..." if len(kept) > 12 else "")
        raise SpecError(f"{name} kept no snapshot at about {kimg:g} kimg; there are {some}.")
    return nearest


def _seeds(value: str) -> Sequence[int]:
    span = _RANGE.fullmatch(value)
    if not span:
        return (int(value),) if re.fullmatch(r"[0-9]{1,19}", value) else (_not_a_number(value),)
    first, last = int(span[1]), int(span[2])
    if not first <= last < first + MOST:
        raise SpecError(f"{first}-{last} are no seeds for a grid: count up, and to {MOST} of them at most.")
    return range(first, last + 1)


def _typed_number(value: str) -> float:
    return float(value) if re.fullmatch(r"[+-]?([0-9]{1,9}\.?[0-9]{0,9}|\.[0-9]{1,9})", value) else _not_a_number(value)


def _not_a_number(value: str) -> float:
    raise SpecError(f"{shown(value)} is no number; write such as 0.5.")


def _one_style(value: str) -> str:
    if is_each(value):
        raise SpecError("Along a side of a grid stand single styles; name them, such as style=noto,doodle.")
    return value


_CHECKS = {
    "checkpoint": lambda value: text(value, "a checkpoint", 1, 1000),
    "word": lambda value: text(value, "a word", 1, MAX_TEXT),
    "style": lambda value: _one_style(text(value, "a style", 1, MAX_STYLE)),
    "psi": lambda value: number(value, "psi", 0, 1.5),
    "seed": lambda value: whole(value, "a seed", 0, MAX_SEED),
    "epoch": lambda value: number(value, "an epoch in kimg", 0, 1e9),
}


def _check_kind(kind: object) -> None:
    if kind not in KINDS:
        raise SpecError(f"A grid grows along {listed(KINDS, 'or')}, not {shown(kind)}.")
