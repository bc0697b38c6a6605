"""Work that takes seconds or minutes, in threads of its own: the render worker goes on drawing everybody's pictures.

Each browser tab has one such work at a time; a newer one stops the older. The page asks how far it is, and so shows
that somebody still waits: what nobody has asked after for a while is stopped. Their number is bounded, that of each
visitor too, who never takes all threads.

Between its steps a work lets those who draw go first. Threads of low priority would not do: one would be left waiting
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

AT_ONCE = 3  # works under way in one app; one less of each visitor
MOST, EACH = 32, 8  # works kept, of all visitors and of one: under way, waiting, or done and not yet fetched
COURTESY = 0.15  # seconds that a work waits between two steps, at most, while somebody draws
PAUSE = 0.06  # seconds without drawing after which nobody does
PATIENCE = 90.0  # seconds; browsers let a page in the background look at the clock once a minute

Job = Callable[["Progress"], dict[str, Any]]


class Progress:
    """How far a work is: its job writes, the page reads.

    what: in words. share: 0 .. 1, None where nobody can say. seen: what there is to see meanwhile, for the page.
    """

    def __init__(self, patience: float, rested: Callable[[], float] = lambda: math.inf):
        self.what, self.share, self.seen = "", None, {}
        self._rested = rested
        self._patience = patience
        self._stopped = threading.Event()
        self.asked()

    def report(self, what: str, done: float, total: float) -> None:
        """Told between steps, as the rooms below do."""
        self.what, self.share = what, min(1.0, max(0.0, done / total)) if total else None

    def asked(self) -> None:
        """Somebody still waits."""
        self._asked = time.monotonic()

    def give_up(self) -> None:
        self._stopped.set()

    def stop(self) -> bool:
        """Whether nobody waits any more; asked between steps, and answered when nobody draws or it took too long."""
        until = time.monotonic() + COURTESY
        while self._rested() < PAUSE and time.monotonic() < until:
            time.sleep(0.005)
        return self._stopped.is_set() or self.forgotten

    @property
    def forgotten(self) -> bool:
        return time.monotonic() - self._asked > self._patience


class _Work:
    def __init__(self, number: int, job: Job, progress: Progress, visitor: str):
        self.number, self.job, self.progress, self.visitor = number, job, progress, visitor
        self.reply: dict[str, Any] | None = None


class TaskRunner:
    """Some threads and the works they are at, one of each browser tab.

    told: what a page hears when a job fails with this exception. rested: for how many seconds nobody has drawn.
    """

    def __init__(
        self,
        told: Callable[[Exception], dict[str, Any]],
        at_once: int = AT_ONCE,
        most: int = MOST,
        patience: float = PATIENCE,
        rested: Callable[[], float] = lambda: math.inf,
    ):
        self._told, self._at_once, self._most, self._patience = told, at_once, most, patience
        self._rested = rested
        self._works: dict[str, _Work] = {}
        self._waiting: deque[_Work] = deque()
        self._running: list[_Work] = []
        self._changed = threading.Condition()  # of a lock that its holder may take again
        self._numbers = itertools.count(1)
        self._threads = 0

    def begin(self, tab: str, job: Job, visitor: str = "") -> int:
        """Start a job, or let it wait for its turn; stops the tab's older one. Gives its number.

        Raises Busy when there are too many, of this visitor or of all.
        """
        with self._changed:
            self.give_up(tab)
            for name in [name for name, work in self._works.items() if work.progress.forgotten]:
                self.give_up(name)
            own = sum(work.visitor == visitor for work in self._works.values())
            if len(self._works) >= self._most or own >= EACH:
                raise Busy
            work = _Work(next(self._numbers), job, Progress(self._patience, self._rested), visitor)
            self._works[tab] = work
            self._waiting.append(work)
            if self._threads < self._at_once:
                self._threads += 1
                threading.Thread(target=self._run, name="long work", daemon=True).start()
            self._changed.notify()
        return work.number

    def look(self, tab: str, number: int) -> dict[str, Any]:
        """How far it is (`kind` is "working"), or its reply, once."""
        with self._changed:
            work = self._works.get(tab)
            if work is None or work.number != number:
                return {"ok": False, "kind": "stopped", "message": "Stopped."}
            work.progress.asked()
            if work.reply is not None:
                del self._works[tab]
                return work.reply
            ahead = self._waiting.index(work) + 1 if work in self._waiting else 0
        progress = work.progress
        what = "waiting for other visitors" if ahead else progress.what
        return {"ok": True, "kind": "working", "what": what, "share": progress.share, **progress.seen}

    def give_up(self, tab: str) -> None:
        """Stop the work of a tab, if it has one."""
        with self._changed:
            work = self._works.pop(tab, None)
            if work is None:
                return
            work.progress.give_up()
            with contextlib.suppress(ValueError):
                self._waiting.remove(work)

    def _run(self) -> None:
        while True:
            with self._changed:
                while (work := self._next()) is None:
                    self._changed.wait()
                self._running.append(work)
            try:
                if not work.progress.stop():
                    work.reply = work.job(work.progress)
            except Exception as error:
                work.reply = self._told(error)
            with self._changed:
                self._running.remove(work)

    def _next(self) -> _Work | None:
        """The first that waits of those whose visitors leave a thread to others."""
        running = Counter(work.visitor for work in self._running)
        for work in self._waiting:
            if running[work.visitor] < max(1, self._at_once - 1):
                self._waiting.remove(work)
                return work
        return None
