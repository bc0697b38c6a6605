"""The Translate tab: a picture from one domain of a translator to the other and back, live, and sheets of many."""

from typing import TYPE_CHECKING, Any

from explorer.app.shared.answering import Answering
from explorer.app.shared.component import component
from explorer.app.translate.replies import sheet_reply, translated_reply
from explorer.app.translate.request import (
    SheetRequest,
    TranslateRequest,
    read_sheet_request,
    read_translate_request,
)

if TYPE_CHECKING:
    from explorer.app.shared.catalog import Catalog


class TranslateTab:
    """One app's Translate tab."""

    def __init__(self, answering: Answering):
        self._answering = answering

    def place(self) -> None:
        """Put the tab into the `gr.Blocks` that is open."""
        component("translate", {"live": self.live, "sheet": self.sheet})

    async def live(self, raw: Any) -> dict[str, Any]:
        """The reply to one request: a picture, its translation, and what comes back. Never raises."""
        return await self._answering.answer(raw, self._reading(read_translate_request), self._translated)

    async def sheet(self, raw: Any) -> dict[str, Any]:
        """The reply to one request: pictures in columns, below them their translations and what comes back. Never
        raises."""
        return await self._answering.answer(raw, self._reading(read_sheet_request), self._sheet)

    def _reading(self, reader: Any) -> Any:
        """The reader, given the first translator beside the generator that the app was opened with."""

        def read(raw: Any, source_of: Any, default: str) -> Any:
            return reader(raw, source_of, first_translator(self._answering.catalog), default)

        return read

    def _translated(self, request: TranslateRequest) -> dict[str, Any]:
        from explorer.explore.translate.translate import translate

        studio = self._answering.studio.get()
        found = translate(
            studio, request.picture, request.source, request.way, request.strength, centre=not request.is_drawn
        )
        return translated_reply(found, request.name, request.save) | {"device": studio.device.upper()}

    def _sheet(self, request: SheetRequest) -> dict[str, Any]:
        from explorer.explore.translate.sheets import pictures_for, translation_rows

        studio = self._answering.studio.get()
        opened = studio.translator(request.source)
        if request.spec is None:
            tiles = pictures_for(opened, request.kind, request.way, request.seed)
        else:
            from explorer.explore.translate.sheets import fitted_tiles

            tiles = fitted_tiles(opened, studio.render(request.spec, read=False).tiles, request.way)
        return sheet_reply(translation_rows(opened, tiles, request.way)) | {"device": studio.device.upper()}


def first_translator(catalog: "Catalog") -> str:
    """The name of the first translator of the catalog; "" where there is none."""
    every = catalog.entries().values()
    return next((one.name for one in every if one.translates), "")
