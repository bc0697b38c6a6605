"""The Compare tab: generators side by side, live what `gan-explorer compare` reports, and grids over two dials.

Sheets are drawn at once by the render worker. Measuring goes on in threads of its own, by the code and the caches of
`explorer.compare`; what was found so far is kept for each page, which fetches it whenever there is more.
"""

import asyncio
import base64
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.app.compare import replies as compare_shown
from explorer.app.compare.found import Found
from explorer.app.compare.grid import Grids
from explorer.app.compare.request import MOST, SAMPLES, CompareAsk, SheetAsk, read_compare, read_sheet
from explorer.app.server.visitor import VISITOR
from explorer.app.shared.answering import Answering
from explorer.app.shared.component import component
from explorer.app.shared.request import AskError, tab_of
from explorer.app.shared.task_tab import LongAsks
from explorer.app.shared.tasks import Progress, TaskRunner

if TYPE_CHECKING:
    from explorer.compare import Comparison
    from explorer.explore import Studio


class CompareTab(LongAsks):
    """One app's Compare tab."""

    def __init__(self, answering: Answering):
        super().__init__(answering, TaskRunner(answering.told, rested=answering.worker.rested))
        self._grids = Grids(answering)
        self._found = Found()

    def place(self) -> None:
        """Put the tab into the `gr.Blocks` that is open."""
        answers = {
            "offer": self.offer,
            "sheet": self.sheet,
            "begin": self.begin,
            "look": self.look,
            "give_up": self.give_up,
            "found": self.found,
            "report": self.report,
            "epochs": self.epochs,
            "plan": self._grids.plan,
            "grid": self._grids.draw,
        }
        component("compare", answers)

    async def offer(self, raw: Any) -> dict[str, Any]:
        """What the families are, and how much may be asked for."""
        samples = SAMPLES[:1] if self._answering.read_only else SAMPLES

        def job() -> dict[str, Any]:
            from explorer.compare.figures import COLOURS

            colours = [COLOURS[place % len(COLOURS)] for place in range(MOST)]
            return {"ok": True, "families": compare_shown.families(), "samples": samples, "colours": colours}

        return await self._answering.off_the_loop(job)

    async def sheet(self, raw: Any) -> dict[str, Any]:
        """What one generator draws from the latents that all share."""
        return await self._answering.answer(lambda: read_sheet(raw, *self._offered()), self._sheet)

    def _sheet(self, ask: SheetAsk) -> dict[str, Any]:
        from explorer.compare.comparing import look_at

        studio = self._answering.studio.get()
        checkpoint = studio.checkpoint(ask.source)
        drawn = compare_shown.glance(look_at(checkpoint, ask.seed))
        _, height, width = checkpoint.image_shape
        return {"ok": True, "tile": [width, height], "device": studio.device.upper(), **drawn}

    async def begin(self, raw: Any) -> dict[str, Any]:
        """Start measuring some generators; the reply's `work` is its number."""
        try:
            ask = await asyncio.to_thread(read_compare, raw, *self._offered())
            if self._answering.read_only and ask.samples > SAMPLES[0]:
                raise AskError(f"This app was opened to be looked at: it measures by {SAMPLES[0]:,} samples.")
            self._long.give_up(ask.tab)  # before what it found is forgotten, or it would bring it back
            self._found.forget(ask.tab)
            visitor = VISITOR.get()
            return await self._begin(ask.tab, lambda studio, progress: self._compare(ask, visitor, studio, progress))
        except Exception as error:
            return self._answering.told(error)

    async def found(self, raw: Any) -> dict[str, Any]:
        """What is known by now of those that a page compares; with `plots`, the plots too."""

        def job() -> dict[str, Any]:
            comparison = self._known(raw)
            reply = {"ok": True, **compare_shown.shown(comparison, self._answering.offers.without_places)}
            return reply | ({"plots": compare_shown.plots(comparison)} if raw.get("plots") is True else {})

        return await self._answering.off_the_loop(job)

    async def report(self, raw: Any) -> dict[str, Any]:
        """The report as one page that opens offline, as `gan-explorer compare` writes it."""

        def job() -> dict[str, Any]:
            from explorer.compare import page_of

            page = page_of(_cleaned(self._known(raw), self._answering.offers.without_places))
            return {"ok": True, "file": base64.b64encode(page.encode()).decode("ascii")}

        return await self._answering.off_the_loop(job)

    async def epochs(self, raw: Any) -> dict[str, Any]:
        """After which thousands of pictures a training kept a snapshot."""

        def job() -> dict[str, Any]:
            from explorer.explore.grids.plan import epochs

            return {"ok": True, "epochs": list(epochs(read_sheet(raw, *self._offered()).source))}

        return await self._answering.off_the_loop(job)

    def _compare(self, ask: CompareAsk, visitor: str, studio: "Studio", progress: Progress) -> dict[str, Any]:
        from explorer.compare.comparing import MOMENTS, comparing

        progress.report("opening the generators", 0, 0)
        quick, keep = ask.samples == SAMPLES[0], not self._answering.read_only
        sources = _each_once(ask.sources, self._answering.offers.folder)
        steps, plots = 0, 0
        for comparison in comparing(
            list(sources.values()),
            ask.samples,
            ask.samples if quick else MOMENTS,
            device=studio.device,
            report=progress.report,
            stop=progress.stop,
            words=not quick,
            keep=keep,
            download=False,  # no page makes this machine fetch anything
        ):
            if progress.stop():
                break  # somebody else writes there now
            named = [replace(one, name=name) for one, name in zip(comparison.entries, sources, strict=True)]
            self._found.keep(ask.tab, visitor, replace(comparison, entries=tuple(named)))
            settled = all(one.evaluation or one.trouble for one in named)
            steps, plots = steps + 1, plots + (not steps or settled)
            progress.seen = {"step": steps, "plots": plots}  # they grow when `found` has more to tell, or to plot
        return {"ok": True, "kind": "done"}

    def _known(self, raw: Any) -> "Comparison":
        found = self._found.get(tab_of(raw))
        if found is not None:
            return found
        raise AskError("Nothing is known of these yet; let them be measured once more.")

    def _offered(self) -> tuple[Callable[[str], str | None], str]:
        return self._answering.offers.source, self._answering.offers.default


def _each_once(sources: dict[str, str], start: Path) -> dict[str, str]:
    """What loads each, by name, without those that are there under another name already.

    start: where the one lies that the app was opened with; if it came from the hub, that is not asked again.
    """
    from explorer.checkpoint import find

    found = {}
    for name, source in sources.items():
        source = str(start) if source.startswith("hf:") else source
        found.setdefault(find(source).resolve(), (name, source))
    return dict(found.values())


def _cleaned(comparison: "Comparison", clean: Callable[[str], str]) -> "Comparison":
    """Without places on this machine's disk."""
    entries = tuple(
        replace(
            one,
            trouble=one.trouble and clean(one.trouble),
            warnings=tuple(map(clean, one.warnings)),
            notes=tuple(map(clean, one.notes)),
        )
        for one in comparison.entries
    )
    return replace(comparison, entries=entries)
