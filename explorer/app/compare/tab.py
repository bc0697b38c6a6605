"""The Compare tab: generators side by side, live what `gan-explorer compare` reports, and grids over two settings.

Sheets are drawn at once by the render worker. Measuring is a task, by the code and the caches of `explorer.compare`;
what was found so far is kept for each page, which fetches it whenever there is more.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.app.compare import replies
from explorer.app.compare.comparisons import RecentComparisons
from explorer.app.compare.grid import Grids
from explorer.app.compare.request import (
    MOST,
    SAMPLES,
    CompareRequest,
    SheetRequest,
    read_compare_request,
    read_sheet_request,
)
from explorer.app.server.visitor import VISITOR
from explorer.app.shared.answering import Answering
from explorer.app.shared.component import component
from explorer.app.shared.replies import base64_text
from explorer.app.shared.request import RequestError, read_tab
from explorer.app.shared.task_tab import TaskTab
from explorer.app.shared.tasks import Progress, TaskRunner

if TYPE_CHECKING:
    from explorer.compare import Comparison
    from explorer.explore import Studio


class CompareTab(TaskTab):
    """One app's Compare tab."""

    def __init__(self, answering: Answering):
        super().__init__(answering, TaskRunner(answering.error_reply, idle_seconds=answering.worker.idle_seconds))
        self._grids = Grids(answering)
        self._comparisons = RecentComparisons()

    def place(self) -> None:
        """Put the tab into the `gr.Blocks` that is open."""
        answers = {
            "offer": self.families,
            "sheet": self.sheet,
            "begin": self.begin,
            "look": self.status,
            "cancel": self.cancel,
            "found": self.found,
            "report": self.report,
            "epochs": self.epochs,
            "plan": self._grids.plan,
            "grid": self._grids.draw,
        }
        component("compare", answers)

    async def families(self, raw: Any) -> dict[str, Any]:
        """What the families are, and how much may be asked for."""
        samples = SAMPLES[:1] if self._answering.read_only else SAMPLES

        def job() -> dict[str, Any]:
            from explorer.compare.figures import COLOURS

            colours = [COLOURS[place % len(COLOURS)] for place in range(MOST)]
            return {"families": replies.families(), "samples": samples, "colours": colours}

        return await self._answering.reply_in_thread(job)

    async def sheet(self, raw: Any) -> dict[str, Any]:
        """What one generator draws from the latents that all share."""
        return await self._answering.answer(raw, read_sheet_request, self._sheet)

    def _sheet(self, request: SheetRequest) -> dict[str, Any]:
        from explorer.compare.build import unmeasured_entry

        studio = self._answering.studio.get()
        checkpoint = studio.checkpoint(request.source)
        entry = replies.entry_reply(unmeasured_entry(checkpoint, request.seed))
        _, height, width = checkpoint.image_shape
        return {"tile": [width, height], "device": studio.device.upper(), **entry}

    async def begin(self, raw: Any) -> dict[str, Any]:
        """Start measuring some generators; the reply's `work` is its number."""
        try:
            request = await asyncio.to_thread(self._answering.read, raw, read_compare_request)
            if self._answering.read_only and request.samples > SAMPLES[0]:
                raise RequestError(f"This app was opened to be looked at: it measures by {SAMPLES[0]:,} samples.")
            self._tasks.cancel(request.tab)  # before what it found is forgotten, or it would bring it back
            self._comparisons.forget(request.tab)
            visitor = VISITOR.get()

            def job(studio: "Studio", progress: Progress) -> dict[str, Any]:
                return self._compare(request, visitor, studio, progress)

            return await self._start_drawing(request.tab, job)
        except Exception as error:
            return self._answering.error_reply(error)

    async def found(self, raw: Any) -> dict[str, Any]:
        """What was found so far of the generators that a page compares; with `plots`, the plots too."""

        def job() -> dict[str, Any]:
            comparison = self._known(raw)
            reply = replies.comparison_reply(comparison, self._answering.catalog.without_paths)
            return reply | ({"plots": replies.plots(comparison)} if raw.get("plots") is True else {})

        return await self._answering.reply_in_thread(job)

    async def report(self, raw: Any) -> dict[str, Any]:
        """The report as one page that opens offline, as `gan-explorer compare` writes it."""

        def job() -> dict[str, Any]:
            from explorer.compare import page_of

            page = page_of(_without_paths(self._known(raw), self._answering.catalog.without_paths))
            return {"file": base64_text(page.encode())}

        return await self._answering.reply_in_thread(job)

    async def epochs(self, raw: Any) -> dict[str, Any]:
        """After which thousands of pictures a training kept a snapshot."""

        def job() -> dict[str, Any]:
            from explorer.explore.grids.plan import epochs

            return {"epochs": list(epochs(self._answering.read(raw, read_sheet_request).source))}

        return await self._answering.reply_in_thread(job)

    def _compare(self, request: CompareRequest, visitor: str, studio: "Studio", progress: Progress) -> dict[str, Any]:
        from explorer.compare.build import MOMENTS, compare_in_steps

        progress.report("opening the generators", 0, 0)
        quick, keep = request.samples == SAMPLES[0], not self._answering.read_only
        sources = _without_doubles(request.sources, self._answering.catalog.folder)
        steps, plots = 0, 0
        for comparison in compare_in_steps(
            list(sources.values()),
            request.samples,
            request.samples if quick else MOMENTS,
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
            self._comparisons.put(request.tab, visitor, replace(comparison, entries=tuple(named)))
            settled = all(one.evaluation or one.trouble for one in named)
            steps, plots = steps + 1, plots + (not steps or settled)
            progress.preview = {"step": steps, "plots": plots}  # they grow when `found` has more to show, or to plot
        return {}

    def _known(self, raw: Any) -> "Comparison":
        found = self._comparisons.get(read_tab(raw))
        if found is not None:
            return found
        raise RequestError("Nothing is known of these yet; let them be measured once more.")


def _without_doubles(sources: dict[str, str], start: Path) -> dict[str, str]:
    """What loads each, by name, without those that are there under another name already.

    start: where the one lies that the app was opened with; if it came from the hub, that is not asked again.
    """
    from explorer.checkpoint import find

    found = {}
    for name, source in sources.items():
        source = str(start) if source.startswith("hf:") else source
        found.setdefault(find(source).resolve(), (name, source))
    return dict(found.values())


def _without_paths(comparison: "Comparison", clean: Callable[[str], str]) -> "Comparison":
    """The comparison, its sentences without places on this machine's disk."""
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
