"""The curves that a run's checkpoint is published with."""

from dataclasses import replace
from pathlib import Path

from explorer.checkpoint import Curves, describe
from explorer.checks import is_number
from explorer.compare.build import MOMENTS, compare_in_steps
from explorer.compare.find import find_all
from explorer.compare.snapshots import snapshots_of
from explorer.compare.training_record import curves_of
from explorer.data.progress import Report
from explorer.errors import ExplorerError
from explorer.stopping import Stop


def published_curves(
    run: str | Path,
    snapshots: bool = False,
    data_dir: Path | None = None,
    device: str = "cpu",
    report: Report = lambda what, done, total: None,
    stop: Stop = lambda: False,
) -> Curves:
    """The curves of a run up to its checkpoint, or those that another checkpoint carries already.

    snapshots: whether each snapshot of the run is measured by its judge, on MOMENTS samples, for curves of FD,
    precision, recall and coverage; what `compare` measured is not measured again. Raises ExplorerError, for a run
    without snapshots among others, and Stopped.
    """
    (found,) = find_all([run])
    kimg = describe(found.checkpoint).made.get("kimg") if found.checkpoint else None
    curves = curves_of(found, kimg if is_number(kimg, 0) else None)
    if not snapshots:
        return curves
    if not found.snapshots:
        raise ExplorerError(
            f"{found.name} has no snapshots that could be measured: train with --set snapshot_kimg=50 or so, or leave "
            "out --snapshots."
        )
    *_, comparison = compare_in_steps([run], MOMENTS, MOMENTS, data_dir, device, report, stop, words=False)
    (entry,) = comparison.entries
    if entry.trouble or not entry.moments:
        raise ExplorerError(entry.trouble or f"None of the snapshots of {found.name} can be opened.")
    return replace(curves, snapshots=snapshots_of(entry, comparison.groups[entry.group]))
