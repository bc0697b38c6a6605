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
    from explorer.explore.inside.directions import FoundDirections

REMEMBERED = 4  # generators, or styles of one, whose directions are remembered
MOST_OWN = 200  # directions that pages may save
METHODS = ("pca", "sefa")  # that find directions


class Directions:
    """The directions of the generators used last. Threads may share it."""

    def __init__(self) -> None:
        self._recent: Recent[tuple[Checkpoint, dict[str, FoundDirections]]] = Recent(REMEMBERED)  # by source and style

    def find(self, studio: "Studio", request: InsideRequest, progress: "Progress") -> dict[str, Any]:
        """Find the directions of a checkpoint in the style on show, by both methods; gives the share of each."""
        from explorer.explore.inside.directions import pca, sefa

        source, style = request.spec.checkpoint, _one_style(request.spec)
        found = self._found(studio, source, style)
        if found is None:
            progress.report("drawing a thousand pictures to see what changes most", 0, 0)
            checkpoint = studio.checkpoint(source)
            found = {"pca": pca(checkpoint, style=style), "sefa": sefa(checkpoint)}
            self._recent.put((source, style), (checkpoint, found))
        return {"shares": {method: [round(share, 4) for share in one.shares] for method, one in found.items()}}

    def steered(self, studio: "Studio", request: InsideRequest) -> "Spec":
        """The request's spec, pushed along its sliders."""
        from explorer.explore.inside.directions import steer

        def axis(slider: Slider) -> "np.ndarray":
            return self._axis(studio, request.spec, slider.method, slider.which)

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
            axis = self._axis(studio, request.spec, method, which)
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

    def _found(self, studio: "Studio", source: str, style: str) -> "dict[str, FoundDirections] | None":
        """By method, or None: not found yet, or the checkpoint has changed since."""
        opened = studio.checkpoint(source)
        checkpoint, found = self._recent.get((source, style)) or (None, None)
        return found if checkpoint is opened else None

    def _axis(self, studio: "Studio", spec: "Spec", method: str, which: int | str) -> "np.ndarray":
        """One axis [Z]; raises ExplorerError for one that is not there."""
        if method == "own":
            from explorer.explore.inside.saved_directions import open_direction

            return open_direction(str(which), studio.checkpoint(spec.checkpoint)).axis
        found = self._found(studio, spec.checkpoint, _one_style(spec))
        if found is None or which >= len(found[method].axes):
            raise RequestError("These directions were not looked for yet, or are forgotten; reload the page.")
        return found[method].axes[which]


def _one_style(spec: "Spec") -> str:
    """The style in which directions are found: an open one where every picture has its own."""
    from explorer.explore.spec.style import is_each

    return "" if is_each(spec.style) else spec.style
