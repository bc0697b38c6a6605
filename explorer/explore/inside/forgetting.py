"""Forgetting a part: every unit of positive weight switched off, at one or several layers, or the fewest that do it.

So the DCGAN paper (Radford, Metz, Chintala 2015, section 6.3.2) made its bedrooms forget windows. Brush the part on
many pictures, for the regression must tell it from all else in them; a part that is drawn as a gap (that under the
arch of a heeled shoe) is brushed there. A unit that is steady in every picture is better held at its mean than at 0.
The regression says what speaks for the part, not what else a unit draws; `fewest_units` tries each on pictures set
apart for that.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

import numpy as np

from explorer.errors import ExplorerError
from explorer.explore.inside.unit_ranking import rank_by_region
from explorer.explore.inside.units import ablate, activations, layer_named, middle_layer, random_units
from explorer.explore.render.forward import draw_each
from explorer.explore.render.studio import Studio
from explorer.explore.spec.edits import MAX_OFF
from explorer.explore.spec.latent_sums import tile_at
from explorer.explore.spec.spec import Seeded, Spec

LEAST_CHANGE = 0.2  # grey levels: less than that is no change, and no reason to prefer a unit
TILES, ALIKE = 4, 6  # pictures of each label in `activity`; equally active units that one is drawn from
Unit = tuple[str, int]


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


def fewest_units(
    studio: Studio,
    spec: Spec,
    units: Sequence[Unit],
    presence: Callable[[np.ndarray], float],
    others: Sequence[Spec],
    left: float = 0.4,
    to: Literal["zero", "mean"] = "mean",
) -> tuple[Unit, ...]:
    """The fewest of some units without which at most a share `left` of a part is left in a spec's pictures.

    presence: how much of the part is in tiles, uint8 [N, H, W, C]. others: pictures without it, of the same checkpoint;
    five of each label will do. The units are taken in the order of how much of the part goes without each alone, by
    how much it changes the others; one without which no less is left is not taken. Neither spec nor others should be
    pictures that the units were ranked on, nor those that the result is measured on. Raises ExplorerError if too much
    is left.
    """
    checkpoint = studio.checkpoint(spec.checkpoint)
    # Tile by tile, so that few pictures of many words share their passes.
    tiles = [other.replace(latents=tile_at(other.latents, place)) for other in others for place in range(other.count)]
    vectors = [studio.vector(tile) for tile in tiles]

    def without(off: Sequence[Unit]) -> tuple[float, np.ndarray]:
        drawn = draw_each(checkpoint, [ablate(tile, off, to) for tile in tiles], vectors)
        return presence(studio.render(ablate(spec, off, to), read=False).tiles), drawn.astype(np.int16)

    before, plain = without(())
    ratios = {}
    for unit in units:
        kept, drawn = without((unit,))
        ratios[unit] = (before - kept) / max(LEAST_CHANGE, float(np.abs(drawn - plain).mean()))
    order = sorted((unit for unit, ratio in ratios.items() if ratio > 0), key=lambda unit: -ratios[unit])
    for count in range(1, len(order) + 1):
        if presence(studio.render(ablate(spec, order[:count], to), read=False).tiles) <= left * before:
            return tuple(sorted(order[:count]))
    raise ExplorerError(f"More than {left:.0%} of the part is left without these units; name further layers.")


def activity(studio: Studio, checkpoint: str, layers: Iterable[str]) -> dict[str, np.ndarray]:
    """How active the units of some layers are, by the layer's name: the mean magnitude over pictures of all labels."""
    labels = studio.checkpoint(checkpoint).labels
    specs = [Spec(checkpoint, label, Seeded(0, TILES)) for label in labels]
    return {
        name: np.mean([np.abs(activations(studio, spec, name)[1]).mean(axis=(0, 2, 3)) for spec in specs], axis=0)
        for name in dict.fromkeys(layers)
    }


def as_many_at_random(
    studio: Studio,
    checkpoint: str,
    units: Iterable[Unit],
    seed: int = 0,
    active: dict[str, np.ndarray] | None = None,
) -> tuple[Unit, ...]:
    """As many units of the same layers at random, to compare with; raises SpecError for an unknown layer.

    active: their `activity`. Then each unit is stood for by one of the six other ones that are most nearly as active.
    """
    units = tuple(units)
    if active is None:
        counts = Counter(name for name, _ in units)
        drawn = (random_units(layer_named(studio, checkpoint, name), count, seed) for name, count in counts.items())
        return tuple(unit for some in drawn for unit in some)
    rng, found = np.random.default_rng(seed), []
    free = {name: set(range(len(active[name]))) - {unit for own, unit in units if own == name} for name in active}
    for name, unit in units:
        ranks = np.argsort(np.argsort(active[name]))
        near = sorted(free[name], key=lambda other: (abs(int(ranks[other] - ranks[unit])), other))[:ALIKE]
        if near:  # of more than half of a layer there are not as many others
            found.append((name, int(rng.choice(near))))
            free[name].discard(found[-1][1])
    return tuple(found)
