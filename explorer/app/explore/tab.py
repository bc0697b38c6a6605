"""The Explore tab: type a word, see pictures of it, while you type.

The whole tab is one custom `gr.HTML` component with its own inputs, not a form of Gradio components. Redrawing on
every key press and every step of a drag needs one short way from the input to the pixels: a server function's reply
drawn into a canvas takes a fraction of what an event through Gradio's queue into a `gr.Image` takes, and the rules of
live typing (an error is shown only after a rest) live where the typing is. It also lets the page be laid out as one
sheet, from 390 pixels up. What Gradio gives: the server, the theme with its dark mode, and notebooks.

The page's server functions only validate and hand over, since drawing happens in the device's one render worker: `draw`
gives the pixels of one picture, `about` all that is shown beside it, once nobody waits for pixels, `styles` a thumbnail
of the word in each style, `pair` a file of two words on the same latents, and `export` the generator as one HTML file.
"""

from typing import TYPE_CHECKING, Any

from explorer.app.explore.request import PairRequest, read_page_request, read_pair_request, read_styles_request
from explorer.app.shared.answering import Answering
from explorer.app.shared.component import component
from explorer.app.shared.public_names import named
from explorer.app.shared.recent import Recent
from explorer.app.shared.replies import about_reply, base64_text, png_reply, rows_png, tiles_reply
from explorer.app.shared.request import Request, RequestError, read_request
from explorer.app.shared.worker import Stale

if TYPE_CHECKING:
    from explorer.explore import Picture

MOST_DRAWN = 64  # pages whose last picture is remembered until somebody asks about it
MOST_WEIGHTS = 4  # labels shown that a word's condition is made of, where the generator knows only labels
MOST_THUMBNAILS = 63  # styles; with the open one, four passes of sixteen tiles


class ExploreTab:
    """One app's Explore tab."""

    def __init__(self, answering: Answering):
        self._answering = answering
        self._drawn: Recent[Picture] = Recent(MOST_DRAWN)  # by mailbox, what was drawn for it last

    def place(self) -> None:
        """Put the tab into the `gr.Blocks` that is open."""
        answers = {"draw": self.draw, "about": self.about, "pair": self.pair, "styles": self.styles}
        answers |= {"export": self.export}
        component("explore", answers)

    async def draw(self, raw: Any) -> dict[str, Any]:
        """The reply to one request: a picture, or why there is none (`kind` and `message`). Never raises."""
        return await self._answering.answer(raw, read_request, self._picture)

    async def about(self, raw: Any) -> dict[str, Any]:
        """The reply to the same request: what is said of that picture. Never raises."""
        return await self._answering.answer(raw, read_request, self._about, can_wait=True)

    async def pair(self, raw: Any) -> dict[str, Any]:
        """The reply to one request: a file of two words on the same latents. Never raises."""
        return await self._answering.answer(raw, read_pair_request, self._pair)

    async def styles(self, raw: Any) -> dict[str, Any]:
        """The reply to one request: the word in an open style and in each of the generator's. Never raises."""
        return await self._answering.answer(raw, read_styles_request, self._thumbnails)

    async def export(self, raw: Any) -> dict[str, Any]:
        """The reply to one request: the generator as a page of its own, as `gan-explorer export` writes it. Never
        raises."""

        def job() -> dict[str, Any]:
            from explorer.checkpoint import load
            from explorer.export.page.page import library_words, page_of

            self._answering.check_writable("Taking generators away")
            wanted = self._answering.read(raw, read_page_request)
            text = page_of(load(wanted.source), kept=library_words(), name=wanted.name)
            return {"file": base64_text(text.encode())}

        return await self._answering.reply_in_thread(job)

    def _picture(self, request: Request) -> dict[str, Any]:
        from explorer.explore.render.word_truncation import is_label

        studio = self._answering.studio.get()
        picture = studio.render(request.spec, read=False)
        self._drawn.put(request.tab, picture)
        weights = [[label, round(share, 4)] for label, share in studio.label_weights(request.spec)[:MOST_WEIGHTS]]
        conditioning = studio.checkpoint(request.spec.checkpoint).description.conditioning
        more = {"conditioning": conditioning, "label_weights": weights, "device": studio.device.upper()}
        taken = () if is_label(picture) else picture.tile_labels
        more |= {"tile_labels": [picture.name_of(label) for label in taken], "tile_styles": _styles_of(picture)}
        return tiles_reply(named(picture, request.name), request.save) | more

    def _about(self, request: Request) -> dict[str, Any]:
        from explorer.explore.render.judging import agreement

        studio = self._answering.studio.get()
        picture = self._drawn.get(request.tab.partition(".")[0])
        if picture is None:  # others have drawn much since
            picture = studio.render(request.spec, read=False)
        if picture.spec != request.spec:
            raise Stale  # another was drawn for this page meanwhile
        picture = studio.read(picture)
        conditioning = studio.checkpoint(request.spec.checkpoint).description.conditioning
        said = {"why": list(studio.why_messy(picture))}
        said["agreement"] = agreement(picture, conditioning in ("word", "label"))
        return about_reply(picture) | said

    def _pair(self, request: PairRequest) -> dict[str, Any]:
        from explorer.explore.render.beside import Beside

        studio = self._answering.studio.get()
        both = (named(studio.render(one.spec, read=False), one.name) for one in (request.first, request.second))
        beside = Beside(*both)
        data = beside.sheet() if request.save in ("", "sheet") else beside.file(request.save)
        return {"file": base64_text(data)}

    def _thumbnails(self, request: Request) -> dict[str, Any]:
        from explorer.explore.grids.grid import xy_grid
        from explorer.explore.grids.plan import GridAxis
        from explorer.explore.spec.style import OPEN

        if self._answering.worker.waits(request.tab.partition(".")[0]):
            raise Stale  # the pictures themselves come first; the page asks again
        studio = self._answering.studio.get()
        styles = studio.checkpoint(request.spec.checkpoint).styles[:MOST_THUMBNAILS]
        if not styles:
            raise RequestError("This generator has no styles to choose from.")
        tiles = xy_grid(studio, request.spec, GridAxis("style", (OPEN, *styles))).tiles
        return png_reply(rows_png(tiles[None]), tiles, len(tiles)) | {"styles": [OPEN, *styles]}


def _styles_of(picture: "Picture") -> list[str]:
    """The style of each tile, or one name where all have the same; none where it is open."""
    from explorer.explore.spec.style import is_each

    return list(picture.tile_styles if is_each(picture.spec.style) else picture.tile_styles[:1])
