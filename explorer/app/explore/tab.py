"""The Explore tab: type a word, see pictures of it, while you type.

The whole tab is one custom `gr.HTML` component with its own inputs, not a form of Gradio components. Redrawing on
every key press and every step of a drag needs one short way from the input to the pixels: a server function's reply
drawn into a canvas takes a fraction of what an event through Gradio's queue into a `gr.Image` takes, and the rules of
live typing (an error is shown only after a rest) live where the typing is. It also lets the page be laid out as one
sheet, from 390 pixels up. What Gradio gives: the server, the theme with its dark mode, and notebooks.

The page calls one server function, `draw`: one picture with all that is shown beside it. It only validates and hands
over: drawing happens in the device's one render worker.
"""

from typing import Any

from explorer.app.shared.answering import Answering
from explorer.app.shared.component import component
from explorer.app.shared.public_names import named
from explorer.app.shared.replies import picture_reply
from explorer.app.shared.request import Request, read_request

MOST_WEIGHTS = 4  # labels shown that a word's condition is made of, where the generator knows only labels


class ExploreTab:
    """One app's Explore tab."""

    def __init__(self, answering: Answering):
        self._answering = answering

    def place(self) -> None:
        """Put the tab into the `gr.Blocks` that is open."""
        component("explore", {"draw": self.draw})

    async def draw(self, raw: Any) -> dict[str, Any]:
        """The reply to one request: a picture, or why there is none (`kind` and `message`). Never raises."""
        return await self._answering.answer(raw, read_request, self._picture)

    def _picture(self, request: Request) -> dict[str, Any]:
        studio = self._answering.studio.get()
        picture = studio.render(request.spec, read=False)
        late = self._answering.worker.waits(request.tab)  # in a drag pixels come first: the page keeps its last reading
        if not late:
            picture = studio.read(picture)
        weights = [[label, round(share, 4)] for label, share in studio.label_weights(request.spec)[:MOST_WEIGHTS]]
        conditioning = studio.checkpoint(request.spec.checkpoint).description.conditioning
        more = {"late": late, "conditioning": conditioning, "label_weights": weights, "device": studio.device.upper()}
        return picture_reply(named(picture, request.name), request.save) | more
