"""The generator's units on the Inside tab: their maps, which of them draw something, the pictures without them."""

from typing import TYPE_CHECKING, Any

from explorer.app.inside.replies import sheet_of
from explorer.app.inside.request import MOST_LABEL, InsideRequest, region_of, text_of
from explorer.app.shared.request import RequestError

if TYPE_CHECKING:
    from explorer.app.inside.tab import InsideTab
    from explorer.app.shared.tasks import Progress
    from explorer.explore import Spec, Studio

MOST_PIXELS = 2**22  # of a sheet of maps: a wide layer is shown on fewer pictures
MOST_LAYER = 40
MOST_RANKED = 512


def maps(studio: "Studio", ask: InsideRequest) -> dict[str, Any]:
    """A layer's maps as one sheet, a unit a row and a picture a column, and what else may be chosen.

    The layer is one in the middle if the ask names none. Units that are switched off are shown as they would be.
    """
    from explorer.explore.inside.units import layer_named, layers, unit_maps

    known = layers(studio, ask.spec.checkpoint)
    layer = text_of(ask.more, "layer", MOST_LAYER) if "layer" in ask.more else known[len(known) // 2].name
    place = layer_named(studio, ask.spec.checkpoint, layer)
    spec = _some(_whole(ask.spec), MOST_PIXELS // (place.width * place.side**2))
    found = unit_maps(studio, spec, layer)
    return {
        "ok": True,
        "layers": [[one.name, one.side, one.width] for one in known],
        "labels": list(studio.checkpoint(ask.spec.checkpoint).labels),
        "layer": layer,
        "side": place.side,
        "units": place.width,
        "count": spec.count,
        "png": sheet_of(found.maps.swapaxes(0, 1), spec, ask.name),
        "strongest": [round(float(one), 4) for one in found.strongest],
    }


def rank(tab: "InsideTab", studio: "Studio", ask: InsideRequest, progress: "Progress") -> dict[str, Any]:
    """The units of a layer that draw a label, or what was brushed, best first."""
    from explorer.explore.inside.unit_ranking import rank_by_label, rank_by_region

    layer = text_of(ask.more, "layer", MOST_LAYER)
    progress.report(f"asking which units of {layer} draw it", 0, 0)
    if "region" in ask.more:
        region = region_of(ask.more, studio.checkpoint(ask.spec.checkpoint), ask.spec.count)
        found = rank_by_region(studio, _whole(ask.spec), layer, region)
    else:
        found = rank_by_label(studio, ask.spec.checkpoint, layer, text_of(ask.more, "label", MOST_LABEL))
    return {"layer": layer, "units": [[unit, round(much, 4)] for unit, much in found.units[:MOST_RANKED]]}


def moved(studio: "Studio", ask: InsideRequest) -> dict[str, Any]:
    """By how many grey levels the pictures changed inside what was brushed, and outside; nothing without a brush."""
    from explorer.explore.inside.units import change

    region = region_of(ask.more, studio.checkpoint(ask.spec.checkpoint), ask.spec.count)
    if region is None or not ask.spec.edits.off:
        return {}
    if not region.any():
        raise RequestError("Nothing was brushed; brush over a part of a picture.")
    before, after = (studio.render(spec, read=False) for spec in (_whole(ask.spec), ask.spec))
    inside, outside = change(before, after, region)
    return {"moved": [round(inside, 1), round(outside, 1)]}


def _whole(spec: "Spec") -> "Spec":
    from explorer.explore.spec.edits import NO_EDITS

    return spec.replace(edits=NO_EDITS)


def _some(spec: "Spec", most: int) -> "Spec":
    import dataclasses

    return spec.replace(latents=dataclasses.replace(spec.latents, count=max(1, min(spec.count, most))))
