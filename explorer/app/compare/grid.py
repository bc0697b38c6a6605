"""Grids over two dials: their size is told first, then each generator's tiles are drawn in turn."""

import asyncio
import base64
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from explorer.app.compare.request import GridRequest, read_grid_request
from explorer.app.shared.answering import Answering

if TYPE_CHECKING:
    from explorer.explore import Studio
    from explorer.explore.grids.grid import Grid

PASS = 16  # tiles of one generator that cost as much as one, see `explore.drawing`
SAVED_SIDE = 1600  # pixels of a grid that is kept, about
NEWS = 0.3  # how much the newest measurement counts


class Pace:
    """How long opening a generator and drawing a pass took lately, in seconds; None before there was one."""

    def __init__(self) -> None:
        self.opening: float | None = None
        self.drawing: float | None = None

    def heard(self, opening: float, drawing: float, tiles: int) -> None:
        """One generator was opened, and drew."""
        self.opening = _mixed(self.opening, opening)
        self.drawing = _mixed(self.drawing, drawing / -(-tiles // PASS))

    def guess(self, each: list[int]) -> float | None:
        """The seconds for so many tiles of each generator."""
        if self.opening is None or self.drawing is None:
            return None
        return sum(self.opening + self.drawing * -(-tiles // PASS) for tiles in each)


class Grids:
    """The grids of one app."""

    def __init__(self, answering: Answering):
        self._answering = answering
        self.pace = Pace()

    async def plan(self, raw: Any) -> dict[str, Any]:
        """How large a grid will be, and about how long it will take."""

        def job() -> dict[str, Any]:
            from explorer.explore.grids.plan import parts

            plan = self._read(raw).plan
            seconds = self.pace.guess([len(places) for places in parts(plan)])
            return {"ok": True, "size": plan.size, "count": len(plan.specs), "seconds": seconds}

        return await self._answering.off_the_loop(job)

    async def draw(self, raw: Any) -> dict[str, Any]:
        """A grid, or why there is none. Others' pictures are drawn between those of two generators."""
        try:
            ask = await asyncio.to_thread(self._read, raw)
        except Exception as error:
            return self._answering.told(error)
        from explorer.explore.grids.plan import parts, renamed

        clock, tiles = time.perf_counter(), {}
        for places in parts(ask.plan):
            reply = await self._answering.answer(lambda: ask, lambda ask, places=places: self._part(ask, places))
            if "tiles" not in reply:
                return reply
            tiles |= reply["tiles"]
        seconds = time.perf_counter() - clock

        def pack() -> dict[str, Any]:
            from explorer.explore.grids.grid import put_together

            grid = put_together(renamed(ask.plan, ask.names), tiles)
            return _reply(grid, ask.save) | {"seconds": round(seconds, 3)}

        return await self._answering.off_the_loop(pack)

    def _part(self, ask: GridRequest, places: tuple[int, ...]) -> dict[str, Any]:
        from explorer.explore.grids.grid import draw_part

        studio = self._answering.studio.get()
        return {
            "tiles": self.timed(
                studio, ask.plan.specs[places[0]].checkpoint, len(places), lambda: draw_part(studio, ask.plan, places)
            )
        }

    def timed(self, studio: "Studio", source: str, count: int, draw: Callable[[], Any]) -> Any:
        """What `draw` gives, its time noted."""
        clock = time.perf_counter()
        studio.checkpoint(source)
        opened = time.perf_counter()
        found = draw()
        self.pace.heard(opened - clock, time.perf_counter() - opened, count)
        return found

    def _read(self, raw: Any) -> GridRequest:
        offers = self._answering.offers
        return read_grid_request(raw, offers.source, offers.default)


def _reply(grid: "Grid", save: bool) -> dict[str, Any]:
    plan, (height, width) = grid.plan, grid.tiles.shape[1:3]
    scale = max(1, min(4, SAVED_SIDE // max(width * plan.columns, height * plan.rows)))
    png = grid.png(scale) if save else grid.bare_png()
    return {
        "ok": True,
        "png": base64.b64encode(png).decode("ascii"),
        "tile": [width, height],
        "count": len(grid.tiles),
        "columns": plan.columns,
        "size": plan.size,
        "across": [plan.across.title, list(plan.across.names)],
        "down": [plan.down.title, list(plan.down.names)] if plan.down else None,
    }


def _mixed(old: float | None, new: float) -> float:
    return new if old is None else (1 - NEWS) * old + NEWS * new
