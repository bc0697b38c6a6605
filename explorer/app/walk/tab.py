"""The Walk tab: a film between words and pictures with its course, a pad to drag over, the turn vector, and codes.

The page gets all frames of a film at once, as one sheet, and plays and scrubs them by itself. Files are encoded by a
worker of their own, so that nobody's pictures wait for a video.
"""

import base64
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.app.shared.answering import Answering
from explorer.app.shared.component import component
from explorer.app.shared.live_pictures import LivePictures
from explorer.app.shared.public_names import named_film, named_grid
from explorer.app.shared.worker import RenderWorker
from explorer.app.walk.codes_request import CodesAsk, read_codes_ask
from explorer.app.walk.request import WalkAsk, read_walk_ask

if TYPE_CHECKING:
    from explorer.explore import Film
    from explorer.explore.grids.codes import CodeGrid

STRIP_SCALE = 2  # pixels a pixel of a filmstrip that is kept
SAVED_SCALE = 3  # of a grid of codes


class WalkTab:
    """One app's Walk tab."""

    def __init__(self, answering: Answering):
        self._answering = answering
        self._live = LivePictures(answering)
        self._encoder = RenderWorker()

    def place(self) -> None:
        """Put the tab into the `gr.Blocks` that is open."""
        answers = {"film": self.film, "live": self._live.draw, "codes": self.codes}
        component("walk", answers)

    async def film(self, raw: Any) -> dict[str, Any]:
        """The reply to one ask: all frames and their course, or a film as a file; or why there is none."""
        offers = self._answering.offers
        answer = await self._answering.answer(lambda: read_walk_ask(raw, offers.source, offers.default), self._draw)
        if "film" not in answer:
            return answer
        ask, film = answer["film"]
        return await self._answering.answer(lambda: ask, lambda ask: _file(film, ask), self._encoder)

    async def codes(self, raw: Any) -> dict[str, Any]:
        """The reply to one ask: a grid over two of an InfoGAN's codes, or why there is none."""
        offers = self._answering.offers
        return await self._answering.answer(lambda: read_codes_ask(raw, offers.source, offers.default), self._grid)

    def _grid(self, ask: CodesAsk) -> dict[str, Any]:
        from explorer.explore import code_grid

        studio = self._answering.studio.get()
        word = studio.checkpoint(ask.spec.checkpoint).labels[0]  # which it does not hear
        grid = named_grid(code_grid(studio, ask.spec.replace(condition=word), ask.across, ask.down), ask.name)
        return grid_reply(grid, SAVED_SCALE if ask.save else None) | {"device": studio.device.upper()}

    def _draw(self, ask: WalkAsk) -> dict[str, Any]:
        from explorer.explore import draw_walk

        studio = self._answering.studio.get()
        film = named_film(draw_walk(studio, ask.walk, read=ask.kind is None), ask.name)
        if ask.kind is not None:
            return {"film": (ask, film)}
        return film_reply(film) | {"device": studio.device.upper()}


def film_reply(film: "Film") -> dict[str, Any]:
    """A film as the page needs it: its sheet as base64, where its frames and tiles lie there, its course."""
    sprite, course = film.sprite(), film.course
    height, width = film.tiles.shape[2:4]
    return {
        "ok": True,
        "png": base64.b64encode(film.sprite_png()).decode("ascii"),
        "frames": sprite.frames,
        "across": sprite.columns,
        "frame": [sprite.width, sprite.height],
        "tile": [width, height],
        "count": film.tiles.shape[1],
        "columns": film.columns,
        "stops": list(film.walk.stop_frames),
        "labels": list(course.labels),
        "shares": [[round(float(share), 3) for share in row] for row in course.shares],
        "moved": [round(float(step), 4) for step in course.moved],
        "distance": course.distance,
        "stretches": [list(stretch) for stretch in course.stretches],
        "ms": round(film.milliseconds),
    }


def grid_reply(grid: "CodeGrid", scale: int | None) -> dict[str, Any]:
    """A grid of codes as the page needs it; with a scale as it is kept, its values beside it and its specs inside."""
    height, width = grid.tiles.shape[1:3]
    return {
        "ok": True,
        "png": base64.b64encode(grid.png(scale) if scale else grid.bare_png()).decode("ascii"),
        "tile": [width, height],
        "count": len(grid.tiles),
        "columns": grid.columns,
        "across": [grid.across.name, list(grid.across.values)],
        "down": [grid.down.name, list(grid.down.values)] if grid.down else None,
    }


def _file(film: "Film", ask: WalkAsk) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"walk.{ask.kind}"
        film.save(path, ask.fps, ask.ping_pong, STRIP_SCALE if ask.kind == "png" else None)
        return {"ok": True, "file": base64.b64encode(path.read_bytes()).decode("ascii")}
