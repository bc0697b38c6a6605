"""How every tab answers a page: read its request, draw in the one render worker, and never raise."""

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from explorer.app.server.visitor import VISITOR
from explorer.app.shared.catalog import Catalog
from explorer.app.shared.replies import refusal
from explorer.app.shared.worker import Busy, RenderWorker, Stale
from explorer.errors import ExplorerError

if TYPE_CHECKING:
    from explorer.explore import Studio

MOST_MESSAGE = 600  # letters of a sentence
Reply = dict[str, Any]
Reader = Callable[..., Any]
"""Reads what a page sent as a request: (raw, source_of, default), as `request.read_request` does."""
_log = logging.getLogger(__name__)


class LazyStudio:
    """The studio of a device, made once, by the first job that needs it."""

    def __init__(self, device: str | None = None):
        self._device = device
        self._studio: Studio | None = None

    def get(self) -> "Studio":
        """The studio. Only the render worker's thread calls this."""
        if self._studio is None:
            from explorer.explore import Studio

            self._studio = Studio(device=self._device)
        return self._studio


class ReadOnlyError(ExplorerError):
    """A page asked for something that an app for the public does not do."""


class Answering:
    """Reads, draws and replies for the tabs of one app.

    catalog: the checkpoints that may be asked for. read_only: whether pages may only look, so that nothing they ask for
    is written to this machine's disk or started on it (a public demo).
    """

    def __init__(self, catalog: Catalog, worker: RenderWorker, studio: LazyStudio, read_only: bool = False):
        self.catalog = catalog
        self.worker = worker
        self.studio = studio
        self.read_only = read_only

    def check_writable(self, what: str) -> None:
        """Raise ReadOnlyError, saying that `what` ("Training", "Saving directions") is switched off, if it is."""
        if self.read_only:
            raise ReadOnlyError(f"{what} is switched off: this app was opened with --read-only, to be looked at.")

    def read(self, raw: Any, reader: Reader) -> Any:
        """The request that a page sent, a decoded JSON value of any kind; raises ExplorerError."""
        return reader(raw, self.catalog.source, self.catalog.default)

    async def answer(self, raw: Any, reader: Reader, job: Callable[[Any], Reply], can_wait: bool = False) -> Reply:
        """The reply to what a page sent: what `job` makes of the request that `reader` reads in it, or why there is
        none (`kind` and `message`). job: runs in the render worker. can_wait: after what others wait for."""
        try:
            request = self.read(raw, reader)
        except Exception as error:
            return self.error_reply(error)
        return await self.reply(request, job, can_wait=can_wait)

    async def reply(
        self, request: Any, job: Callable[[Any], Reply], worker: RenderWorker | None = None, can_wait: bool = False
    ) -> Reply:
        """As `answer`, for a request that was read already, which has a `tab`, its mailbox. worker: another one."""
        try:
            if worker is not None:
                fields = await asyncio.wrap_future(worker.submit(request.tab, lambda: job(request), VISITOR.get()))
            else:
                fields = await self.draw(request.tab, lambda: job(request), can_wait)
            return {"ok": True} | fields
        except Stale:
            return {"ok": False, "kind": "stale"}
        except Busy:
            return {"ok": False, "kind": "busy"}
        except ExplorerError as error:
            return self.error_reply(error)
        except Exception:
            _log.exception("drawing failed")
            return {"ok": False, "kind": "bug", "message": "This could not be drawn; the app's terminal says why."}

    async def draw(self, mailbox: str, job: Callable[[], Any], can_wait: bool = False) -> Any:
        """What `job` gives in the render worker, where each generator's name means one and the same checkpoint, though
        a training publish another meanwhile. Raises Stale and Busy."""

        def settled() -> Any:
            with self.studio.get().pinned():
                return job()

        return await asyncio.wrap_future(self.worker.submit(mailbox, settled, VISITOR.get(), can_wait))

    async def reply_in_thread(self, job: Callable[[], Reply]) -> Reply:
        """The reply of a job that draws nothing but may touch the disk: in a thread, so that nobody waits for it."""
        try:
            return {"ok": True} | await asyncio.to_thread(job)
        except Exception as error:
            return self.error_reply(error)

    def error_reply(self, error: Exception) -> Reply:
        """The reply for work that ended in this exception."""
        if isinstance(error, (Busy, Stale)):
            return {"ok": False, "kind": "busy", "message": "Too many visitors wait for long work; try again soon."}
        if isinstance(error, ExplorerError):
            reply = refusal(error)
            message = self.catalog.without_paths(reply["message"])
            return reply | {"message": message if len(message) <= MOST_MESSAGE else f"{message[:MOST_MESSAGE]}…"}
        _log.error("work failed", exc_info=error)
        return {"ok": False, "kind": "bug", "message": "This did not work out; the app's terminal says why."}
