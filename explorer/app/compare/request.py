"""What the Compare tab's page asks for, read as if a stranger had written it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.app.shared.request import (
    DRAWN_WITH,
    CheckpointRequest,
    RequestError,
    SourceOf,
    check_fields,
    drawn_with,
    list_of,
    one_of,
    read_checkpoint,
    read_save,
    read_seed,
    read_tab,
    read_word,
)

if TYPE_CHECKING:
    from explorer.explore.grids.plan import GridAxis, GridPlan

SAMPLES = (1000, 5000)  # the first is soon there; the second is what `gan-explorer compare` takes
MOST = 12  # generators side by side
_GRID = DRAWN_WITH | {"tab", "c", "w", "s", "x", "xv", "y", "yv", "save"}


@dataclass(frozen=True)
class SheetRequest(CheckpointRequest):
    """A generator's sheet. seed: of its latents."""

    seed: int


@dataclass(frozen=True)
class CompareRequest:
    """tab: the mailbox. sources: what loads each generator, by its name. samples: of each."""

    tab: str
    sources: dict[str, str]
    samples: int


@dataclass(frozen=True)
class GridRequest:
    """tab: the mailbox. plan: what to draw. names: of the generators, by what loads them. save: as a file."""

    tab: str
    plan: "GridPlan"
    names: dict[str, str]
    save: str


def read_sheet_request(raw: object, source_of: SourceOf, default: str) -> SheetRequest:
    """Read the request for a sheet. Fields: tab, c (a generator's name), s (a seed, as text). Raises ExplorerError."""
    wanted = read_checkpoint(raw, {"tab", "c", "s"}, source_of, default)
    return SheetRequest(wanted.tab, wanted.name, wanted.source, read_seed(raw.get("s", "0")))


def read_compare_request(raw: object, source_of: SourceOf, default: str) -> CompareRequest:
    """Read the request for a comparison. Fields: tab, of (1 to 12 names), samples (1000 or 5000). Raises
    ExplorerError."""
    tab = read_tab(check_fields(raw, {"tab", "of", "samples"}))
    names = list_of(raw.get("of"), str, f"Choose between 1 and {MOST} generators to compare.", 1, MOST)
    sentence = f"Each is measured by {SAMPLES[0]:,} or {SAMPLES[1]:,} samples."
    samples = one_of(raw.get("samples", SAMPLES[0]), SAMPLES, sentence)
    wanted = (_read_generator(name, tab, source_of, default) for name in names)
    return CompareRequest(tab, {one.name: one.source for one in wanted}, samples)


def read_grid_request(raw: object, source_of: SourceOf, default: str) -> GridRequest:
    """Read the request for a grid.

    Fields: tab, c, w, s, psi, style and wt as the Explore tab has them, for what does not grow (without wt each
    generator has its own); x and xv, maybe y and
    yv: what changes along the x axis and the y axis (see `GridAxis`), and a list of texts, its values; save. Raises
    ExplorerError.
    """
    from explorer.explore import Seeded, Spec
    from explorer.explore.grids.plan import plan_grid

    wanted = read_checkpoint(raw, _GRID, source_of, default)
    word, names = read_word(raw), {wanted.source: wanted.name}
    sides = [_read_side(raw, x, wanted.tab, source_of, default, names) for x in ("x", "y") if raw.get(x) is not None]
    if not sides:
        raise RequestError("Choose what changes along the x axis.")
    spec = Spec(wanted.source, word, Seeded(read_seed(raw.get("s", "0")), 1), **drawn_with(raw, wanted.source))
    plan = plan_grid(spec, *sides, own_truncation="wt" not in raw)
    return GridRequest(wanted.tab, plan, names, read_save(raw))


def _read_side(raw: dict, side: str, tab: str, source_of: SourceOf, default: str, names: dict[str, str]) -> "GridAxis":
    from explorer.explore.grids.plan import MOST, read_axis

    kind, values = raw[side], raw.get(f"{side}v")
    if not isinstance(kind, str) or not isinstance(values, list) or len(values) > MOST:
        raise RequestError(f"One side of a grid is what grows there, and at most {MOST} values.")
    if kind == "checkpoint":
        wanted = [_read_generator(name, tab, source_of, default) for name in values]
        names |= {one.source: one.name for one in wanted}
        values = [one.source for one in wanted]
    return read_axis(kind, values)


def _read_generator(name: object, tab: str, source_of: SourceOf, default: str) -> CheckpointRequest:
    return read_checkpoint({"tab": tab, "c": name}, {"tab", "c"}, source_of, default)
