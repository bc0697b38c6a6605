"""Directions on the Inside tab: found ones, kept for a while, and the user's own."""

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from explorer.app.inside.request import MOST_NAME, InsideRequest, Slider, text_of
from explorer.app.shared.request import RequestError, number_of

if TYPE_CHECKING:
    import numpy as np

    from explorer.app.inside.tab import InsideTab
    from explorer.app.shared.tasks import Progress
    from explorer.checkpoint import Checkpoint
    from explorer.explore import Spec, Studio
    from explorer.explore.inside.directions import Found

KEPT = 4  # generators whose directions are remembered
MOST_OWN = 200  # directions that pages may save
FOUND = ("pca", "sefa")


class Axes:
    """The directions of the generators looked at last. Threads may share it."""

    def __init__(self):
        self._lock = threading.Lock()
        self._found: OrderedDict[str, tuple[Checkpoint, dict[str, Found]]] = OrderedDict()

    def keep(self, source: str, checkpoint: "Checkpoint", found: "dict[str, Found]") -> None:
        """Remember what was found for a checkpoint."""
        with self._lock:
            self._found.pop(source, None)
            self._found[source] = checkpoint, found
            while len(self._found) > KEPT:
                self._found.popitem(last=False)

    def found(self, studio: "Studio", source: str) -> "dict[str, Found] | None":
        """By method, or None: not looked for yet, or the checkpoint has changed since."""
        opened = studio.checkpoint(source)
        with self._lock:
            checkpoint, found = self._found.get(source, (None, None))
        return found if checkpoint is opened else None

    def axis(self, studio: "Studio", source: str, method: str, which: int | str) -> "np.ndarray":
        """One axis [Z]; raises ExplorerError for one that is not there."""
        if method == "own":
            from explorer.explore.inside.saved_directions import open_direction

            return open_direction(str(which), studio.checkpoint(source)).axis
        found = self.found(studio, source)
        if found is None or which >= len(found[method].axes):
            raise RequestError("These directions were not looked for yet, or are forgotten; reload the page.")
        return found[method].axes[which]

    def steered(self, studio: "Studio", ask: InsideRequest) -> "Spec":
        """The ask's spec with its sliders in it."""
        from explorer.explore.inside.directions import steer

        def axis(slider: Slider) -> "np.ndarray":
            return self.axis(studio, ask.spec.checkpoint, slider.method, slider.which)

        moved = [slider for slider in ask.sliders if slider.amount]
        return steer(ask.spec, [(axis(slider), slider.amount) for slider in moved]) if moved else ask.spec

    def shelf(self, studio: "Studio", ask: InsideRequest) -> dict[str, Any]:
        """The user's own directions, after doing what the ask says: save, rename, delete, or list."""
        from explorer.explore.inside import saved_directions as shelf

        checkpoint = studio.checkpoint(ask.spec.checkpoint)
        what = ask.more.get("do", "list")
        if what == "save":
            if len(shelf.list_directions()) >= MOST_OWN:
                raise RequestError(f"There are {MOST_OWN} directions already; delete one first.")
            method, which = text_of(ask.more, "method", 4), number_of(ask.more, "which", 99)
            if method not in FOUND:
                raise RequestError(f"Directions are found by {' or '.join(FOUND)}.")
            axis = self.axis(studio, ask.spec.checkpoint, method, which)
            about = f"{method} {which + 1} of {ask.name}"
            shelf.save_direction(text_of(ask.more, "name", MOST_NAME), axis, checkpoint, about)
        elif what == "rename":
            shelf.open_direction(text_of(ask.more, "name", MOST_NAME), checkpoint)
            shelf.rename_direction(ask.more["name"], text_of(ask.more, "to", MOST_NAME))
        elif what == "delete":
            shelf.open_direction(text_of(ask.more, "name", MOST_NAME), checkpoint)
            shelf.delete_direction(ask.more["name"])
        elif what != "list":
            raise RequestError("A direction can be saved, renamed or deleted.")
        return {"ok": True, "own": [[one.name, one.about] for one in shelf.list_directions(checkpoint)]}


def find(tab: "InsideTab", studio: "Studio", ask: InsideRequest, progress: "Progress") -> dict[str, Any]:
    """The directions of a checkpoint, by both methods: the share of each in all that z changes."""
    from explorer.explore.inside.directions import pca, sefa

    source = ask.spec.checkpoint
    found = tab.axes.found(studio, source)
    if found is None:
        progress.report("drawing a thousand pictures to see what changes most", 0, 0)
        checkpoint = studio.checkpoint(source)
        found = {"pca": pca(checkpoint), "sefa": sefa(checkpoint)}
        tab.axes.keep(source, checkpoint, found)
    return {"shares": {method: [round(share, 4) for share in one.shares] for method, one in found.items()}}
