"""What a run recorded of its learning, and what of it should worry whoever compares."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from explorer.compare.comparison import Fields, Moment
from explorer.compare.find import Found
from explorer.jobs.record import read_stats
from explorer.measure.metrics.collapse import ALIKE, collapses

POINTS = 300  # of a curve; each the mean of the lines it stands for
CURVES = ("kimg", "seconds", "loss_d", "loss_g")


def losses_of(found: Found) -> dict[str, tuple[float | None, ...]]:
    """The curves of a run by name, all of one length; {} where there is no record."""
    lines = [line for line in _lines(found) if "loss_d" in line or "loss_g" in line]
    size = max(1, -(-len(lines) // POINTS))
    some = [lines[start : start + size] for start in range(0, len(lines), size)]
    return {name: tuple(_mean(part, name) for part in some) for name in CURVES} if some else {}


def coverage_of(found: Found) -> dict[str, Any]:
    """How much of each class was covered: {"kimg": times, "shares": {label: shares}}; {} where nobody looked."""
    lines = [line for line in _lines(found) if line.get("coverage")]
    if not lines:
        return {}
    labels = dict.fromkeys(label for line in lines for label in line["coverage"])
    shares = {label: tuple(line["coverage"].get(label) for line in lines) for label in labels}
    return {"kimg": tuple(line["images"] / 1000 for line in lines), "shares": shares}


def warnings_of(found: Found, fields: Fields | None = None, past: Sequence[Moment] = ()) -> tuple[str, ...]:
    """What went wrong, a sentence each. fields: its figures. past: those of its moments."""
    said = []
    if found.run and found.run.state in ("failed", "lost"):
        said.append(f"The training {found.run.state}: {found.run.reason or 'nothing says why.'}")
    said += _collapsed(fields) if fields else []
    said += [f"In training, {one.label} {one.sentence}." for one in collapses(_lines(found))]
    for before, after in pairwise(past):
        worse = after.evaluation["figures"]["fd"] / max(before.evaluation["figures"]["fd"], 1e-9)
        if worse >= 2:
            said.append(f"It lost ground: FD grew {worse:.1f} times from {before.kimg:g} to {after.kimg:g} kimg.")
    return tuple(said)


def notes_of(found: Found) -> tuple[str, ...]:
    """What else is to be known of a run."""
    if found.run is None:
        return ()
    job = found.run.as_job(None)
    said = list(job.changed)
    if job.state not in ("finished", "failed", "lost"):
        said.insert(0, f"It is {job.state}, at {job.kimg:.4g} of {job.budget_kimg:.4g} kimg.")
    return tuple(said)


def _collapsed(fields: Fields) -> list[str]:
    """The classes that one evaluation finds collapsed, told by what shows it."""
    classes = fields["figures"]["classes"]
    alike = [label for label in fields["collapsed"] if classes[label]["variation"] < ALIKE]
    few = [label for label in fields["collapsed"] if label not in alike]
    said = []
    if alike:
        said.append(f"Collapsed: it draws {_listed(alike, classes)} the same way over and over, or not at all.")
    if few:
        said.append(f"Collapsed, or not learned yet: it draws few kinds of {_listed(few, classes)}.")
    return said


def _listed(labels: Sequence[str], every: Mapping[str, Any]) -> str:
    return "every class" if len(labels) == len(every) > 1 else ", ".join(labels)


def _lines(found: Found) -> list[dict[str, Any]]:
    return read_stats(found.run.folder) if found.run else []


def _mean(lines: Sequence[dict[str, Any]], name: str) -> float | None:
    values = [line[name] for line in lines if name in line]
    return float(f"{sum(values) / len(values):.5g}") if values else None
