"""Forgetting a part: every unit of positive weight switched off, at one or several layers.

So the DCGAN paper (Radford, Metz, Chintala 2015, section 6.3.2) made its bedrooms forget windows. Brush the part on
many pictures, for the regression must tell it from all else in them; a part that is drawn as a gap (that under the
arch of a heeled shoe) is brushed there. A unit that is steady in every picture is better held at its mean than at 0.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from explorer.errors import ExplorerError
from explorer.explore.inside.unit_ranking import rank_by_region
from explorer.explore.inside.units import layer_named, middle_layer, random_units
from explorer.explore.render.studio import Studio
from explorer.explore.spec.edits import MAX_OFF
from explorer.explore.spec.spec import Spec


def part_units(
    studio: Studio, spec: Spec, region: np.ndarray, layers: Sequence[str] = ()
) -> tuple[tuple[str, int], ...]:
    """All units, (layer, number), that speak for what was brushed on a spec's tiles, bool [N, H, W].

    Tiles without a brushed pixel are left out. layers: the middle one if none is named. Of more units than a spec
    holds, each layer's best. Raises ExplorerError.
    """
    names = tuple(dict.fromkeys(layers)) or (middle_layer(studio, spec.checkpoint).name,)
    rankings = [rank_by_region(studio, spec, name, region) for name in names]
    units = tuple(unit for ranking in rankings for unit in ranking.top(MAX_OFF // len(names)))
    if not units:
        raise ExplorerError(f"No unit of {', '.join(names)} speaks for what was brushed; try another layer.")
    return units


def as_many_at_random(
    studio: Studio, checkpoint: str, units: Iterable[tuple[str, int]], seed: int = 0
) -> tuple[tuple[str, int], ...]:
    """As many units of the same layers at random, to compare with; raises SpecError for an unknown layer."""
    counts = Counter(name for name, _ in units)
    drawn = (random_units(layer_named(studio, checkpoint, name), count, seed) for name, count in counts.items())
    return tuple(unit for some in drawn for unit in some)
