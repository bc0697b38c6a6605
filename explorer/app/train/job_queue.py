"""The trainings of this machine, as the pages see them, and what keeps their queue going while the app runs."""

import logging
import threading
import time
import weakref
from typing import TYPE_CHECKING

from explorer.errors import ExplorerError

if TYPE_CHECKING:
    from explorer.jobs import Job

FRESH = 1.0  # seconds for which a list is used again, however many pages ask
EVERY = 15.0  # seconds between two looks at the queue when no page asks
_log = logging.getLogger(__name__)


class Queue:
    """advances: whether to launch what can run; a read-only app only looks."""

    def __init__(self, advances: bool = True):
        from explorer.jobs import Jobs

        self.jobs: Jobs = Jobs()
        self._advances = advances
        self._lock = threading.Lock()
        self._all: list[Job] = []
        self._looked = -EVERY

    def all(self) -> "list[Job]":
        """Every training, looked at anew at most once a second."""
        with self._lock:
            if time.monotonic() - self._looked >= FRESH:
                self._all = self._look()
                self._looked = time.monotonic()
            return self._all

    def forget(self) -> None:
        """Look anew the next time: something was changed."""
        with self._lock:
            self._looked = -EVERY

    def keep_going(self) -> None:
        """Let a thread look at the queue now and then, until nothing else holds this object.

        A worker that ends starts the next one by itself; this is for those that were killed.
        """
        if self._advances:
            threading.Thread(target=_keep_going, args=(weakref.ref(self),), name="train queue", daemon=True).start()

    def _look(self) -> "list[Job]":
        if self._advances:
            try:
                self.jobs.advance()
            except ExplorerError as error:
                _log.warning("%s", error)
        return self.jobs.all()


def _keep_going(queue: "weakref.ref[Queue]") -> None:
    while True:
        time.sleep(EVERY)
        here = queue()
        if here is None:
            return
        try:
            here.all()
        except Exception:
            _log.exception("the queue of trainings could not be looked at")
        del here
