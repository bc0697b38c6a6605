"""job.json: what is requested of a run, on which device, its order in the queue, and the process launched for it."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from explorer.atomic import write_atomic
from explorer.checks import number_or_none
from explorer.errors import shown
from explorer.jobs.job import JobError
from explorer.jobs.run_files import small_json
from explorer.machine import device_name
from explorer.training.lock import Owner

QUEUE_ENTRY = "job.json"
Requested = Literal["run", "pause", "finish"]


@dataclass(frozen=True)
class QueueEntry:
    """requested: to train the run, to leave it for later, or to keep it as it is. order: lower ones are trained first.

    device: torch's name of it; always there for a run that is to be trained.
    launched: the process that was started to train it; none while it waits, or where none is needed.
    """

    requested: Requested
    device: str | None
    order: float = 0.0
    launched: Owner | None = None

    def write(self, folder: Path) -> None:
        """Replace the folder's job.json. Raises OSError."""
        stored = {"wish": self.requested, **asdict(self)}  # the file's key
        del stored["requested"]
        write_atomic(folder / QUEUE_ENTRY, (json.dumps(stored) + "\n").encode())


def read_queue_entry(folder: Path) -> QueueEntry | None:
    """The entry of a run; None where there is none, or none that can be read."""
    stored = small_json(folder / QUEUE_ENTRY)
    order, device = number_or_none(stored.get("order"), 1e15, -1e15), device_name(stored.get("device"))
    requested = stored.get("wish")
    launched = process_in(stored.get("launched"))
    torn = launched is None and stored.get("launched") is not None  # it would be taken for one that waits
    known = requested in ("run", "pause", "finish") and order is not None and not torn
    if not known or (requested == "run" and device is None):
        return None
    return QueueEntry(requested, device, order, launched)


def process_in(note: object) -> Owner | None:
    """The process that `asdict(Owner)` wrote; None for anything else."""
    if not isinstance(note, dict) or not isinstance(note.get("started"), str):
        return None
    pid = note.get("pid")
    return Owner(pid, note["started"]) if isinstance(pid, int) and 0 < pid < 2**31 else None


def check_device_name(name: object) -> str:
    """A device's name as torch writes it; raises JobError for another text. Does not load torch."""
    device = device_name(name)
    if device is None:
        raise JobError(f"There is no device {shown(name, 40)!r}: give cpu, cuda:0 or mps.")
    return device
