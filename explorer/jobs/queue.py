"""The queues, one a device: their order, what may start, and the lock of whoever changes them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from explorer.jobs.job import JobError
from explorer.jobs.launching import launch
from explorer.jobs.run_state import Seen, look_around

LOCK = ".queue.lock"
PATIENCE = 10.0  # seconds that an action waits for whoever changes the queue


class Busy(JobError):
    """Somebody else changes the queue."""


@contextmanager
def held_queue(root: Path, wait: float = PATIENCE) -> Iterator[None]:
    """Be the only one to change the queues of the runs in `root`, which is made if need be.

    Raises JobError where it cannot be written; Busy where somebody else does for longer than `wait` seconds.
    """
    lock = FileLock(root / LOCK)
    try:
        root.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=wait)
    except Timeout as error:
        raise Busy(f"Another program is changing the queue in {root}: try again in a moment.") from error
    except (OSError, NotImplementedError) as error:
        said = getattr(error, "strerror", None) or error
        raise JobError(f"The folder of runs {root} cannot be written ({said}): choose another.") from error
    try:
        yield
    finally:
        lock.release()


def waiting(seen: Sequence[Seen], device: str | None = None) -> list[Seen]:
    """Those in a queue, the next first; of one device or of all."""
    queued = (one for one in seen if one.state == "queued" and device in (None, one.device))
    return sorted(queued, key=lambda one: (one.notes.ticket.order, one.name))


def last_order(seen: Sequence[Seen]) -> float:
    """The highest order that was given."""
    return max((one.notes.ticket.order for one in seen if one.notes.ticket), default=0.0)


def queue_places(seen: Sequence[Seen]) -> dict[str, int]:
    """Of each that waits its place in the queue of its device, from 1."""
    taken: Counter[str] = Counter()
    found = {}
    for one in waiting(seen):
        taken[one.device] += 1
        found[one.name] = taken[one.device]
    return found


def startable(seen: Sequence[Seen]) -> list[Seen]:
    """Those whose device is free, the next first."""
    busy = {one.device for one in seen if one.at_work}
    return [one for one in waiting(seen) if one.device not in busy]


def start_waiting(root: Path) -> dict[str, JobError]:
    """Start what can be, one run a device; returns what could not, by name. Only for whoever holds the queue."""
    troubles: dict[str, JobError] = {}
    while able := [one for one in startable(look_around(root)) if one.name not in troubles]:
        try:
            launch(able[0].folder, able[0].notes.ticket)
        except JobError as error:
            troubles[able[0].name] = error
    return troubles
