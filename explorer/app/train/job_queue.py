"""The trainings of this machine, as the pages see them, and a thread that keeps their queue going."""

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


class JobQueue:
    """All trainings, listed anew when that is due. advances: whether to launch what can run; read-only apps don't."""

    def __init__(self, advances: bool = True):
        from explorer.jobs import Jobs

        self.jobs: Jobs = Jobs()
        self._advances = advances
        self._lock = threading.Lock()
        self._all: list[Job] = []
        self._listed = -EVERY

    def all(self) -> "list[Job]":
        """Every training, listed anew at most once a second."""
        with self._lock:
            if time.monotonic() - self._listed >= FRESH:
                self._all = self._list()
                self._listed = time.monotonic()
            return self._all

    def refresh(self) -> None:
        """List anew the next time: something was changed."""
        with self._lock:
            self._listed = -EVERY

    def start_thread(self) -> None:
        """Start a thread that lists the queue now and then, until nothing else holds this object.

        A worker that ends starts the next one by itself; this is for those that were killed.
        """
        if self._advances:
            threading.Thread(target=_keep_advancing, args=(weakref.ref(self),), name="train queue", daemon=True).start()

    def _list(self) -> "list[Job]":
        if self._advances:
            try:
                self.jobs.advance()
            except ExplorerError as error:
                _log.warning("%s", error)
        return self.jobs.all()


def _keep_advancing(queue: "weakref.ref[JobQueue]") -> None:
    while True:
        time.sleep(EVERY)
        known = queue()
        if known is None:
            return
        try:
            known.all()
        except Exception:
            _log.exception("the queue of trainings could not be looked at")
        del known
