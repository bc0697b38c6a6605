"""job.json: what is wished for a run, on which device, its place in the queue, and the process launched for it."""

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from explorer.atomic import write_atomic
from explorer.errors import shown
from explorer.jobs.job import JobError
from explorer.jobs.run_files import number, small_json
from explorer.training.lock import Owner

TICKET = "job.json"
Wish = Literal["run", "pause", "finish"]


@dataclass(frozen=True)
class Ticket:
    """wish: to be trained, to be left for later, or to be kept as it is. order: lower ones are trained first.

    device: as torch calls it; always there for what is to be trained.
    launched: the process that was started for the wish; none while it waits, or where none is needed.
    """

    wish: Wish
    device: str | None
    order: float = 0.0
    launched: Owner | None = None

    def write(self, folder: Path) -> None:
        """Replace the folder's job.json. Raises OSError."""
        write_atomic(folder / TICKET, (json.dumps(asdict(self)) + "\n").encode())


def read_ticket(folder: Path) -> Ticket | None:
    """The ticket of a run; None where nobody gave it one, or not one of ours."""
    note = small_json(folder / TICKET)
    order, device = number(note.get("order"), 1e15, -1e15), known_device(note.get("device"))
    wish = note.get("wish")
    launched = process_in(note.get("launched"))
    torn = launched is None and note.get("launched") is not None  # else it would be taken for one that waits
    if wish not in ("run", "pause", "finish") or order is None or torn or (wish == "run" and device is None):
        return None
    return Ticket(wish, device, order, launched)


def process_in(note: object) -> Owner | None:
    """A process as `asdict(Owner)` wrote it; None for anything else."""
    if not isinstance(note, dict) or not isinstance(note.get("started"), str):
        return None
    pid = note.get("pid")
    return Owner(pid, note["started"]) if isinstance(pid, int) and 0 < pid < 2**31 else None


def known_device(name: object) -> str | None:
    """A device as torch calls it, its number included; None for what is none."""
    if not isinstance(name, str) or not re.fullmatch(r"cpu|mps|cuda(:\d{1,3})?", name):
        return None
    return "cuda:0" if name == "cuda" else name


def check_device(name: object) -> str:
    """The same, or JobError."""
    device = known_device(name)
    if device is None:
        raise JobError(f"There is no device {shown(name, 40)!r}: give cpu, cuda:0 or mps.")
    return device
