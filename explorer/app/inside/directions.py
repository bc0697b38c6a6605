"""Directions on the Inside tab: found ones, remembered for a while, and the user's own, saved."""

from typing import TYPE_CHECKING, Any

from explorer.app.inside.request import MOST_NAME, InsideRequest, Slider
from explorer.app.shared.recent import Recent
from explorer.app.shared.request import RequestError, read_text, read_whole

if TYPE_CHECKING:
    import numpy as np

    from explorer.app.shared.tasks import Progress
    from explorer.checkpoint import Checkpoint
    from explorer.explore import Spec, Studio
    from explorer.explore.inside.directions import Found

REMEMBERED = 4  # generators whose directions are remembered
MOST_OWN = 200  # directions that pages may save
METHODS = ("pca", "sefa")  # that find directions


class Directions:
    """The directions of the generators used last. Threads may share it."""

    def __init__(self) -> None:
        self._recent: Recent[tuple[Checkpoint, dict[str, Found]]] = Recent(REMEMBERED)

    def find(self, studio: "Studio", request: InsideRequest, progress: "Progress") -> dict[str, Any]:
        """Find the directions of a checkpoint by both methods; gives the share of each in all that z changes."""
        from explorer.explore.inside.directions import pca, sefa

        source = request.spec.checkpoint
        found = self._found(studio, source)
        if found is None:
            progress.report("drawing a thousand pictures to see what changes most", 0, 0)
            checkpoint = studio.checkpoint(source)
            found = {"pca": pca(checkpoint), "sefa": sefa(checkpoint)}
            self._recent.put(source, (checkpoint, found))
        return {"shares": {method: [round(share, 4) for share in one.shares] for method, one in found.items()}}

    def steered(self, studio: "Studio", request: InsideRequest) -> "Spec":
        """The request's spec, pushed along its sliders."""
        from explorer.explore.inside.directions import steer

        def axis(slider: Slider) -> "np.ndarray":
            return self._axis(studio, request.spec.checkpoint, slider.method, slider.which)

        moved = [slider for slider in request.sliders if slider.amount]
        return steer(request.spec, [(axis(slider), slider.amount) for slider in moved]) if moved else request.spec

    def saved(self, studio: "Studio", request: InsideRequest) -> dict[str, Any]:
        """The user's own directions, after doing what the request says: save, rename, delete, or list."""
        from explorer.explore.inside import saved_directions

        checkpoint = studio.checkpoint(request.spec.checkpoint)
        action = request.more.get("do", "list")
        if action == "save":
            if len(saved_directions.list_directions()) >= MOST_OWN:
                raise RequestError(f"There are {MOST_OWN} directions already; delete one first.")
            method, which = read_text(request.more, "method", 4), read_whole(request.more, "which", 99)
            if method not in METHODS:
                raise RequestError(f"Directions are found by {' or '.join(METHODS)}.")
            axis = self._axis(studio, request.spec.checkpoint, method, which)
            about = f"{method} {which + 1} of {request.name}"
            saved_directions.save_direction(read_text(request.more, "name", MOST_NAME), axis, checkpoint, about)
        elif action == "rename":
            saved_directions.open_direction(read_text(request.more, "name", MOST_NAME), checkpoint)
            saved_directions.rename_direction(request.more["name"], read_text(request.more, "to", MOST_NAME))
        elif action == "delete":
            saved_directions.open_direction(read_text(request.more, "name", MOST_NAME), checkpoint)
            saved_directions.delete_direction(request.more["name"])
        elif action != "list":
            raise RequestError("A direction can be saved, renamed or deleted.")
        return {"own": [[one.name, one.about] for one in saved_directions.list_directions(checkpoint)]}

    def _found(self, studio: "Studio", source: str) -> "dict[str, Found] | None":
        """By method, or None: not found yet, or the checkpoint has changed since."""
        opened = studio.checkpoint(source)
        checkpoint, found = self._recent.get(source) or (None, None)
        return found if checkpoint is opened else None

    def _axis(self, studio: "Studio", source: str, method: str, which: int | str) -> "np.ndarray":
        """One axis [Z]; raises ExplorerError for one that is not there."""
        if method == "own":
            from explorer.explore.inside.saved_directions import open_direction

            return open_direction(str(which), studio.checkpoint(source)).axis
        found = self._found(studio, source)
        if found is None or which >= len(found[method].axes):
            raise RequestError("These directions were not looked for yet, or are forgotten; reload the page.")
        return found[method].axes[which]
