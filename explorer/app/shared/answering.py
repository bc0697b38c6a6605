"""How every tab answers a page: read what it asks for, draw in the one render worker, and never raise."""

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from explorer.app.server.visitor import VISITOR
from explorer.app.shared.catalog import Catalog
from explorer.app.shared.worker import Busy, RenderWorker, Stale
from explorer.errors import ExplorerError, shown

if TYPE_CHECKING:
    from explorer.explore import Studio

MOST_WORD, MOST_MESSAGE = 200, 600  # letters of a word that a sentence repeats, and of the whole
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
    """What draws for the tabs of one app.

    offers: the checkpoints that may be asked for. read_only: whether pages may only look, so that nothing they ask for
    is written to this machine's disk or started on it (a public demo).
    """

    def __init__(self, offers: Catalog, worker: RenderWorker, studio: LazyStudio, read_only: bool = False):
        self.offers = offers
        self.worker = worker
        self.studio = studio
        self.read_only = read_only

    def check_writable(self, what: str) -> None:
        """Raise ReadOnlyError, saying that `what` ("Training", "Saving directions") is switched off, if it is."""
        if self.read_only:
            raise ReadOnlyError(f"{what} is switched off: this app was opened with --read-only, to be looked at.")

    async def answer(
        self, read: Callable[[], Any], job: Callable[[Any], dict[str, Any]], worker: RenderWorker | None = None
    ) -> dict[str, Any]:
        """The reply to one ask: what `job` makes of what `read` gives, or why there is none (`kind` and `message`).

        read: the ask, checked; it has a `tab`, its mailbox, and raises ExplorerError.
        job: runs in the render worker, or in `worker`.
        """
        try:
            ask = read()
            if worker is not None:
                return await asyncio.wrap_future(worker.submit(ask.tab, lambda: job(ask), VISITOR.get()))
            return await self.draw(ask.tab, lambda: job(ask))
        except Stale:
            return {"ok": False, "kind": "stale"}
        except Busy:
            return {"ok": False, "kind": "busy"}
        except ExplorerError as error:
            return self.told(error)
        except Exception:
            _log.exception("drawing failed")
            return {"ok": False, "kind": "bug", "message": "This could not be drawn; the app's terminal says why."}

    async def draw(self, mailbox: str, job: Callable[[], Any]) -> Any:
        """What `job` gives in the render worker, where each generator's name means one and the same checkpoint, though
        a training publish another meanwhile. Raises Stale and Busy."""

        def settled() -> Any:
            with self.studio.get().settled():
                return job()

        return await asyncio.wrap_future(self.worker.submit(mailbox, settled, VISITOR.get()))

    async def off_the_loop(self, job: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """The reply to an ask that draws nothing but may touch the disk: made in a thread, so that nobody waits."""
        try:
            return await asyncio.to_thread(job)
        except Exception as error:
            return self.told(error)

    def told(self, error: Exception) -> dict[str, Any]:
        """What a page hears of work that ended in this exception."""
        if isinstance(error, (Busy, Stale)):
            return {"ok": False, "kind": "busy", "message": "Too many visitors wait for long work; try again soon."}
        if isinstance(error, ExplorerError):
            answer = refusal(error)
            message = self.offers.without_places(answer["message"])
            return answer | {"message": message if len(message) <= MOST_MESSAGE else f"{message[:MOST_MESSAGE]}…"}
        _log.error("work failed", exc_info=error)
        return {"ok": False, "kind": "bug", "message": "This did not work out; the app's terminal says why."}


def refusal(error: ExplorerError) -> dict[str, Any]:
    """A sentence for the page, with what it needs to suggest other words."""
    from explorer.words import ExpressionError, UnknownWord

    answer: dict[str, Any] = {"ok": False, "kind": "wrong", "message": str(error)}
    if isinstance(error, UnknownWord):
        asking = "Did you mean:" if error.suggestions else "Try another one."
        answer |= {
            "kind": "unknown",
            "message": f"“{shown(error.word, MOST_WORD)}” is not among the words known here. {asking}",
            "word": error.word,
            "suggestions": list(error.suggestions),  # shown as chips, so the sentence does not repeat them
        }
    if isinstance(error, ExpressionError):
        answer["position"] = error.position
    return answer
