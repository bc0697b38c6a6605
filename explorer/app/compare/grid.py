"""Grids over two settings: the page is shown their size, then each generator's tiles are drawn in turn."""

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from explorer.app.compare.request import GridRequest, read_grid_request
from explorer.app.shared.answering import Answering
from explorer.app.shared.replies import file_reply, png_reply

if TYPE_CHECKING:
    from explorer.explore import Studio
    from explorer.explore.grids.grid import Grid

PASS = 16  # tiles of one generator that cost as much as one, see `explore.render.forward`
SAVED_SIDE = 1600  # pixels of a grid that is kept, about
NEWEST = 0.3  # weight of the newest measurement


class DrawingTimes:
    """How long opening a generator and drawing a pass took lately, in seconds; None before there was one."""

    def __init__(self) -> None:
        self.opening: float | None = None
        self.drawing: float | None = None

    def add(self, opening: float, drawing: float, tiles: int) -> None:
        """Take into account what one generator took."""
        self.opening = _averaged(self.opening, opening)
        self.drawing = _averaged(self.drawing, drawing / -(-tiles // PASS))

    def estimate(self, counts: list[int]) -> float | None:
        """The seconds for so many tiles of each generator."""
        if self.opening is None or self.drawing is None:
            return None
        return sum(self.opening + self.drawing * -(-tiles // PASS) for tiles in counts)


class Grids:
    """The grids of one app."""

    def __init__(self, answering: Answering):
        self._answering = answering
        self._times = DrawingTimes()

    async def plan(self, raw: Any) -> dict[str, Any]:
        """How large a grid will be, and about how long it will take."""

        def job() -> dict[str, Any]:
            from explorer.explore.grids.plan import places_by_generator

            plan = self._answering.read(raw, read_grid_request).plan
            seconds = self._times.estimate([len(places) for places in places_by_generator(plan)])
            return {"size": plan.size, "count": len(plan.specs), "seconds": seconds}

        return await self._answering.reply_in_thread(job)

    async def draw(self, raw: Any) -> dict[str, Any]:
        """A grid, or why there is none. Others' pictures are drawn between those of two generators."""
        try:
            request = await asyncio.to_thread(self._answering.read, raw, read_grid_request)
        except Exception as error:
            return self._answering.error_reply(error)
        from explorer.explore.grids.plan import places_by_generator, renamed

        clock, tiles = time.perf_counter(), {}
        for places in places_by_generator(request.plan):
            reply = await self._answering.reply(request, lambda request, places=places: self._part(request, places))
            if "tiles" not in reply:
                return reply
            tiles |= reply["tiles"]
        seconds = time.perf_counter() - clock

        def compose() -> dict[str, Any]:
            from explorer.explore.grids.grid import assemble

            grid = assemble(renamed(request.plan, request.names), tiles)
            return _grid_reply(grid, request.save) | {"seconds": round(seconds, 3)}

        return await self._answering.reply_in_thread(compose)

    def _part(self, request: GridRequest, places: tuple[int, ...]) -> dict[str, Any]:
        from explorer.explore.grids.grid import draw_places

        studio, source = self._answering.studio.get(), request.plan.specs[places[0]].checkpoint
        return {"tiles": self._timed(studio, source, len(places), lambda: draw_places(studio, request.plan, places))}

    def _timed(self, studio: "Studio", source: str, count: int, draw: Callable[[], Any]) -> Any:
        """What `draw` gives, its time noted."""
        clock = time.perf_counter()
        studio.checkpoint(source)
        opened = time.perf_counter()
        found = draw()
        self._times.add(opened - clock, time.perf_counter() - opened, count)
        return found


def _grid_reply(grid: "Grid", save: str) -> dict[str, Any]:
    if save not in ("", "sheet"):
        return file_reply(save, grid.tiles, grid.columns, grid.specs)
    plan, (height, width) = grid.plan, grid.tiles.shape[1:3]
    scale = max(1, min(4, SAVED_SIDE // max(width * plan.columns, height * plan.rows)))
    png = grid.png(scale) if save else grid.bare_png()
    return png_reply(png, grid.tiles, plan.columns) | {
        "size": plan.size,
        "across": [plan.across.title, list(plan.across.names)],
        "down": [plan.down.title, list(plan.down.names)] if plan.down else None,
    }


def _averaged(old: float | None, new: float) -> float:
    return new if old is None else (1 - NEWEST) * old + NEWEST * new
