"""What is known of a training: its curves, as a run or a checkpoint has them, and sentences on what went wrong."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from operator import itemgetter
from statistics import fmean
from typing import Any

from explorer.checkpoint import Curves, read_curves
from explorer.checkpoint.curves import LOSSES, POINTS
from explorer.compare.comparison import Fields, Moment
from explorer.compare.find import Found
from explorer.jobs.record import read_stats
from explorer.many_labels import names, spread
from explorer.measure.metrics.collapse import ALIKE, collapses


def curves_of(found: Found, kimg: float | None = None) -> Curves:
    """The curves of a run by its own record, or else those that its checkpoint carries; empty where there are none.

    kimg: where a run's are to end. Raises CheckpointError for a file that cannot be used.
    """
    if found.run is None:
        return (found.checkpoint and read_curves(found.checkpoint)) or Curves()
    lines = [line for line in _lines(found) if kimg is None or line["images"] <= kimg * 1000 + 0.5]
    lines.sort(key=itemgetter("images"))  # the record may be a stranger's
    return Curves(_losses(lines), _coverage(lines))


def _losses(lines: Sequence[dict[str, Any]]) -> dict[str, tuple[float | None, ...]]:
    """POINTS of each curve at most, each the mean of as many lines."""
    lines = [line for line in lines if "loss_d" in line or "loss_g" in line]
    size = max(1, -(-len(lines) // POINTS))
    some = [lines[start : start + size] for start in range(0, len(lines), size)]
    curves = {name: tuple(_mean(part, name) for part in some) for name in LOSSES[1:]}
    return {"kimg": tuple(fmean(line["images"] for line in part) / 1000 for part in some)} | curves if some else {}


def _coverage(lines: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Coverage of each class, or of a spread of many: POINTS at most, the last among them."""
    lines = [line for line in lines if line.get("coverage")]
    lines = lines[:: -max(1, -(-len(lines) // POINTS))][::-1]
    every = list(dict.fromkeys(label for line in lines for label in line["coverage"]))
    labels = [every[place] for place in spread(every)]
    if not labels:
        return {}
    shares = {label: tuple(line["coverage"].get(label) for line in lines) for label in labels}
    return {"kimg": tuple(line["images"] / 1000 for line in lines), "shares": shares}


def warnings_of(source: Found, fields: Fields | None = None, past: Sequence[Moment] = ()) -> tuple[str, ...]:
    """What went wrong, a sentence each. fields: its figures. past: those of its moments."""
    found = []
    if source.run and source.run.state in ("failed", "lost"):
        found.append(f"The training {source.run.state}: {source.run.reason or 'the reason is not known.'}")
    found += _collapsed(fields) if fields else []
    found += [f"In training, {one.label} {one.sentence}." for one in collapses(_lines(source))]
    for before, after in pairwise(past):
        worse = after.evaluation["figures"]["fd"] / max(before.evaluation["figures"]["fd"], 1e-9)
        if worse >= 2:
            found.append(f"It lost ground: FD grew {worse:.1f} times from {before.kimg:g} to {after.kimg:g} kimg.")
    return tuple(found)


def notes_of(found: Found) -> tuple[str, ...]:
    """Further sentences on a run: its state, and settings that were changed."""
    if found.run is None:
        return ()
    job = found.run.as_job(None)
    sentences = list(job.changed)
    if job.state not in ("finished", "failed", "lost"):
        sentences.insert(0, f"It is {job.state}, at {job.kimg:.4g} of {job.budget_kimg:.4g} kimg.")
    return tuple(sentences)


def _collapsed(fields: Fields) -> list[str]:
    """Sentences on the classes that one evaluation finds collapsed, by what shows it."""
    classes = fields["figures"]["classes"]
    alike = [label for label in fields["collapsed"] if classes[label]["variation"] < ALIKE]
    few = [label for label in fields["collapsed"] if label not in alike]
    sentences = []
    if alike:
        sentences.append(f"Collapsed: it draws {_listed(alike, classes)} the same way over and over, or not at all.")
    if few:
        sentences.append(f"Collapsed, or not learned yet: it draws few kinds of {_listed(few, classes)}.")
    return sentences


def _listed(labels: Sequence[str], every: Mapping[str, Any]) -> str:
    return "every class" if len(labels) == len(every) > 1 else names(labels)


def _lines(found: Found) -> list[dict[str, Any]]:
    return read_stats(found.run.folder) if found.run else []


def _mean(lines: Sequence[dict[str, Any]], name: str) -> float | None:
    values = [line[name] for line in lines if name in line]
    return float(f"{sum(values) / len(values):.5g}") if values else None
