"""The Walk tab: a film between words and pictures with its course, a pad to drag over, the turn vector, and codes.

A picture of the visitor's own is searched for first, a task in a thread of its own.

The page gets all frames of a film at once, as one sheet, and plays and scrubs them by itself. Files are encoded by a
worker of their own, so that nobody's pictures wait for a video.
"""

from typing import TYPE_CHECKING, Any

from explorer.app.shared.answering import Answering
from explorer.app.shared.component import component
from explorer.app.shared.finding import find, found_reply
from explorer.app.shared.live_pictures import LivePictures
from explorer.app.shared.public_names import named_film, named_grid
from explorer.app.shared.task_tab import TaskTab
from explorer.app.shared.tasks import Progress, TaskRunner
from explorer.app.shared.worker import RenderWorker
from explorer.app.walk.replies import code_grid_reply, film_file, film_reply
from explorer.app.walk.request import (
    CodesRequest,
    WalkRequest,
    found_stop,
    read_codes_request,
    read_find_request,
    read_walk_request,
)

if TYPE_CHECKING:
    from explorer.explore import Film, Studio


class WalkTab(TaskTab):
    """One app's Walk tab."""

    def __init__(self, answering: Answering):
        super().__init__(answering, TaskRunner(answering.error_reply, idle_seconds=answering.worker.idle_seconds))
        self._live = LivePictures(answering)
        self._encoder = RenderWorker()

    def place(self) -> None:
        """Put the tab into the `gr.Blocks` that is open."""
        answers = {
            "film": self.film,
            "live": self._live.draw,
            "codes": self.codes,
            "begin": self.begin,
            "look": self.status,
            "cancel": self.cancel,
        }
        component("walk", answers)

    async def film(self, raw: Any) -> dict[str, Any]:
        """The reply to one request: all frames and their course, or a film as a file; or why there is none."""

        def draw(request: WalkRequest) -> dict[str, Any]:
            film = self._draw(request)
            device = self._answering.studio.get().device.upper()
            return film_reply(film) | {"device": device} if request.kind is None else {"film": (request, film)}

        reply = await self._answering.answer(raw, read_walk_request, draw)
        if "film" not in reply:
            return reply
        request, film = reply["film"]
        return await self._answering.reply(request, lambda request: film_file(film, request), self._encoder)

    async def codes(self, raw: Any) -> dict[str, Any]:
        """The reply to one request: a grid over two of an InfoGAN's codes, or why there is none."""
        return await self._answering.answer(raw, read_codes_request, self._code_grid)

    async def begin(self, raw: Any) -> dict[str, Any]:
        """Start searching for a picture of one's own; the reply's `work` is the task's number."""
        try:
            request = self._answering.read(raw, read_find_request)

            def job(studio: "Studio", progress: Progress) -> dict[str, Any]:
                found = find(studio, request.picture, request.source, progress)
                return found_reply(found, request.name) | {"stop": found_stop(found.spec)}

            return await self._start_drawing(request.tab, job)
        except Exception as error:
            return self._answering.error_reply(error)

    def _draw(self, request: WalkRequest) -> "Film":
        from explorer.explore import draw_walk

        film = draw_walk(self._answering.studio.get(), request.walk, read=request.kind is None)
        return named_film(film, request.name)

    def _code_grid(self, request: CodesRequest) -> dict[str, Any]:
        from explorer.explore import code_grid

        studio = self._answering.studio.get()
        label = studio.checkpoint(request.spec.checkpoint).labels[0]  # any: the generator is not conditioned on words
        grid = code_grid(studio, request.spec.replace(condition=label), request.across, request.down)
        return code_grid_reply(named_grid(grid, request.name), request.save) | {"device": studio.device.upper()}
