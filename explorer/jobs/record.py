"""Record of a training: its figures, sheets and log, read from the end and within bounds."""

from pathlib import Path
from typing import Any

from explorer.checks import is_whole, line_or_none, number_or_none
from explorer.errors import shown
from explorer.files import is_regular, parse_json
from explorer.jobs.job import JobError
from explorer.jobs.launching import LOG
from explorer.jobs.run_files import tail

MAX_BYTES = 4 << 20  # of stats.jsonl: twenty thousand lines
MAX_LINES = 2000
MAX_IMAGES = 1e12
MAX_LABELS, MAX_FIGURES = 4096, 40
SAMPLES = "samples"


def read_stats(folder: Path, after: int = -1) -> list[dict[str, Any]]:
    """The lines of stats.jsonl with more images than `after`, oldest first, each with numbers alone and `coverage`.

    More than MAX_LINES are thinned evenly; every line with coverage is kept.
    """
    most, lines = 1 << 13, []
    while True:  # frequent readers need a few lines from the end, so a little is read first
        data, whole = tail(folder / "stats.jsonl", most)
        lines = [line for line in map(_figures, data[: data.rfind(b"\n") + 1].splitlines()) if line]
        if whole or most >= MAX_BYTES or (lines and lines[0]["images"] <= after):
            break
        most *= 8
    lines = [line for line in lines if line["images"] > after]
    step = -(-len(lines) // MAX_LINES)
    return [line for left, line in zip(range(len(lines), 0, -1), lines, strict=True) if _is_kept(line, left, step)]


def _is_kept(line: dict[str, Any], left: int, step: int) -> bool:
    return left % step == 1 % step or "coverage" in line  # the last one always is


def _figures(line: bytes) -> dict[str, Any] | None:
    """Numbers and coverage of one line of the record; None where it is no such line."""
    try:
        values = parse_json(line)
    except ValueError:
        return None
    images = number_or_none(values.get("images"), MAX_IMAGES) if isinstance(values, dict) else None
    if not isinstance(images, int):
        return None
    numbers = {
        line_or_none(name, 40): number_or_none(value, 1e12, -1e12) for name, value in list(values.items())[:MAX_FIGURES]
    }
    figures = {name: value for name, value in numbers.items() if name and value is not None}
    if isinstance(values.get("coverage"), dict):
        shares = {
            line_or_none(name, 100): number_or_none(share, 1)
            for name, share in list(values["coverage"].items())[:MAX_LABELS]
        }
        figures["coverage"] = {name: share for name, share in shares.items() if name and share is not None}
    return figures | {"images": images}


def list_sheets(folder: Path) -> list[int]:
    """Images seen at each kept sheet, ascending."""
    samples = folder / SAMPLES
    names = [] if samples.is_symlink() else (path.stem for path in samples.glob("?" * 12 + ".jpg"))
    return sorted(int(name) for name in names if name.isascii() and name.isdigit())


def find_sheet(folder: Path, images: object) -> Path:
    """File of the sheet at so many images; raises JobError where there is none."""
    if is_whole(images, 0, MAX_IMAGES - 1):
        path = folder / SAMPLES / f"{images:012d}.jpg"
        if is_regular(path, links=False) and not path.parent.is_symlink():
            return path
    raise JobError(f"{folder.name} has no sheet of {shown(images, 20)} images (any more).")


def find_preview(folder: Path) -> Path | None:
    """File of the newest sheet, if there is one."""
    path = folder / "preview.jpg"
    return path if is_regular(path, links=False) else None


def read_log(folder: Path, lines: int = 40) -> str:
    """Last lines of the log, without control characters."""
    tail_lines = tail(folder / LOG, 1 << 16)[0].decode("utf-8", "replace").splitlines()
    return "\n".join(line_or_none(line, 2000) or "" for line in tail_lines[-max(1, min(lines, 1000)) :])
