"""The figures of a published generator in one line, as its menu shows them."""

from functools import lru_cache
from pathlib import Path

from explorer.checks import is_number
from explorer.files import read_json

MAX_BYTES = 4_000_000
MAX_SIZE = 1e6  # of a figure that a line can hold


def figures_line(folder: Path) -> str:
    """What a checkpoint's metrics.json says of it, such as `5.1 × real-vs-real FD, recall 0.76`; "" where it says
    nothing, or nothing that can be trusted."""
    path = folder / "metrics.json"
    try:
        status = path.stat()
    except OSError:
        return ""
    return _line(path, (status.st_mtime_ns, status.st_size))


@lru_cache(maxsize=256)
def _line(path: Path, mark: tuple[int, int]) -> str:
    try:
        fields = read_json(path, MAX_BYTES)
    except (OSError, ValueError):
        return ""
    evaluation = fields.get("evaluation") if isinstance(fields, dict) else None
    if not isinstance(evaluation, dict):
        return ""
    figures = evaluation.get("figures")
    figures = figures if isinstance(figures, dict) else {}
    parts = []
    if is_number(evaluation.get("fd_over_floor"), 0, MAX_SIZE):
        parts.append(f"{evaluation['fd_over_floor']:.1f} × real-vs-real FD")
    if is_number(figures.get("recall"), 0, 1):
        parts.append(f"recall {figures['recall']:.2f}")
    if is_number(figures.get("label_accuracy"), 0, 1):
        parts.append(f"{100 * figures['label_accuracy']:.0f} % judged as its label")
    return ", ".join(parts)
