"""What is new of one training since a page last asked."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.app.train import replies as shown
from explorer.app.train.inspected import Inspections
from explorer.app.train.request import Watch
from explorer.app.train.settings import MOST_SHEETS
from explorer.errors import printable

if TYPE_CHECKING:
    from explorer.jobs import Job, Jobs


def news(jobs: "Jobs", ask: Watch, looked: Inspections, clean: shown.Clean, read_only: bool) -> dict[str, Any]:
    """The reply for the job that `ask` names; raises JobError where there is none.

    looked: knows the labels of pictures before anything was saved. clean: as in `train_replies`.
    """
    job = jobs.get(ask.name)
    record = shown.mark(job.folder / "stats.jsonl")
    went_back = 1000 * job.kimg < ask.after - 1  # to what it had saved last, and what came after is no more
    # From the last line that the page has: others may have come with the same number of pictures.
    after = -1 if went_back else ask.after
    lines = jobs.stats(job.name, max(-1, after - 1)) if went_back or record != ask.record else []
    coverage = shown.coverage(lines)
    sheets = jobs.sheets(job.name)[-MOST_SHEETS:]
    sheet, live = shown.newest(jobs.preview(job.name), jobs.sheet(job.name, sheets[-1]) if sheets else None)
    seen = shown.mark(sheet)
    tells = job.state in ("failed", "lost") and not read_only
    return {
        "about": shown.about(job),
        "rows": _rows(job, looked),
        "points": shown.points(lines),
        "coverage": coverage,
        "collapsed": shown.collapsed(jobs.stats(job.name)) if coverage else None,  # None: as before
        "after": max(after, shown.last_images(lines)),
        "anew": went_back,
        "record": record,
        "sheets": sheets,
        "live": live,
        "seen": seen,
        "jpeg": shown.jpeg(sheet) if seen != ask.seen else None,
        "log": printable(clean(jobs.log(job.name), job.folder))[: shown.MOST_LOG] if tells else "",
    }


def _rows(job: "Job", looked: Inspections) -> list[str]:
    """What the rows of a job's sheets show: its labels, as far as they are known, and its preview words.

    Empty where its generator is told neither.
    """
    if job.config is not None and job.config.hears not in ("word", "label"):
        return []
    labels = _labels(job, looked)
    preview = job.config.preview if job.config is not None else ()
    known = 0 < len(labels) <= shown.MOST_CLASSES
    return [shown.text(word, 100) for word in (*labels, *preview)] if known else []


def _labels(job: "Job", looked: Inspections) -> tuple[str, ...]:
    from explorer.data.sources.mnist import SOURCES, digits

    if job.explorable:
        saved = job.folder / "checkpoint"
        return _labels_of(saved, shown.mark(saved / "config.json"))
    if job.config is None:
        return ()
    if job.config.data in SOURCES:
        return _shown_to(job, SOURCES[job.config.data].words)
    config = job.config
    found = looked.known(config.data, config.space, config.fit, config.skip_broken)
    return _shown_to(job, digits.WORDS if job.config.data == "digits" else tuple(found.counts) if found else ())


def _shown_to(job: "Job", words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in words if word not in job.config.hold_out)


@lru_cache(maxsize=64)
def _labels_of(saved: Path, mark: str) -> tuple[str, ...]:
    """The labels of a checkpoint; mark: what changes when it is saved anew. Empty while it is replaced."""
    from explorer.checkpoint import CheckpointError, describe

    try:
        return describe(saved).labels
    except CheckpointError:
        return ()
