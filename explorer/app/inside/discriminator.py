"""The discriminator on the Inside tab: the real pictures that excite each of its units, and what in them does."""

from typing import TYPE_CHECKING, Any

from explorer.app.inside.request import MOST_LAYER, InsideRequest
from explorer.app.shared.recent import Recent
from explorer.app.shared.replies import base64_text, rows_png
from explorer.app.shared.request import RequestError, read_text, read_whole

if TYPE_CHECKING:
    from explorer.app.shared.tasks import Progress
    from explorer.checkpoint import Checkpoint
    from explorer.explore import Studio
    from explorer.explore.inside.discriminator import Opponent

REMEMBERED = 2  # discriminators that are remembered with what excites them
PICTURES = 9  # shown of each unit


class Discriminators:
    """The discriminators used last. Threads may share it."""

    def __init__(self) -> None:
        self._recent: Recent[tuple[Checkpoint, Opponent]] = Recent(REMEMBERED)

    def show_pictures(self, studio: "Studio", request: InsideRequest, progress: "Progress") -> dict[str, Any]:
        """Show a checkpoint's discriminator real pictures, once; gives its layers."""
        from explorer.explore.inside.discriminator import meet

        source = request.spec.checkpoint
        discriminator = self._shown(studio, source)
        if discriminator is None:
            progress.report("reading the real pictures", 0, 0)
            checkpoint = studio.checkpoint(source)
            discriminator = meet(checkpoint, report=progress.report, stop=progress.stop)
            self._recent.put(source, (checkpoint, discriminator))
        return {"layers": [[one.name, one.side, one.width] for one in discriminator.layers]}

    def unit(self, studio: "Studio", request: InsideRequest) -> dict[str, Any]:
        """One unit: above the pictures that excite it most, below what in them does."""
        import numpy as np

        discriminator = self._shown(studio, request.spec.checkpoint)
        if discriminator is None:
            raise RequestError("This discriminator was not shown any pictures yet; choose its part again.")
        layer, unit = read_text(request.more, "layer", MOST_LAYER), read_whole(request.more, "unit", 2**20)
        view = discriminator.unit(layer, unit, PICTURES)
        return {
            "png": base64_text(rows_png(np.stack([view.pictures, view.guided_pictures]))),
            "tile": list(view.pictures.shape[2:0:-1]),
            "count": len(view.pictures),
            "words": list(view.words),
            "values": [round(float(value), 2) for value in view.values],
            "boxes": view.boxes.tolist(),
        }

    def _shown(self, studio: "Studio", source: str) -> "Opponent | None":
        """A checkpoint's, or None: it was not shown anything yet, or the checkpoint has changed since."""
        opened = studio.checkpoint(source)
        checkpoint, discriminator = self._recent.get(source) or (None, None)
        return discriminator if checkpoint is opened else None
