"""Figures of a run's snapshots on their way into a published checkpoint's curves, and from there into a comparison."""

from collections.abc import Sequence
from dataclasses import replace

from explorer.checkpoint.curves import FIGURES, Snapshots
from explorer.compare.columns import COLUMNS
from explorer.compare.comparison import Entry, Fields, Group, Moment


def snapshots_of(entry: Entry, group: Group) -> Snapshots:
    """The moments of an entry, as curves.json has them."""
    kimg, seconds = (tuple(getattr(one, time) for one in entry.moments) for time in ("kimg", "seconds"))
    figures = {key: tuple(one.evaluation["figures"][key] for one in entry.moments) for key in FIGURES}
    real = {key: group.moments_real[key] for key in FIGURES}
    return Snapshots(group.judge, group.judge_hash, group.moments, kimg, seconds, figures, real)


def moments_of(snapshots: Snapshots) -> tuple[Moment, ...]:
    """The same as moments of a comparison; a figure that is not kept is None."""
    points = zip(*(snapshots.figures[key] for key in FIGURES), strict=True)
    evaluations = [_evaluation(dict(zip(FIGURES, point, strict=True))) for point in points]
    return tuple(
        Moment(*moment)
        for moment in zip(snapshots.kimg, snapshots.seconds, evaluations, strict=True)
        if moment[2]["figures"]["fd"] is not None
    )


def with_carried_snapshots(
    entry: Entry, snapshots: Snapshots, groups: Sequence[Group]
) -> tuple[Entry, tuple[Group, ...]]:
    """The entry with the moments that its checkpoint carries, and the groups, one of which may have got its figures of
    real pictures from there.

    Only curves of one judge and one number of samples can be drawn together: an entry whose own are others has a note.
    """
    group = groups[entry.group]
    is_first = group.moments_real is None
    why = ""
    if snapshots.judge_hash != group.judge_hash:
        why = f"another judge ({snapshots.judge}, {snapshots.judge_hash[:8]})"
    elif not is_first and snapshots.samples != group.moments:
        why = f"{snapshots.samples:,} samples of each, and others here by {group.moments:,}"
    if why:
        note = f"Its snapshots were measured by {why}, so that their curves are not drawn."
        return replace(entry, notes=(*entry.notes, note)), tuple(groups)
    if is_first:
        real = _evaluation(snapshots.real)["figures"]
        group = replace(group, moments=snapshots.samples, moments_real=real)
    groups = [group if place == entry.group else one for place, one in enumerate(groups)]
    return replace(entry, moments=moments_of(snapshots)), tuple(groups)


def _evaluation(figures: dict[str, float | None]) -> Fields:
    return {"figures": dict.fromkeys(column.key for column in COLUMNS) | figures}
