"""Queues of jobs, one for each device: their order, which run may start next, and the lock for changing them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from explorer.jobs.job import JobError
from explorer.jobs.launching import launch
from explorer.jobs.run_state import RunState, read_run_states

LOCK = ".queue.lock"
PATIENCE = 10.0  # seconds that an action waits for the lock


class Busy(JobError):
    """Another process is changing the queue."""


@contextmanager
def held_queue(root: Path, wait: float = PATIENCE) -> Iterator[None]:
    """Hold the lock for changing the queues of the runs in `root`, which is made if need be.

    Raises JobError where it cannot be written; Busy where another process holds it for longer than `wait` seconds.
    """
    lock = FileLock(root / LOCK)
    try:
        root.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=wait)
    except Timeout as error:
        raise Busy(f"Another program is changing the queue in {root}: try again in a moment.") from error
    except (OSError, NotImplementedError) as error:
        why = getattr(error, "strerror", None) or error
        raise JobError(f"The folder of runs {root} cannot be written ({why}): choose another.") from error
    try:
        yield
    finally:
        lock.release()


def waiting(runs: Sequence[RunState], device: str | None = None) -> list[RunState]:
    """Queued runs, the next first; of one device or of all."""
    queued = (one for one in runs if one.state == "queued" and device in (None, one.device))
    return sorted(queued, key=lambda one: (one.files.entry.order, one.name))


def last_order(runs: Sequence[RunState]) -> float:
    """Highest order of any queue entry; 0 where there is none."""
    return max((one.files.entry.order for one in runs if one.files.entry), default=0.0)


def queue_places(runs: Sequence[RunState]) -> dict[str, int]:
    """Position of each waiting run in its device's queue, from 1, by name."""
    taken: Counter[str] = Counter()
    found = {}
    for one in waiting(runs):
        taken[one.device] += 1
        found[one.name] = taken[one.device]
    return found


def startable(runs: Sequence[RunState]) -> list[RunState]:
    """Queued runs whose device is free, the next first."""
    busy = {one.device for one in runs if one.holds_device}
    return [one for one in waiting(runs) if one.device not in busy]


def start_waiting(root: Path) -> dict[str, JobError]:
    """Start one run on each free device, the lock being held; returns the failures by run name."""
    troubles: dict[str, JobError] = {}
    while able := [one for one in startable(read_run_states(root)) if one.name not in troubles]:
        try:
            launch(able[0].folder, able[0].files.entry)
        except JobError as error:
            troubles[able[0].name] = error
    return troubles
