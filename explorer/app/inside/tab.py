"""The Inside tab: what the two networks learned, and what may be done with it.

One component with a part for each question. What follows a hand is drawn by the render worker, as everywhere; what
takes longer is a task, in a thread of its own, and the page asks how far it is.
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from explorer.app.inside import inversion, neighbours, tradeoff, units
from explorer.app.inside.directions import Directions
from explorer.app.inside.discriminator import Discriminators
from explorer.app.inside.request import InsideRequest, read_inside_request
from explorer.app.server.refuse import MISMATCH
from explorer.app.shared.answering import Answering
from explorer.app.shared.component import component
from explorer.app.shared.public_names import named
from explorer.app.shared.replies import tiles_reply
from explorer.app.shared.request import RequestError, SourceOf
from explorer.app.shared.task_tab import TaskTab
from explorer.app.shared.tasks import Progress, TaskRunner

if TYPE_CHECKING:
    from explorer.explore import Studio

# A task: its fields beside a picture's, and what it does.
Task = tuple[tuple[str, ...], Callable[["Studio", InsideRequest, Progress], dict[str, Any]]]


class InsideTab(TaskTab):
    """One app's Inside tab."""

    def __init__(self, answering: Answering):
        super().__init__(answering, TaskRunner(answering.error_reply, idle_seconds=answering.worker.idle_seconds))
        self._directions, self._discriminators = Directions(), Discriminators()
        self._kinds: dict[str, Task] = {
            "rank": (("layer", "label", "region"), units.rank),
            "axes": ((), self._directions.find),
            "near": ((), neighbours.find),
            "find": (("picture",), inversion.find),
            "meet": ((), self._discriminators.show_pictures),
            "curve": ((), partial(tradeoff.measure, keep=not answering.read_only)),
        }

    def place(self) -> None:
        """Put the tab into the `gr.Blocks` that is open."""
        answers = {
            "draw": self.draw,
            "maps": self.maps,
            "saved_directions": self.saved_directions,
            "unit": self.unit,
            "begin": self.begin,
            "look": self.status,
            "cancel": self.cancel,
        }
        component("inside", answers)

    async def draw(self, raw: Any) -> dict[str, Any]:
        """The present pictures, pushed along directions and without some units."""

        def job(studio: "Studio", request: InsideRequest) -> dict[str, Any]:
            spec = self._directions.steered(studio, request)
            picture = named(studio.render(spec, read=False), request.name)
            device = {"device": studio.device.upper()}
            return tiles_reply(picture, request.save) | device | units.change_reply(studio, request)

        return await self._answer(raw, job, "region")

    async def maps(self, raw: Any) -> dict[str, Any]:
        """The activation maps of each unit of a layer on the present pictures."""
        return await self._answer(raw, units.maps, "layer")

    async def saved_directions(self, raw: Any) -> dict[str, Any]:
        """The user's own directions of a generator, after saving, renaming or deleting one."""

        def read(raw: Any, source_of: SourceOf, default: str) -> InsideRequest:
            request = read_inside_request(raw, source_of, default, ("do", "method", "which", "name", "to"))
            if request.more.get("do", "list") != "list":
                self._answering.check_writable("Keeping directions")
            return request

        def job(request: InsideRequest) -> dict[str, Any]:
            return self._directions.saved(self._answering.studio.get(), request)

        return await self._answering.answer(raw, read, job)

    async def unit(self, raw: Any) -> dict[str, Any]:
        """One unit of the discriminator, and the real pictures that excite it most."""
        return await self._answer(raw, self._discriminators.unit, "layer", "unit")

    async def begin(self, raw: Any) -> dict[str, Any]:
        """Start a task (`work` says which); the reply's `work` is its number."""
        try:
            kind = raw.get("work") if isinstance(raw, dict) else None
            if not isinstance(kind, str) or kind not in self._kinds:
                raise RequestError(MISMATCH)
            fields, job = self._kinds[kind]
            rest = {key: value for key, value in raw.items() if key != "work"}
            request = self._answering.read(rest, partial(read_inside_request, more=fields))
            return await self._start_drawing(request.tab, lambda studio, progress: job(studio, request, progress))
        except Exception as error:
            return self._answering.error_reply(error)

    async def _answer(
        self, raw: Any, job: Callable[["Studio", InsideRequest], dict[str, Any]], *more: str
    ) -> dict[str, Any]:
        """The reply to one request, which may have the fields `more` too."""
        reader = partial(read_inside_request, more=more)
        return await self._answering.answer(raw, reader, lambda request: job(self._answering.studio.get(), request))
