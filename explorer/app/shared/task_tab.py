"""Base of the tabs that have tasks: starting one, how far it is, cancelling it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from explorer.app.server.visitor import VISITOR
from explorer.app.shared.answering import Answering
from explorer.app.shared.request import read_tab, read_whole
from explorer.app.shared.tasks import Job, Progress, TaskRunner

if TYPE_CHECKING:
    from explorer.explore import Studio


class TaskTab:
    """A tab with tasks. The answers `status` and `cancel` only look into memory, and are given on the event loop."""

    def __init__(self, answering: Answering, tasks: TaskRunner):
        self._answering, self._tasks = answering, tasks

    async def _start_drawing(self, tab: str, job: Callable[["Studio", Progress], dict[str, Any]]) -> dict[str, Any]:
        """Start a task that draws; the reply's `work` is its number. Raises Busy and Stale."""
        # The studio is made by the render worker, which may still be at it. A mailbox of its own, for the page may ask
        # for pictures by the same one meanwhile.
        studio = await self._answering.draw(f"{tab}.begin", self._answering.studio.get)

        def run(progress: Progress) -> dict[str, Any]:
            with studio.settled():
                return job(studio, progress)

        return self._start(tab, run)

    def _start(self, tab: str, job: Job) -> dict[str, Any]:
        """Start a task; the reply's `work` is its number. Raises Busy."""
        return {"ok": True, "work": self._tasks.start(tab, job, VISITOR.get())}

    def status(self, raw: Any) -> dict[str, Any]:
        """How far the task of that number is, or its reply."""
        try:
            return self._tasks.status(read_tab(raw), read_whole(raw, "work"))
        except Exception as error:
            return self._answering.error_reply(error)

    def cancel(self, raw: Any) -> dict[str, Any]:
        """Cancel the task of a page; what it found already stays."""
        try:
            self._tasks.cancel(read_tab(raw))
            return {"ok": True}
        except Exception as error:
            return self._answering.error_reply(error)
