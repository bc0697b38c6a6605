"""Two-dimensional pads: a point of a square, dragged live, as a spec."""

from collections.abc import Sequence

import numpy as np

from explorer.explore.render.studio import Studio
from explorer.explore.spec.checks import items, number, whole
from explorer.explore.spec.latent_sums import Terms, added, shifted
from explorer.explore.spec.spec import MAX_INDEX, MAX_SEED, Spec, SpecError


def word_pad(studio: Studio, spec: Spec, corners: Sequence[str | Sequence[float]], x: float, y: float) -> Spec:
    """`spec` with its condition between four words: bilinear in their unit vectors, back to unit length.

    corners: expressions (or vectors) at the upper left, upper right, lower left and lower right. x: 0 left .. 1 right.
    y: 0 top .. 1 bottom. In a corner the condition is the corner's own, as typed. Raises ExplorerError.
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
    """Two axes for a latent pad, at right angles on average: the latents of a seed that no grid reaches."""
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
