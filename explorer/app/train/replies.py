"""A background training as a page may see it: numbers that JSON can hold, bounded texts, no places on disk."""

import math
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.app.shared.replies import base64_text
from explorer.app.train.settings import family_for
from explorer.checks import is_number
from explorer.errors import shown
from explorer.files import read_bytes
from explorer.many_labels import spread
from explorer.models.families import ONE_CLASS

if TYPE_CHECKING:
    from explorer.data.inspection import Inspection
    from explorer.jobs import Job
    from explorer.training.examples import Example

POINTS = 600  # of a curve, as many as a screen shows
COVERAGES = 200
MOST_LABELS = 64  # rows of coverage
MOST_SENTENCES, MOST_TEXT, MOST_LOG = 20, 300, 8000  # sentences of what changed, and letters
MOST_SHEET = 32 << 20  # bytes
LOSSES = ("loss_d", "loss_g", "d_real", "d_fake")

Clean = Callable[[str, Path], str]
"""Takes places on disk out of a sentence; also given a folder that it may speak of."""


def line(job: "Job", clean: Clean) -> dict[str, Any]:
    """One line of the list."""

    def sentence(value: object) -> str:
        return text(clean(str(value), job.folder), MOST_TEXT)

    return {
        "name": text(job.name, 255),
        "state": job.state,
        "kimg": round(job.kimg, 3),
        "budget": round(job.budget_kimg, 3),
        "speed": number(job.img_per_s),
        "eta": number(job.eta_s),
        "seconds": number(job.seconds),
        "memory": number(job.memory_mb),
        "device": text(job.device or "", 40),
        "reason": sentence(job.reason) if job.reason else "",
        "changed": [sentence(change) for change in job.changed[:MOST_SENTENCES]],
        "place": job.place,
        "explorable": job.explorable,
        "translates": job.config is not None and job.config.conditioning == "picture",
        "ended": job.ended,
        "leaving": job.leaving,
        "starved": job.waits_for_cpu,
    }


def example(one: "Example") -> dict[str, Any]:
    """A sheet of a run of ours, to show beside an estimate."""
    return {"kimg": one.kimg, "sentence": text(one.sentence, MOST_TEXT), "jpeg": base64_text(one.path.read_bytes())}


def about(job: "Job") -> dict[str, Any]:
    """How a job was set up: its pictures, its words, and every setting as text."""
    config = job.config
    if config is None:
        return {"data": "", "space": "", "preview": [], "settings": []}
    from explorer.training.settings import SETTINGS

    shown_too = ("fit", "skip_broken")
    settings = {name: value for name, value in asdict(config).items() if SETTINGS[name].page or name in shown_too}
    return {
        "data": text(Path(config.data).name, 100),
        "space": text(config.space, 100),
        "preview": [text(word, 100) for word in config.preview[:MOST_LABELS]],
        "settings": [[name, text(_plain(value), 40)] for name, value in settings.items() if value != ""],
    }


def inspection_reply(pictures: "Inspection", clean: Callable[[str], str]) -> dict[str, Any]:
    """What is in pictures that were inspected: the counts are those of the classes on the sheet, in its order."""
    every = list(pictures.counts.items())
    some = [every[place] for place in spread(list(pictures.counts))]
    unknown = list(pictures.unknown_words.items())[:MOST_LABELS]
    notes = [text(clean(note), MOST_TEXT) for note in pictures.notes[:MOST_SENTENCES]]
    return {
        "name": text(pictures.name, 100),
        "pictures": pictures.pictures,
        "classes": len(pictures.counts),
        "counts": [[text(word, 100), count] for word, count in some],
        "side": pictures.side,
        "channels": pictures.channels,
        "notes": [*([ONE_CLASS] if len(pictures.counts) == 1 else []), *notes],
        "family": family_for(pictures),
        "unknown": [[text(word, 100), [text(other, 100) for other in others[:8]]] for word, others in unknown],
        "lacking": len(pictures.unknown_words),
        "png": base64_text(pictures.sheet),
    }


def points(lines: list[dict]) -> list[list[float | None]]:
    """[images, loss_d, loss_g, d_real, d_fake] of a job's record, thinned to what a screen shows."""
    rows = [one for one in lines if isinstance(one, dict) and set(LOSSES) & set(one) and _images(one) is not None]
    step = max(1, math.ceil(len(rows) / POINTS))
    kept = rows[::-1][::step][::-1]  # the last one is always among them
    return [[_images(one), *(number(one.get(name)) for name in LOSSES)] for one in kept]


def coverage(lines: list[dict]) -> list[list[Any]]:
    """[images, {label: share}] at the moments when a judge looked."""
    found = []
    for one in lines:
        shares = one.get("coverage") if isinstance(one, dict) else None
        if isinstance(shares, dict) and _images(one) is not None:
            some = list(shares.items())[:MOST_LABELS]
            found.append([_images(one), {text(label, 100): number(share) for label, share in some}])
    step = max(1, math.ceil(len(found) / COVERAGES))
    return found[::-1][::step][::-1]


def collapsed(lines: list[dict]) -> list[str]:
    """A sentence for each class of which hardly anything is drawn any more, by the whole record."""
    from explorer.measure.metrics.collapse import collapses

    records = [{"images": seen, "coverage": shares} for seen, shares in coverage(lines) if None not in shares.values()]
    return [text(f"{one.label} {one.sentence}.", MOST_TEXT) for one in collapses(records)[:MOST_LABELS]]


def last_images(lines: list[dict]) -> int:
    """How many pictures had been seen at the last of these lines, -1 for none."""
    return max((seen for seen in map(_images, lines) if seen is not None), default=-1)


def jpeg(path: Path | None) -> str | None:
    """A sheet in base64; None while there is none."""
    try:
        return base64_text(read_bytes(path, MOST_SHEET)) if path is not None else None
    except OSError:
        return None


def mark(path: Path | None) -> str:
    """A text that changes whenever a file does; empty while there is none."""
    try:
        status = path.stat() if path is not None else None
    except OSError:
        return ""
    return f"{status.st_mtime_ns:x}-{status.st_size:x}" if status is not None else ""


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def newest(live: Path | None, kept: Path | None) -> tuple[Path | None, bool]:
    """The newer of a live sheet and the last one kept, and whether it is the live one."""
    is_live = live is not None and (kept is None or _changed(live) > _changed(kept))
    return (live if is_live else kept), is_live


def text(value: object, most: int) -> str:
    """At most so many letters on one line, such as a page can show."""
    return shown(value, most)


def number(value: object) -> float | int | None:
    """A finite number, shortened; None for whatever else a file may say."""
    if not is_number(value, -1e15, 1e15):
        return None
    return value if isinstance(value, int) else float(f"{value:.5g}")


def _images(line: dict) -> int | None:
    seen = number(line.get("images"))
    return int(seen) if seen is not None and seen >= 0 else None


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g}" if isinstance(value, float) else str(value)
