"""The Arithmetic tab: sums of words above their result, sums of hand-picked pictures, and pairs of words as sliders."""

from typing import Any

from explorer.app.arithmetic.replies import SHEET_SCALE, sum_reply
from explorer.app.arithmetic.request import SumRequest, read_sum_request
from explorer.app.shared.answering import Answering
from explorer.app.shared.component import component
from explorer.app.shared.live_pictures import LivePictures
from explorer.app.shared.public_names import named_sum
from explorer.app.shared.replies import base64_text, file_reply


class ArithmeticTab:
    """One app's Arithmetic tab."""

    def __init__(self, answering: Answering):
        self._answering = answering
        self._live = LivePictures(answering)

    def place(self) -> None:
        """Put the tab into the `gr.Blocks` that is open."""
        component("arithmetic", {"sum": self.sum, "live": self._live.draw})

    async def sum(self, raw: Any) -> dict[str, Any]:
        """The reply to one request: the operands' pictures and the result's, or why there are none. Never raises."""
        return await self._answering.answer(raw, read_sum_request, self._sum)

    def _sum(self, request: SumRequest) -> dict[str, Any]:
        from explorer.explore import latent_sum, word_sum

        studio = self._answering.studio.get()
        if request.terms is None:
            found = word_sum(studio, request.spec)
        else:
            found = latent_sum(studio, request.spec, request.terms, request.noise, request.spec.latents.seed)
        found = named_sum(found, request.name)
        if request.save not in ("", "sheet"):
            result = found.result
            return file_reply(request.save, result.tiles, result.columns, [result.spec])
        if request.save:
            return {"png": base64_text(found.png(SHEET_SCALE))}
        return sum_reply(found, in_rows=request.terms is not None) | {"device": studio.device.upper()}
