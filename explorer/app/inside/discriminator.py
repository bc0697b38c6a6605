"""The discriminator on the Inside tab: the real pictures that excite each of its units, and what in them does."""

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from explorer.app.inside.replies import sheet_of
from explorer.app.inside.request import InsideRequest, text_of
from explorer.app.inside.units import MOST_LAYER
from explorer.app.shared.request import RequestError, number_of

if TYPE_CHECKING:
    from explorer.app.inside.tab import InsideTab
    from explorer.app.shared.tasks import Progress
    from explorer.checkpoint import Checkpoint
    from explorer.explore import Studio
    from explorer.explore.inside.discriminator import Opponent

KEPT = 2  # discriminators that are remembered with what excites them
SHOWN = 9


class Critics:
    """The discriminators looked at last. Threads may share it."""

    def __init__(self):
        self._lock = threading.Lock()
        self._met: OrderedDict[str, tuple[Checkpoint, Opponent]] = OrderedDict()

    def keep(self, source: str, checkpoint: "Checkpoint", opponent: "Opponent") -> None:
        """Remember a checkpoint's."""
        with self._lock:
            self._met.pop(source, None)
            self._met[source] = checkpoint, opponent
            while len(self._met) > KEPT:
                self._met.popitem(last=False)

    def met(self, studio: "Studio", source: str) -> "Opponent | None":
        """A checkpoint's, or None: it was not shown anything yet, or the checkpoint has changed since."""
        opened = studio.checkpoint(source)
        with self._lock:
            checkpoint, opponent = self._met.get(source, (None, None))
        return opponent if checkpoint is opened else None

    def unit(self, studio: "Studio", ask: InsideRequest) -> dict[str, Any]:
        """One unit: above the pictures that excite it most, below what in them does."""
        import numpy as np

        opponent = self.met(studio, ask.spec.checkpoint)
        if opponent is None:
            raise RequestError("This discriminator was not shown any pictures yet; choose its part again.")
        view = opponent.unit(text_of(ask.more, "layer", MOST_LAYER), number_of(ask.more, "unit", 2**20), SHOWN)
        return {
            "ok": True,
            "png": sheet_of(np.stack([view.pictures, view.guided_pictures])),
            "tile": list(view.pictures.shape[2:0:-1]),
            "count": len(view.pictures),
            "words": list(view.words),
            "values": [round(float(value), 2) for value in view.values],
            "boxes": view.boxes.tolist(),
        }


def meet(tab: "InsideTab", studio: "Studio", ask: InsideRequest, progress: "Progress") -> dict[str, Any]:
    """Show a checkpoint's discriminator real pictures, once; gives its layers."""
    from explorer.explore.inside.discriminator import meet

    source = ask.spec.checkpoint
    opponent = tab.critics.met(studio, source)
    if opponent is None:
        progress.report("reading the real pictures", 0, 0)
        checkpoint = studio.checkpoint(source)
        opponent = meet(checkpoint, report=progress.report, stop=progress.stop)
        tab.critics.keep(source, checkpoint, opponent)
    return {"layers": [[one.name, one.side, one.width] for one in opponent.layers]}
