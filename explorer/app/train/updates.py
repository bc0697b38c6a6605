"""What is new of one training since a page last asked."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.app.train import replies
from explorer.app.train.inspections import Inspections
from explorer.app.train.request import WatchRequest
from explorer.app.train.settings import MOST_SHEETS
from explorer.data.known import class_names
from explorer.errors import printable
from explorer.many_labels import sentence, sheet_rows, style_columns

if TYPE_CHECKING:
    from explorer.jobs import Job, Jobs


def update_reply(
    jobs: "Jobs", request: WatchRequest, inspections: Inspections, clean: replies.Clean, read_only: bool
) -> dict[str, Any]:
    """The reply for the job that is watched; raises JobError where there is none.

    inspections: have the labels of pictures before anything was saved. clean: as in `replies`.
    """
    job = jobs.get(request.name)
    record = replies.mark(job.folder / "stats.jsonl")
    went_back = 1000 * job.kimg < request.after - 1  # to what it had saved last, and what came after is no more
    # From the last line that the page has: others may have come with the same number of pictures.
    after = -1 if went_back else request.after
    lines = jobs.stats(job.name, max(-1, after - 1)) if went_back or record != request.record else []
    coverage = replies.coverage(lines)
    sheets = jobs.sheets(job.name)[-MOST_SHEETS:]
    sheet, live = replies.newest(jobs.preview(job.name), jobs.sheet(job.name, sheets[-1]) if sheets else None)
    seen = replies.mark(sheet)
    shows_log = job.state in ("failed", "lost") and not read_only
    return {
        "about": replies.about(job),
        **_row_names(job, inspections),
        "points": replies.points(lines),
        "coverage": coverage,
        "collapsed": replies.collapsed(jobs.stats(job.name)) if coverage else None,  # None: as before
        "after": max(after, replies.last_images(lines)),
        "anew": went_back,
        "record": record,
        "sheets": sheets,
        "live": live,
        "seen": seen,
        "jpeg": replies.jpeg(sheet) if seen != request.seen else None,
        "log": printable(clean(jobs.log(job.name), job.folder))[: replies.MOST_LOG] if shows_log else "",
    }


def _row_names(job: "Job", inspections: Inspections) -> dict[str, Any]:
    """rows: what the rows of a job's sheets show: its labels, as far as they are known, or a spread of many, and its
    preview words. Empty where its generator is conditioned on neither. sheet: sentences on rows and columns. classes:
    how many there are, 0 where that is not known yet.
    """
    labels, styles = _labels(job, inspections)
    if job.config is not None and job.config.conditioning == "picture":
        return {"rows": _row_names_of_translator(*labels) if len(labels) == 2 else [], "sheet": "", "classes": 0}
    if job.config is not None and job.config.conditioning not in ("word", "label"):
        return {"rows": [], "sheet": "", "classes": len(labels)}
    preview = job.config.preview if job.config is not None else ()
    shown = [labels[place] for place in sheet_rows(labels, len(preview))]
    called = class_names(job.config.data, labels) if job.config is not None else {}
    rows = [replies.text(called.get(word, word), 100) for word in (*shown, *preview)] if labels else []
    sentences = filter(None, (sentence(len(shown), len(labels)), style_columns(styles)))
    return {"rows": rows, "sheet": " ".join(sentences), "classes": len(labels)}


def _row_names_of_translator(a: str, b: str) -> list[str]:
    """What the rows of a translator's sheets show, by its two domains."""
    a, b = (replies.text(name, 100) for name in (a, b))
    return [a, f"as {b}", "and back", b, f"as {a}", "and back"]


def _labels(job: "Job", inspections: Inspections) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Labels and styles of a job's generator, as far as they are known."""
    from explorer.data.sources.mnist import SOURCES, digits

    if job.explorable:
        saved = job.folder / "checkpoint"
        return _saved_labels(saved, replies.mark(saved / "config.json"))
    if job.config is None:
        return (), ()
    if job.config.data in SOURCES:
        return _trained_on(job, SOURCES[job.config.data].words), ()
    config = job.config
    found = inspections.known(config.data, config.space, config.fit, config.skip_broken)
    return _trained_on(job, digits.WORDS if job.config.data == "digits" else tuple(found.counts) if found else ()), ()


def _trained_on(job: "Job", words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in words if word not in job.config.hold_out)


@lru_cache(maxsize=64)
def _saved_labels(saved: Path, mark: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Labels and styles of a checkpoint; mark: what changes when it is saved anew. Empty while it is replaced."""
    from explorer.checkpoint import CheckpointError, describe

    try:
        about = describe(saved)
    except CheckpointError:
        return (), ()
    return about.labels, about.styles
