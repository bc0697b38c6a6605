"""One trainer a run folder: a lock that the system lets go when its holder dies, and a note of who holds it."""

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
    """A process: pid, and the moment it started (`machine.process_started`), since pids are used again."""

    pid: int
    started: str

    @classmethod
    def of_this_process(cls) -> "Owner":
        """Us."""
        return cls(os.getpid(), process_started(os.getpid()) or "")

    @property
    def is_alive(self) -> bool:
        """Whether that very process still runs."""
        return process_started(self.pid) == self.started


def owner(folder: Path) -> Owner | None:
    """Who took the run last, whether it still runs or not; None when nobody did or the note is not ours."""
    try:
        note = read_json(folder / OWNER, 10_000)
        return Owner(int(note["pid"]), str(note["started"]))
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return None


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Be the only one to change the run while inside, for a moment. Raises TrainingError as `held`."""
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        who = owner(folder)
        by = f" by process {who.pid}" if who else ""
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
    """Hold the run while inside, and say so. Raises TrainingError, naming the holder, when another process has it."""
    with locked(folder):
        me = Owner.of_this_process()
        write_atomic(folder / OWNER, (json.dumps(asdict(me)) + "\n").encode())
        yield
