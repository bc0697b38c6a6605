"""The training images nearest to the present pictures, and what was measured of the checkpoint."""

from typing import TYPE_CHECKING, Any

from explorer.app.inside.request import InsideRequest
from explorer.app.shared.replies import base64_text, rows_png

if TYPE_CHECKING:
    from explorer.app.shared.tasks import Progress
    from explorer.checkpoint import Checkpoint
    from explorer.explore import Studio
    from explorer.explore.inside.neighbours import Neighbours, SpaceNeighbours

NEAREST = 5


def find(studio: "Studio", request: InsideRequest, progress: "Progress") -> dict[str, Any]:
    """The nearest training pictures of each tile, by pixels and by a judge's features."""
    from explorer.explore.inside.neighbours import neighbours

    progress.report("reading the real pictures", 0, 0)
    found = neighbours(studio, request.spec, NEAREST, report=progress.report, stop=progress.stop)
    return {
        "tile": list(found.picture.tiles.shape[2:0:-1]),
        "searched": len(found.train),
        "spaces": [_space_reply(found, near) for near in found.spaces],
        "number": memorising_sentence(studio.checkpoint(request.spec.checkpoint), request.name),
    }


def _space_reply(found: "Neighbours", near: "SpaceNeighbours") -> dict[str, Any]:
    return {
        "heading": near.heading,
        "png": base64_text(rows_png(found.tiles(near))),
        "words": [list(row) for row in near.words],
        "distances": [[round(float(one), 2) for one in row] for row in near.distances],
        "copies": near.copies.tolist(),
        "sentences": [near.sentence(tile) for tile in range(len(near.rows))],
    }


def memorising_sentence(checkpoint: "Checkpoint", name: str) -> str:
    """What a person reads of the checkpoint as a whole: the number in its card, or how to get one."""
    from explorer.measure.memorising.memorising import KEY
    from explorer.measure.metrics.metrics_file import read_metrics

    try:
        fields = read_metrics(checkpoint.path)[KEY]
        *_, (space, last) = fields["spaces"].items()
        samples, copied, error = int(fields["samples"]), float(last["copied"]), float(last["error"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return f"The generator as a whole was not measured yet: gan-explorer memorising {name} does that."
    way = "by pixels" if space == "pixels" else f"as the judge {str(space)[:40]} sees them"
    return (
        f"The generator as a whole: {copied:.3f} copied (± {error:.3f}), from {samples:,} pictures {way}. 0 is no sign "
        "of memorising: held-out pictures lie as near as those it was trained on. 1 is copying."
    )
