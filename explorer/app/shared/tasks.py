"""Tasks: work that takes seconds or minutes, in threads of its own beside the render worker, which goes on drawing.

Each browser tab has one task at a time; a newer one cancels the older. The page asks how far it is, and so shows that
somebody still waits: what nobody has asked after for a while is cancelled. Their number is bounded, that of each
visitor too, who never takes all threads.

Between its steps a task lets those who draw go first. Threads of low priority would not do: one would be left waiting
with Python's lock in its hands, and everybody with it.
"""

import contextlib
import itertools
import math
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from typing import Any

from explorer.app.shared.worker import Busy

THREADS = 3  # tasks under way in one app; one less of each visitor
MOST, EACH = 32, 8  # tasks kept, of all visitors and of one: under way, waiting, or done and not yet fetched
YIELD = 0.15  # seconds that a task waits between two steps, at most, while somebody draws
IDLE = 0.06  # seconds without drawing after which nobody does
PATIENCE = 90.0  # seconds; browsers let a page in the background look at the clock once a minute

Job = Callable[["Progress"], dict[str, Any]]
"""The work of a task: gives the fields of its reply."""


class Progress:
    """How far a task is: its job writes, the page reads.

    what: in words. share: 0 .. 1, None where nobody can say. preview: fields of what there is to see meanwhile.
    """

    def __init__(self, patience: float, idle_seconds: Callable[[], float] = lambda: math.inf):
        self.what, self.share, self.preview = "", None, {}
        self._idle_seconds = idle_seconds
        self._patience = patience
        self._cancelled = threading.Event()
        self.touch()

    def report(self, what: str, done: float, total: float) -> None:
        """Note how far the job is; called between its steps, by the rooms below too."""
        self.what, self.share = what, min(1.0, max(0.0, done / total)) if total else None

    def touch(self) -> None:
        """Note that somebody still waits."""
        self._touched = time.monotonic()

    def cancel(self) -> None:
        self._cancelled.set()

    def stop(self) -> bool:
        """Whether nobody waits any more; called between steps, and returns when nobody draws or it took too long."""
        until = time.monotonic() + YIELD
        while self._idle_seconds() < IDLE and time.monotonic() < until:
            time.sleep(0.005)
        return self._cancelled.is_set() or self.abandoned

    @property
    def abandoned(self) -> bool:
        """Whether nobody has asked after it for too long."""
        return time.monotonic() - self._touched > self._patience


class _Task:
    def __init__(self, number: int, job: Job, progress: Progress, visitor: str):
        self.number, self.job, self.progress, self.visitor = number, job, progress, visitor
        self.reply: dict[str, Any] | None = None


class TaskRunner:
    """Some threads and the tasks they are at, one of each browser tab.

    error_reply: the reply when a job fails with this exception. idle_seconds: for how long nobody has drawn.
    """

    def __init__(
        self,
        error_reply: Callable[[Exception], dict[str, Any]],
        threads: int = THREADS,
        most: int = MOST,
        patience: float = PATIENCE,
        idle_seconds: Callable[[], float] = lambda: math.inf,
    ):
        self._error_reply, self._most_threads, self._most, self._patience = error_reply, threads, most, patience
        self._idle_seconds = idle_seconds
        self._tasks: dict[str, _Task] = {}
        self._waiting: deque[_Task] = deque()
        self._running: list[_Task] = []
        self._changed = threading.Condition()  # of a lock that its holder may take again
        self._numbers = itertools.count(1)
        self._threads = 0

    def start(self, tab: str, job: Job, visitor: str = "") -> int:
        """Start a job, or let it wait for its turn; cancels the tab's older one. Returns its number.

        Raises Busy when there are too many, of this visitor or of all.
        """
        with self._changed:
            self.cancel(tab)
            for name in [name for name, task in self._tasks.items() if task.progress.abandoned]:
                self.cancel(name)
            own = sum(task.visitor == visitor for task in self._tasks.values())
            if len(self._tasks) >= self._most or own >= EACH:
                raise Busy
            task = _Task(next(self._numbers), job, Progress(self._patience, self._idle_seconds), visitor)
            self._tasks[tab] = task
            self._waiting.append(task)
            if self._threads < self._most_threads:
                self._threads += 1
                threading.Thread(target=self._run, name="task", daemon=True).start()
            self._changed.notify()
        return task.number

    def status(self, tab: str, number: int) -> dict[str, Any]:
        """How far a task is (`kind` is "working"), or its reply, once."""
        with self._changed:
            task = self._tasks.get(tab)
            if task is None or task.number != number:
                return {"ok": False, "kind": "stopped", "message": "Stopped."}
            task.progress.touch()
            if task.reply is not None:
                del self._tasks[tab]
                return task.reply
            if task in self._waiting:
                return {"ok": True, "kind": "working", "what": self._waits_for(task), "share": None}
        progress = task.progress
        return {"ok": True, "kind": "working", "what": progress.what, "share": progress.share, **progress.preview}

    def _waits_for(self, task: _Task) -> str:
        ahead = [*self._running, *itertools.takewhile(lambda other: other is not task, self._waiting)]
        others = any(other.visitor != task.visitor for other in ahead)
        return "waiting for other visitors" if others else "waiting for what you began before"

    def cancel(self, tab: str) -> None:
        """Cancel the task of a tab, if it has one."""
        with self._changed:
            task = self._tasks.pop(tab, None)
            if task is None:
                return
            task.progress.cancel()
            with contextlib.suppress(ValueError):
                self._waiting.remove(task)

    def _run(self) -> None:
        while True:
            with self._changed:
                while (task := self._next()) is None:
                    self._changed.wait()
                self._running.append(task)
            try:
                if not task.progress.stop():
                    task.reply = {"ok": True, "kind": "done"} | task.job(task.progress)
            except Exception as error:
                task.reply = self._error_reply(error)
            with self._changed:
                self._running.remove(task)

    def _next(self) -> _Task | None:
        """The first that waits of those whose visitors leave a thread to others."""
        running = Counter(task.visitor for task in self._running)
        for task in self._waiting:
            if running[task.visitor] < max(1, self._most_threads - 1):
                self._waiting.remove(task)
                return task
        return None
