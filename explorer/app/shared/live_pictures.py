"""Sixteen tiles that follow a hand, for the tabs that have pads and sliders of their own."""

from typing import TYPE_CHECKING, Any

from explorer.app.explore.tab import SAVED_SIDE, reply
from explorer.app.shared.answering import Answering
from explorer.app.shared.live_request import LiveRequest, read_live_request
from explorer.app.shared.public_names import named

if TYPE_CHECKING:
    from explorer.explore import Picture


class LivePictures:
    """Draws what `read_live_request` reads."""

    def __init__(self, answering: Answering):
        self._answering = answering

    async def draw(self, raw: Any) -> dict[str, Any]:
        """The reply to one ask, see `Answering.answer`."""
        offers = self._answering.offers
        return await self._answering.answer(
            lambda: read_live_request(raw, offers.source, offers.default), self._picture
        )

    def _picture(self, ask: LiveRequest) -> dict[str, Any]:
        studio = self._answering.studio.get()
        picture: Picture = named(studio.render(ask.specify(studio), read=False), ask.name)
        scale = max(1, round(SAVED_SIDE / max(picture.composite.shape[:2]))) if ask.save else 1
        return reply(picture, scale) | {"device": studio.device.upper()}
