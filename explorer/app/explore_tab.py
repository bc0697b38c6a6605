"""The Explore tab: type a word, see pictures of it, while you type.

The whole tab is one custom `gr.HTML` component with its own inputs, not a form of Gradio components. Redrawing on
every key press and every step of a drag needs one short way from the input to the pixels: a server function's reply
drawn into a canvas takes a fraction of what an event through Gradio's queue into a `gr.Image` takes, and the rules of
live typing (trouble is spoken of only after a rest) live where the typing is. It also lets the page be laid out as one
sheet, from 390 pixels up. What Gradio gives: the server, the theme with its dark mode, notebooks, and tabs to come.

The page asks through two server functions: `draw` (one picture with all that is shown beside it) and `menu`. Both only
validate and hand over: drawing happens in the device's one render worker.
"""

import asyncio
import base64
import dataclasses
import logging
from typing import TYPE_CHECKING, Any

from explorer.app.asks import Ask, read_ask
from explorer.app.canvas import component
from explorer.app.offers import Offers, spaces
from explorer.app.worker import Busy, RenderWorker, Stale
from explorer.errors import ExplorerError

if TYPE_CHECKING:
    from explorer.explore import Picture, Studio

SCRIPTS = ("state.js", "canvas.js", "heard.js", "labels.js", "dial.js", "tiles.js", "explore.js", "menu.js", "one.js")
SAVED_SIDE = 896  # pixels of a picture saved as a file, about
BARS = 12  # labels shown, of generators that have hundreds
_log = logging.getLogger(__name__)


class ExploreTab:
    """One app's Explore tab; all its drawing is done by `worker`."""

    def __init__(self, offers: Offers, worker: RenderWorker, studio: "StudioAtNeed"):
        self._offers = offers
        self._worker = worker
        self._studio = studio

    def place(self) -> None:
        """Put the tab into the `gr.Blocks` that is open."""

        async def draw(ask: Any) -> dict[str, Any]:
            return await self.draw(ask)

        def menu(_: Any = None) -> dict[str, Any]:
            return self.menu()

        component("explore.html", SCRIPTS, [draw, menu], elem_id="explore")

    async def draw(self, raw: Any) -> dict[str, Any]:
        """The reply to one ask: a picture, or why there is none (`kind` and `message`). Never raises."""
        try:
            ask = read_ask(raw, self._offers.source, self._offers.default)
            return await asyncio.wrap_future(self._worker.submit(ask.tab, lambda: self._picture(ask)))
        except Stale:
            return {"ok": False, "kind": "stale"}
        except Busy:
            return {"ok": False, "kind": "busy"}
        except ExplorerError as error:
            answer = refusal(error)
            return answer | {"message": self._offers.without_places(answer["message"])}
        except Exception:
            _log.exception("drawing failed")
            return {"ok": False, "kind": "bug", "message": "This could not be drawn; the app's terminal says why."}

    def menu(self) -> dict[str, Any]:
        """What the menus and the dial show."""
        return {
            "checkpoints": [offer.line() for offer in self._offers.all().values()],
            "default": self._offers.default,
            "spaces": spaces(),
            "dial": dial(),
        }

    def _picture(self, ask: Ask) -> dict[str, Any]:
        studio = self._studio.get()
        picture = studio.render(ask.spec, read=False)
        late = self._worker.waits(ask.tab)  # in a drag pixels come first: the page keeps the reading that it has
        if not late:
            picture = studio.read(picture)
        if ask.spec.checkpoint != ask.name:  # what leaves the machine names a checkpoint, never a place on its disk
            picture = dataclasses.replace(picture, spec=picture.spec.replace(checkpoint=ask.name))
        scale = max(1, round(SAVED_SIDE / max(picture.composite.shape[:2]))) if ask.save else 1
        return reply(picture, scale) | {"late": late, "device": studio.device.upper()}


class StudioAtNeed:
    """The studio of a device, made once, by the first job that needs it."""

    def __init__(self, device: str | None = None):
        self._device = device
        self._studio: Studio | None = None

    def get(self) -> "Studio":
        """The studio. Only the render worker's thread calls this."""
        if self._studio is None:
            from explorer.explore import Studio

            self._studio = Studio(device=self._device)
        return self._studio


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


def refusal(error: ExplorerError) -> dict[str, Any]:
    """A sentence for the page, with what it needs to suggest other words."""
    from explorer.words import ExpressionError, UnknownWord

    answer: dict[str, Any] = {"ok": False, "kind": "wrong", "message": str(error)}
    if isinstance(error, UnknownWord):
        asking = "Did you mean:" if error.suggestions else "Try another one."
        answer |= {
            "kind": "unknown",
            "message": f"“{error.word}” is not a word that this generator knows. {asking}",
            "word": error.word,
            "suggestions": list(error.suggestions),  # shown as chips, so the sentence does not repeat them
        }
    if isinstance(error, ExpressionError):
        answer["position"] = error.position
    return answer


def dial() -> list[list[float | None]]:
    """For psi = 0.00, 0.01 .. 1.50: the bound t at which the noise is cut (None: nowhere) and the mass within it."""
    from explorer.explore.psi import bound, mass

    cut = [bound(step / 100) for step in range(100)]
    return [[round(t, 4), mass(t)] for t in cut] + [[None, 1.0]] * 51
