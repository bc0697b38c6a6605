"""One trainer for each run folder: a lock that the system releases when its holder dies, and a note of the owner."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from explorer.atomic import write_atomic
from explorer.files import read_json
from explorer.machine import process_started
from explorer.training.settings import TrainingError

LOCK, OWNER = "lock", "owner.json"


@dataclass(frozen=True)
class Owner:
    """A process: pid, and when it started (`machine.process_started`), since pids are used again."""

    pid: int
    started: str

    @classmethod
    def of_this_process(cls) -> "Owner":
        """This process."""
        return cls(os.getpid(), process_started(os.getpid()) or "")

    @property
    def is_alive(self) -> bool:
        """Whether that very process still runs."""
        return process_started(self.pid) == self.started


def owner(folder: Path) -> Owner | None:
    """The process that trained the run last, alive or not; None where there was none or the note is not ours."""
    try:
        note = read_json(folder / OWNER, 10_000)
        return Owner(int(note["pid"]), str(note["started"]))
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return None


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Lock the run while inside. Raises TrainingError, naming the owner, when another process has it."""
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        other = owner(folder)
        by = f" by process {other.pid}" if other else ""
        raise TrainingError(
            f"The run {folder} is being trained already{by}: stop that first, or train in another folder."
        ) from error
    except (OSError, NotImplementedError) as error:
        raise TrainingError(f"The run folder {folder} cannot be locked ({error}): choose another.") from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def owned(folder: Path) -> Iterator[None]:
    """Lock the run while inside, and note this process as its owner. Raises as `locked`."""
    with locked(folder):
        note = json.dumps(asdict(Owner.of_this_process())) + "\n"
        write_atomic(folder / OWNER, note.encode())
        yield
