"""The Inside tab: what the two networks learned, and what may be done with it.

One component with a part for each question. What follows a hand is drawn by the render worker, as everywhere; what
takes longer (`JOBS`) runs in threads of its own, and the page asks how far it is.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from explorer.app.inside import directions as inside_axes
from explorer.app.inside import discriminator as inside_critic
from explorer.app.inside import inversion as inside_find
from explorer.app.inside import neighbours as inside_near
from explorer.app.inside import tradeoff as inside_curve
from explorer.app.inside import units as inside_units
from explorer.app.inside.directions import Axes
from explorer.app.inside.discriminator import Critics
from explorer.app.inside.replies import drawn
from explorer.app.inside.request import InsideAsk, read_inside
from explorer.app.shared.answering import Answering
from explorer.app.shared.component import component
from explorer.app.shared.request import AskError
from explorer.app.shared.task_tab import LongAsks
from explorer.app.shared.tasks import Progress, TaskRunner

if TYPE_CHECKING:
    from explorer.explore import Studio

# What a page may ask for that takes long: its fields beside a picture's, and what answers.
JOBS: dict[str, tuple[tuple[str, ...], Callable[..., dict[str, Any]]]] = {
    "rank": (("layer", "label", "region"), inside_units.rank),
    "axes": ((), inside_axes.find),
    "near": ((), inside_near.look_up),
    "find": (("picture",), inside_find.find),
    "meet": ((), inside_critic.meet),
    "curve": ((), inside_curve.measure),
}


class InsideTab(LongAsks):
    """One app's Inside tab."""

    def __init__(self, answering: Answering):
        super().__init__(answering, TaskRunner(answering.told, rested=answering.worker.rested))
        self.read_only = answering.read_only
        self.axes, self.critics = Axes(), Critics()

    def place(self) -> None:
        """Put the tab into the `gr.Blocks` that is open."""
        answers = {
            "draw": self.draw,
            "maps": self.maps,
            "shelf": self.shelf,
            "unit": self.unit,
            "begin": self.begin,
            "look": self.look,
            "give_up": self.give_up,
        }
        component("inside", answers)

    async def draw(self, raw: Any) -> dict[str, Any]:
        """The present pictures, pushed along directions and without some units; a reply as `Answering.answer` gives."""

        def job(ask: InsideAsk) -> dict[str, Any]:
            studio = self._answering.studio.get()
            return drawn(studio, self.axes.steered(studio, ask), ask.name, ask.save) | inside_units.moved(studio, ask)

        return await self._answering.answer(lambda: self._read(raw, "region"), job)

    async def maps(self, raw: Any) -> dict[str, Any]:
        """What each unit of a layer holds on the present pictures."""

        def job(ask: InsideAsk) -> dict[str, Any]:
            return inside_units.maps(self._answering.studio.get(), ask)

        return await self._answering.answer(lambda: self._read(raw, "layer"), job)

    async def shelf(self, raw: Any) -> dict[str, Any]:
        """The user's own directions of a generator, after saving, renaming or deleting one."""

        def job(ask: InsideAsk) -> dict[str, Any]:
            return self.axes.shelf(self._answering.studio.get(), ask)

        def read() -> InsideAsk:
            ask = self._read(raw, "do", "method", "which", "name", "to")
            if ask.more.get("do", "list") != "list":
                self._answering.check_writable("Keeping directions")
            return ask

        return await self._answering.answer(read, job)

    async def unit(self, raw: Any) -> dict[str, Any]:
        """One unit of the discriminator, and the real pictures that excite it most."""

        def job(ask: InsideAsk) -> dict[str, Any]:
            return self.critics.unit(self._answering.studio.get(), ask)

        return await self._answering.answer(lambda: self._read(raw, "layer", "unit"), job)

    async def begin(self, raw: Any) -> dict[str, Any]:
        """Start something long (`work` says what); the reply's `work` is its number."""
        try:
            kind = raw.get("work") if isinstance(raw, dict) else None
            if not isinstance(kind, str) or kind not in JOBS:
                raise AskError("This page and the app do not understand each other; reload the page.")
            fields, job = JOBS[kind]
            ask = self._read({key: value for key, value in raw.items() if key != "work"}, *fields)

            def run(studio: "Studio", progress: Progress) -> dict[str, Any]:
                return {"ok": True, "kind": "done"} | job(self, studio, ask, progress)

            return await self._begin(ask.tab, run)
        except Exception as error:
            return self._answering.told(error)

    def _read(self, raw: Any, *more: str) -> InsideAsk:
        offers = self._answering.offers
        return read_inside(raw, offers.source, offers.default, more)
