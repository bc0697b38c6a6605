"""All drawing of one device goes through one thread, so that visitors queue instead of fighting over the cores.

Each browser tab has a mailbox of one slot: a newer job takes the place of the one that waits there (and its turn), so
that a drag never builds up a backlog. Visitors have turns, and a visitor's tabs share them: nobody waits longer because
another opened many. A mailbox exists only while something waits in it; their number is bounded, and what has waited too
long fails, since its page has gone or has asked again.
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


class Stale(Exception):
    """A newer job of the same tab took this one's place, or it waited too long."""


class Busy(Exception):
    """Every mailbox is taken; another moment may do."""


@dataclass
class _Pending:
    job: Callable[[], Any]
    future: Future = field(default_factory=Future)
    since: float = field(default_factory=time.monotonic)


class RenderWorker:
    """One thread that runs jobs one at a time: visitors in turn, and of each the oldest mailbox first."""

    def __init__(self, mailboxes: int = MAILBOXES, patience: float = PATIENCE, each: int = EACH):
        self._mailboxes, self._each = mailboxes, each
        self._patience = patience
        self._waiting: OrderedDict[str, OrderedDict[str, _Pending]] = OrderedDict()  # by visitor, the next one first
        self._changed = threading.Condition()
        self._drawing, self._last_drew = False, -math.inf
        self._thread = threading.Thread(target=self._run, name="render", daemon=True)
        self._thread.start()

    def submit(self, mailbox: str, job: Callable[[], Any], visitor: str = "") -> Future:
        """Put `job` into a visitor's mailbox; its result or exception arrives in the future.

        A job it displaces fails with `Stale`. Raises `Busy` when too many mailboxes wait, of this visitor or of all.
        """
        pending = _Pending(job)
        with self._changed:
            own = self._waiting.get(visitor, {})
            older = own.get(mailbox)
            if older is None and (len(own) >= self._each or len(self) >= self._mailboxes):
                raise Busy
            self._waiting.setdefault(visitor, OrderedDict())[mailbox] = pending
            self._changed.notify()
        if older is not None:
            _fail(older.future, Stale())
        return pending.future

    def __len__(self) -> int:
        """How many mailboxes have something waiting."""
        with self._changed:
            return sum(map(len, self._waiting.values()))

    def waits(self, mailbox: str) -> bool:
        """Whether something waits in this mailbox: what is being drawn for it will be replaced at once."""
        with self._changed:
            return any(mailbox in own for own in self._waiting.values())

    def idle_seconds(self) -> float:
        """Seconds since it last drew; 0 while it draws or something waits."""
        return 0.0 if self._drawing or self._waiting else time.monotonic() - self._last_drew

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._waiting:
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
        visitor, own = self._waiting.popitem(last=False)
        _, pending = own.popitem(last=False)
        if own:
            self._waiting[visitor] = own  # behind all others
        return pending


def _fail(future: Future, error: Exception) -> None:
    if future.set_running_or_notify_cancel():
        future.set_exception(error)


@cache
def worker_for(device: str) -> RenderWorker:
    """The worker of a device; every app of this process that draws there shares it."""
    return RenderWorker()
