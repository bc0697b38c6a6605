"""The Explore tab: type a word, see pictures of it, while you type.

The whole tab is one custom `gr.HTML` component with its own inputs, not a form of Gradio components. Redrawing on
every key press and every step of a drag needs one short way from the input to the pixels: a server function's reply
drawn into a canvas takes a fraction of what an event through Gradio's queue into a `gr.Image` takes, and the rules of
live typing (trouble is spoken of only after a rest) live where the typing is. It also lets the page be laid out as one
sheet, from 390 pixels up. What Gradio gives: the server, the theme with its dark mode, and notebooks.

The page asks through one server function, `draw`: one picture with all that is shown beside it. It only validates and
hands over: drawing happens in the device's one render worker.
"""

import base64
from typing import TYPE_CHECKING, Any

from explorer.app.shared.answering import Answering
from explorer.app.shared.component import component
from explorer.app.shared.public_names import named
from explorer.app.shared.request import Request, read_ask

if TYPE_CHECKING:
    from explorer.explore import Picture

SAVED_SIDE = 896  # pixels of a picture saved as a file, about
BARS = 12  # labels shown, of generators that have hundreds
TOLD = 4  # of the labels that a word is heard as, where the generator knows only them


class ExploreTab:
    """One app's Explore tab."""

    def __init__(self, answering: Answering):
        self._answering = answering

    def place(self) -> None:
        """Put the tab into the `gr.Blocks` that is open."""
        component("explore", {"draw": self.draw})

    async def draw(self, raw: Any) -> dict[str, Any]:
        """The reply to one ask: a picture, or why there is none (`kind` and `message`). Never raises."""
        offers = self._answering.offers
        return await self._answering.answer(lambda: read_ask(raw, offers.source, offers.default), self._picture)

    def _picture(self, ask: Request) -> dict[str, Any]:
        studio = self._answering.studio.get()
        picture = studio.render(ask.spec, read=False)
        late = self._answering.worker.waits(ask.tab)  # in a drag pixels come first: the page keeps its last reading
        if not late:
            picture = studio.read(picture)
        picture = named(picture, ask.name)
        scale = max(1, round(SAVED_SIDE / max(picture.composite.shape[:2]))) if ask.save else 1
        told = [[label, round(share, 4)] for label, share in studio.told(ask.spec)[:TOLD]]
        hears = studio.checkpoint(ask.spec.checkpoint).description.hears
        return reply(picture, scale) | {"late": late, "hears": hears, "told": told, "device": studio.device.upper()}


def reply(picture: "Picture", scale: int = 1) -> dict[str, Any]:
    """A picture as the page needs it: PNG as base64 (it carries its spec), the table, the neighbours.

    A row of the table is a label, its cosine to the word (ears) and its share of the pictures (hands; None without a
    judge): the nearest labels, and those of the judge's first three that are not among them.
    """
    height, width = picture.tiles.shape[1:3]
    far = picture.familiarity
    shares, seen = dict(picture.reading), dict(picture.reading[:3])
    rows = [(label, cosine) for i, (label, cosine) in enumerate(picture.table) if i < BARS or label in seen]
    return {
        "ok": True,
        "png": base64.b64encode(picture.png(scale)).decode("ascii"),
        "tile": [width, height],
        "count": len(picture.tiles),
        "columns": picture.columns,
        "table": [[label, round(float(cosine), 4), shares.get(label)] for label, cosine in rows],
        "seen": [[label, share] for label, share in seen.items()],
        "labels": len(picture.table),
        "nearest": [[word, round(float(cosine), 4)] for word, cosine in picture.nearest],
        "far": {"level": far.level, "best": round(float(far.best), 4), "sentence": far.sentence},
        "hints": list(picture.hints),
        "ms": {name: round(float(value), 2) for name, value in picture.timings.items()},
    }
