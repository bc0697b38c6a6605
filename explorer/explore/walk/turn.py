"""Axes with a meaning that a person gave them: two groups of pictures, or two words, and a slider between."""

from collections.abc import Sequence

import numpy as np

from explorer.explore.render.studio import Studio
from explorer.explore.spec.checks import items, number
from explorer.explore.spec.latent_sums import Terms, added, mean_of, shifted
from explorer.explore.spec.spec import Spec, SpecError

MAX_MARKED = 32  # tiles of a group
MOST = 4.0  # of an amount


def turn_axis(towards: Sequence[tuple[int, int]], away: Sequence[tuple[int, int]]) -> Terms:
    """The mean latent of one group of tiles, each (seed, index), minus that of another.

    This is the turn vector of Radford, Metz, Chintala 2015 (fig. 8): pictures that face left and pictures that face
    right give an axis, and any picture moved along it turns. Raises SpecError.
    """
    groups = [items(group, "a group of pictures", 1, MAX_MARKED) for group in (towards, away)]
    axis = added((1.0, mean_of(groups[0])), (-1.0, mean_of(groups[1])))
    if not any(weight for weight, _, _ in axis):
        raise SpecError("The two groups hold the same pictures and give no direction; mark others.")
    return axis


def turned(spec: Spec, axis: Terms, amount: float) -> Spec:
    """`spec` with `amount` times the axis added to every tile's z; 0 leaves it as it is. amount: -4 .. 4."""
    amount = number(amount, "the amount of a turn", -MOST, MOST)
    return shifted(spec, added((amount, axis))) if amount else spec


def semantic(
    studio: Studio, spec: Spec, towards: str | Sequence[float], away: str | Sequence[float], amount: float
) -> Spec:
    """`spec` with its condition c moved along a pair of words: normalise(c + amount d), d from `away` to `towards`.

    d = normalise(towards - away) has unit length whatever the pair, so that `small` - `big`, whose vectors lie close
    together, moves a picture as far as `summer` - `winter`; 1 turns c by about 45 degrees. amount: -4 .. 4, and 0
    leaves the condition as it was typed. Raises ExplorerError.
    """
    amount = number(amount, "the amount on a semantic axis", -MOST, MOST)
    if not amount:
        return spec
    ends = [studio.vector(spec.replace(condition=end)).astype(np.float64) for end in (towards, away)]
    axis = ends[0] - ends[1]
    length = float(np.linalg.norm(axis))
    if length < 1e-6:
        raise SpecError("The two ends of a semantic axis mean the same; choose words that differ.")
    moved = studio.vector(spec) + amount * axis / length
    if np.linalg.norm(moved) < 1e-6:
        raise SpecError("So far along this axis nothing is left of the word; take another amount.")
    return spec.replace(condition=tuple((moved / np.linalg.norm(moved)).tolist()))
