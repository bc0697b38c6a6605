"""Specs moved by hand: over a pad of two axes, along a turn vector, along a pair of words."""

from collections.abc import Sequence

import numpy as np

from explorer.explore.render.studio import Studio
from explorer.explore.spec.checks import items, number, whole
from explorer.explore.spec.latent_sums import Terms, added, mean_of, shifted
from explorer.explore.spec.spec import MAX_INDEX, MAX_SEED, Spec, SpecError

MAX_MARKED = 32  # tiles of a group
MAX_AMOUNT = 4.0


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
    amount = number(amount, "the amount of a turn", -MAX_AMOUNT, MAX_AMOUNT)
    return shifted(spec, added((amount, axis))) if amount else spec


def semantic(
    studio: Studio, spec: Spec, towards: str | Sequence[float], away: str | Sequence[float], amount: float
) -> Spec:
    """`spec` with its condition c moved along a pair of words: normalise(c + amount d), d from `away` to `towards`.

    d = normalise(towards - away) has unit length whatever the pair, so that `small` - `big`, whose vectors lie close
    together, moves a picture as far as `summer` - `winter`; 1 turns c by about 45 degrees. amount: -4 .. 4, and 0
    leaves the condition as typed. Raises ExplorerError.
    """
    amount = number(amount, "the amount on a semantic axis", -MAX_AMOUNT, MAX_AMOUNT)
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


def word_pad(studio: Studio, spec: Spec, corners: Sequence[str | Sequence[float]], x: float, y: float) -> Spec:
    """`spec` with its condition between four words: bilinear in their unit vectors, back to unit length.

    corners: expressions (or vectors) at the upper left, upper right, lower left and lower right. x: 0 left .. 1 right.
    y: 0 top .. 1 bottom. In a corner the condition is that corner's, as typed. Raises ExplorerError.
    """
    corners = items(corners, "the corners of a pad", 4, 4)
    x, y = number(x, "x", 0, 1), number(y, "y", 0, 1)
    shares = ((1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y)
    if max(shares) == 1:
        return spec.replace(condition=corners[shares.index(1)])
    specs = [spec.replace(condition=corner) for corner in corners]
    mixed = sum(
        share * studio.vector(corner).astype(np.float64) for share, corner in zip(shares, specs, strict=True) if share
    )
    length = float(np.linalg.norm(mixed))
    if length < 1e-6:
        raise SpecError("Here the corners of the pad cancel out; choose words that are not opposites.")
    return spec.replace(condition=tuple((mixed / length).tolist()))


def random_axes(seed: int = 0) -> tuple[Terms, Terms]:
    """Two axes for a latent pad, at right angles on average: latents of a seed that no grid reaches."""
    seed = whole(seed, "seed", 0, MAX_SEED)
    return ((1.0, seed, MAX_INDEX - 1),), ((1.0, seed, MAX_INDEX),)


def latent_pad(spec: Spec, x: float, y: float, axes: tuple[Terms, Terms] | None = None, reach: float = 1.0) -> Spec:
    """`spec` with every tile's z moved along two axes: at (1/2, 1/2) it is itself.

    z + a u + b v, with a from -reach at x = 0 to reach at x = 1 and b likewise with y, scaled back to z's spread: with
    reach 1 the middle of an edge is about 45 degrees away. axes: two sums of latents, such as `turn_axis` gives; random
    ones if left out. Raises SpecError.
    """
    (u, v), reach = axes or random_axes(), number(reach, "reach", 0, 100)
    a, b = (reach * (2 * number(value, name, 0, 1) - 1) for name, value in (("x", x), ("y", y)))
    if not (a or b):
        return spec
    return shifted(spec, added((a, u), (b, v)), keep_length=True)
