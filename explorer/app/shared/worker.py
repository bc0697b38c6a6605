"""All drawing of one device goes through one thread, so that visitors queue instead of fighting over the cores.

Each browser tab has a mailbox of one slot: a newer job takes the place of the one that waits there (and its turn), so
that a drag never builds up a backlog. Visitors have turns, and a visitor's tabs share them: nobody waits longer because
another opened many. A mailbox exists only while something waits in it; their number is bounded, and what has waited too
long fails, since its page has gone or has asked again.

What a page can do without for a moment (a judge's reading of a picture that it shows already) comes after all pictures
that somebody waits for, unless it has waited as long as a person would.
"""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import cache
from typing import Any

MAILBOXES, EACH = 256, 64  # of all visitors, and of one
PATIENCE = 30.0  # seconds
YIELDS = 1.5  # seconds for which what can wait lets others go first


class Stale(Exception):
    """A newer job of the same tab took this one's place, or it waited too long."""


class Busy(Exception):
    """Every mailbox is taken; another moment may do."""


@dataclass
class _Pending:
    job: Callable[[], Any]
    future: Future = field(default_factory=Future)
    since: float = field(default_factory=time.monotonic)


class _Queue(OrderedDict[str, OrderedDict[str, _Pending]]):
    """By visitor, the next one first, what waits in each mailbox, the oldest first."""

    def take(self) -> _Pending:
        """The next job; its visitor goes behind all others."""
        visitor, own = self.popitem(last=False)
        _, pending = own.popitem(last=False)
        if own:
            self[visitor] = own
        return pending

    def waits_since(self) -> float:
        """When the next job came, by `time.monotonic`; infinity for none."""
        return next(iter(next(iter(self.values())).values())).since if self else math.inf


class RenderWorker:
    """One thread that runs jobs one at a time: visitors in turn, and of each the oldest mailbox first."""

    def __init__(
        self, mailboxes: int = MAILBOXES, patience: float = PATIENCE, each: int = EACH, yields: float = YIELDS
    ):
        self._mailboxes, self._each = mailboxes, each
        self._patience, self._yields = patience, yields
        self._waiting, self._can_wait = _Queue(), _Queue()
        self._changed = threading.Condition()
        self._drawing, self._last_drew = False, -math.inf
        self._thread = threading.Thread(target=self._run, name="render", daemon=True)
        self._thread.start()

    def submit(self, mailbox: str, job: Callable[[], Any], visitor: str = "", can_wait: bool = False) -> Future:
        """Put `job` into a visitor's mailbox; its result or exception arrives in the future.

        can_wait: others go first. A job it displaces fails with `Stale`. Raises `Busy` when too many mailboxes wait, of
        this visitor or of all.
        """
        pending = _Pending(job)
        with self._changed:
            queue = self._can_wait if can_wait else self._waiting
            older = queue.get(visitor, {}).get(mailbox)
            taken = sum(len(one.get(visitor, ())) for one in (self._waiting, self._can_wait))
            if older is None and (taken >= self._each or len(self) >= self._mailboxes):
                raise Busy
            queue.setdefault(visitor, OrderedDict())[mailbox] = pending
            self._changed.notify()
        if older is not None:
            _fail(older.future, Stale())
        return pending.future

    def __len__(self) -> int:
        """How many mailboxes have something waiting."""
        with self._changed:
            return sum(len(own) for queue in (self._waiting, self._can_wait) for own in queue.values())

    def waits(self, mailbox: str) -> bool:
        """Whether something waits in this mailbox: what is being drawn for it will be replaced at once."""
        with self._changed:
            return any(mailbox in own for own in self._waiting.values())

    def idle_seconds(self) -> float:
        """Seconds since it last drew; 0 while it draws or something waits."""
        return 0.0 if self._drawing or self._waiting or self._can_wait else time.monotonic() - self._last_drew

    def _run(self) -> None:
        while True:
            with self._changed:
                while not (self._waiting or self._can_wait):
                    self._changed.wait()
                pending = self._next()
            if time.monotonic() - pending.since > self._patience:
                _fail(pending.future, Stale())
                continue
            if not pending.future.set_running_or_notify_cancel():
                continue  # the visitor has hung up
            self._drawing = True
            try:
                pending.future.set_result(pending.job())
            except BaseException as error:  # whatever a job does, the thread goes on and its visitor gets the error
                pending.future.set_exception(error)
            self._drawing, self._last_drew = False, time.monotonic()

    def _next(self) -> _Pending:
        overdue = self._can_wait.waits_since() < time.monotonic() - self._yields
        return (self._can_wait if overdue or not self._waiting else self._waiting).take()


def _fail(future: Future, error: Exception) -> None:
    if future.set_running_or_notify_cancel():
        future.set_exception(error)


@cache
def worker_for(device: str) -> RenderWorker:
    """The worker of a device; every app of this process that draws there shares it."""
    return RenderWorker()
