"""The generator's units on the Inside tab: their maps, which of them draw something, the pictures without them."""

import dataclasses
from typing import TYPE_CHECKING, Any

from explorer.app.inside.request import MOST_LABEL, MOST_LAYER, InsideRequest, read_region
from explorer.app.shared.replies import base64_text, rows_png
from explorer.app.shared.request import RequestError, read_text
from explorer.many_labels import ROWS

if TYPE_CHECKING:
    from explorer.app.shared.tasks import Progress
    from explorer.explore import Spec, Studio

MOST_PIXELS = 2**22  # of a sheet of maps: a wide layer is shown on fewer pictures
MOST_RANKED = 512


def maps(studio: "Studio", request: InsideRequest) -> dict[str, Any]:
    """A layer's maps as one sheet, a unit a row and a picture a column, and what else may be chosen.

    The layer is one in the middle if the request names none. Units that are switched off are shown as they would be.
    """
    from explorer.explore.inside.units import layer_named, layers, middle_layer, unit_maps

    checkpoint = request.spec.checkpoint
    labels = studio.checkpoint(checkpoint).labels
    known = layers(studio, checkpoint)
    named = "layer" in request.more
    name = read_text(request.more, "layer", MOST_LAYER) if named else middle_layer(studio, checkpoint).name
    layer = layer_named(studio, checkpoint, name)
    spec = _first_tiles(_without_edits(request.spec), MOST_PIXELS // (layer.width * layer.side**2))
    found = unit_maps(studio, spec, name)
    png = rows_png(found.maps.swapaxes(0, 1), spec.replace(checkpoint=request.name))
    return {
        "layers": [[one.name, one.side, one.width] for one in known],
        "labels": list(labels) if len(labels) <= ROWS else sorted(labels),
        "layer": name,
        "side": layer.side,
        "units": layer.width,
        "count": spec.count,
        "png": base64_text(png),
        "strongest": [round(float(one), 4) for one in found.strongest],
    }


def rank(studio: "Studio", request: InsideRequest, progress: "Progress") -> dict[str, Any]:
    """The units of a layer that draw a label, or what was brushed, best first."""
    from explorer.explore.inside.unit_ranking import rank_by_label, rank_by_region

    layer, checkpoint = read_text(request.more, "layer", MOST_LAYER), request.spec.checkpoint
    progress.report(f"asking which units of {layer} draw it", 0, 0)
    if "region" in request.more:
        region = read_region(request.more, studio.checkpoint(checkpoint), request.spec.count)
        found = rank_by_region(studio, _without_edits(request.spec), layer, region)
    else:
        found = rank_by_label(studio, checkpoint, layer, read_text(request.more, "label", MOST_LABEL))
    return {"layer": layer, "units": [[unit, round(score, 4)] for unit, score in found.units[:MOST_RANKED]]}


def change_reply(studio: "Studio", request: InsideRequest) -> dict[str, Any]:
    """By how many grey levels the pictures changed inside what was brushed, and outside; nothing without a brush."""
    from explorer.explore.inside.units import change

    region = read_region(request.more, studio.checkpoint(request.spec.checkpoint), request.spec.count)
    if region is None or not request.spec.edits.off:
        return {}
    if not region.any():
        raise RequestError("Nothing was brushed; brush over a part of a picture.")
    before, after = (studio.render(spec, read=False) for spec in (_without_edits(request.spec), request.spec))
    inside, outside = change(before, after, region)
    return {"moved": [round(inside, 1), round(outside, 1)]}


def _without_edits(spec: "Spec") -> "Spec":
    from explorer.explore.spec.edits import NO_EDITS

    return spec.replace(edits=NO_EDITS)


def _first_tiles(spec: "Spec", most: int) -> "Spec":
    return spec.replace(latents=dataclasses.replace(spec.latents, count=max(1, min(spec.count, most))))
