"""What the page of the Compare tab asks for, read as if a stranger had written it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.app.shared.request import RequestError, Sender, read_seed, read_sender, tab_of

if TYPE_CHECKING:
    from explorer.explore.grids.plan import GridAxis, GridPlan

SAMPLES = (1000, 5000)  # the first is soon there; the second is what `gan-explorer compare` takes
MOST = 12  # generators side by side
_GRID = {"tab", "c", "w", "s", "psi", "x", "xv", "y", "yv", "save"}
SourceOf = Callable[[str], str | None]


@dataclass(frozen=True)
class SheetRequest:
    """A generator's sheet. seed: of its latents."""

    tab: str
    name: str
    source: str
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
    save: bool


def read_sheet_request(raw: object, source_of: SourceOf, default: str) -> SheetRequest:
    """Fields: tab, c (a generator's name), s (a seed, as text). Raises ExplorerError."""
    sender = read_sender(raw, {"tab", "c", "s"}, source_of, default)
    return SheetRequest(sender.tab, sender.name, sender.source, read_seed(raw.get("s", "0")))


def read_compare_request(raw: object, source_of: SourceOf, default: str) -> CompareRequest:
    """Fields: tab, of (1 to 12 names), samples (1000 or 5000). Raises ExplorerError."""
    if not isinstance(raw, dict) or not set(raw) <= {"tab", "of", "samples"}:
        raise RequestError("This page and the app do not understand each other; reload the page.")
    names, samples = raw.get("of"), raw.get("samples", SAMPLES[0])
    if not isinstance(names, list) or not 1 <= len(names) <= MOST or not all(isinstance(one, str) for one in names):
        raise RequestError(f"Choose between 1 and {MOST} generators to compare.")
    if isinstance(samples, bool) or samples not in SAMPLES:
        raise RequestError(f"Each is measured by {SAMPLES[0]:,} or {SAMPLES[1]:,} samples.")
    tab = tab_of(raw)
    sources = {one.name: one.source for one in (_sender(name, tab, source_of, default) for name in names)}
    return CompareRequest(tab, sources, int(samples))


def read_grid_request(raw: object, source_of: SourceOf, default: str) -> GridRequest:
    """Fields: tab, c, w, s and psi as the Explore tab has them, for what does not grow; x and xv, maybe y and yv: what
    grows to the right and downwards (see `GridAxis`), and a list of texts, its values; save. Raises ExplorerError."""
    from explorer.explore import Seeded, Spec
    from explorer.explore.grids.plan import plan_grid

    sender = read_sender(raw, _GRID, source_of, default)
    word = raw.get("w", "")
    if not isinstance(word, str):
        raise RequestError("The word must be text.")
    names = {sender.source: sender.name}
    sides = [_side(raw, x, sender.tab, source_of, default, names) for x in ("x", "y") if raw.get(x) is not None]
    if not sides:
        raise RequestError("Choose what grows to the right.")
    spec = Spec(sender.source, word, Seeded(read_seed(raw.get("s", "0")), 1), psi=raw.get("psi", 1.0))
    return GridRequest(sender.tab, plan_grid(spec, *sides), names, raw.get("save") is True)


def _side(raw: dict, side: str, tab: str, source_of: SourceOf, default: str, names: dict[str, str]) -> "GridAxis":
    from explorer.explore.grids.plan import MOST, read_axis

    kind, values = raw[side], raw.get(f"{side}v")
    if not isinstance(kind, str) or not isinstance(values, list) or len(values) > MOST:
        raise RequestError(f"One side of a grid is what grows there, and at most {MOST} values.")
    if kind == "checkpoint":
        senders = [_sender(name, tab, source_of, default) for name in values]
        names |= {one.source: one.name for one in senders}
        values = [one.source for one in senders]
    return read_axis(kind, values)


def _sender(name: object, tab: str, source_of: SourceOf, default: str) -> Sender:
    return read_sender({"tab": tab, "c": name}, {"tab", "c"}, source_of, default)
