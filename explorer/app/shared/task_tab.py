"""What a page asks of long work under way, the same in every tab that has some."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from explorer.app.server.visitor import VISITOR
from explorer.app.shared.answering import Answering
from explorer.app.shared.request import number_of, tab_of
from explorer.app.shared.tasks import Job, Progress, TaskRunner

if TYPE_CHECKING:
    from explorer.explore import Studio


class TaskTab:
    """Base of a tab with long work. Its two answers only look into memory, and are given on the event loop."""

    def __init__(self, answering: Answering, long: TaskRunner):
        self._answering, self._long = answering, long

    async def _begin(self, tab: str, job: Callable[["Studio", Progress], dict[str, Any]]) -> dict[str, Any]:
        """Start long work that draws, as `_start` does. Raises Stale, too."""
        # The studio is made by the render worker, which may still be at it. A mailbox of its own, for the page may ask
        # for pictures by the same one meanwhile.
        studio = await self._answering.draw(f"{tab}.begin", self._answering.studio.get)

        def run(progress: Progress) -> dict[str, Any]:
            with studio.settled():
                return job(studio, progress)

        return self._start(tab, run)

    def _start(self, tab: str, job: Job) -> dict[str, Any]:
        """Start long work; the reply's `work` is its number. Raises Busy."""
        return {"ok": True, "work": self._long.begin(tab, job, VISITOR.get())}

    def look(self, raw: Any) -> dict[str, Any]:
        """How far the work of that number is, or its reply."""
        try:
            return self._long.look(tab_of(raw), number_of(raw, "work"))
        except Exception as error:
            return self._answering.told(error)

    def give_up(self, raw: Any) -> dict[str, Any]:
        """Stop the work of a page; what it found already stays."""
        try:
            self._long.give_up(tab_of(raw))
            return {"ok": True}
        except Exception as error:
            return self._answering.told(error)
