"""The Arithmetic tab: sums of words above their result, sums of hand-picked pictures, and pairs of words as sliders."""

import base64
import dataclasses
from typing import TYPE_CHECKING, Any

from explorer.app.arithmetic.request import SumAsk, read_sum_ask
from explorer.app.shared.answering import Answering
from explorer.app.shared.component import component
from explorer.app.shared.live_pictures import LivePictures
from explorer.app.shared.public_names import named

if TYPE_CHECKING:
    from explorer.explore import Picture
    from explorer.explore.arithmetic.words import Sum

SAVED_SCALE = 3  # pixels a pixel of a sheet that is kept


class ArithmeticTab:
    """One app's Arithmetic tab."""

    def __init__(self, answering: Answering):
        self._answering = answering
        self._live = LivePictures(answering)

    def place(self) -> None:
        """Put the tab into the `gr.Blocks` that is open."""
        component("arithmetic", {"sum": self.sum, "live": self._live.draw})

    async def sum(self, raw: Any) -> dict[str, Any]:
        """The reply to one ask: the operands' pictures and the result's, or why there are none. Never raises."""
        offers = self._answering.offers
        return await self._answering.answer(lambda: read_sum_ask(raw, offers.source, offers.default), self._sum)

    def _sum(self, ask: SumAsk) -> dict[str, Any]:
        from explorer.explore import latent_sum, word_sum

        studio = self._answering.studio.get()
        if ask.terms is None:
            done = word_sum(studio, ask.spec)
        else:
            done = latent_sum(studio, ask.spec, ask.terms, ask.noise, ask.spec.latents.seed)
        done = _named(done, ask.name)
        if ask.save:
            return {"ok": True, "png": _text(done.png(SAVED_SCALE))}
        return sum_reply(done, in_rows=ask.terms is not None) | {"device": studio.device.upper()}


def sum_reply(done: "Sum", in_rows: bool) -> dict[str, Any]:
    """A sum as the page needs it. in_rows: each operand's tiles in one row, the last being the mean of the others."""
    operands = [
        {"label": operand.label, "weight": operand.weight} | _grid(operand.picture, in_rows)
        for operand in done.operands
    ]
    result = done.result
    return {
        "ok": True,
        **_grid(result),
        "operands": operands,
        "nearest": [[word, round(float(cosine), 4)] for word, cosine in done.nearest],
        "far": result.familiarity.sentence,
        "seen": [[label, share] for label, share in result.reading[:3]],
        "hints": list(result.hints),
    }


def _grid(picture: "Picture", in_row: bool = False) -> dict[str, Any]:
    from explorer.explore.render.picture import compose, to_image
    from explorer.explore.render.png import encode

    count, height, width = picture.tiles.shape[:3]
    columns = count if in_row else picture.columns
    png = encode(to_image(compose(picture.tiles, columns)), [picture.spec])
    return {"png": _text(png), "tile": [width, height], "count": count, "columns": columns}


def _named(done: "Sum", name: str) -> "Sum":
    operands = tuple(dataclasses.replace(one, picture=named(one.picture, name)) for one in done.operands)
    return dataclasses.replace(done, operands=operands, result=named(done.result, name))


def _text(png: bytes) -> str:
    return base64.b64encode(png).decode("ascii")
