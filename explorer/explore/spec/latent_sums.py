"""Sums of latents, behind walks, pads, turns and latent arithmetic, in specs that redraw themselves.

Where all parts come from seeds the sum is `Mixed`: a few weights. Where one is `Stored` it can only be numbers, and
holds z as drawn: psi has been applied to each part, as it is in a `Mixed`, and the sum's own spec has psi 1.
"""

import math
from collections.abc import Sequence

import numpy as np

from explorer.explore.spec.checks import items, whole
from explorer.explore.spec.latents import z_of
from explorer.explore.spec.spec import MAX_INDEX, MAX_SEED, Latents, Mixed, Seeded, Spec, SpecError, Stored

Term = tuple[float, int, int]  # weight, seed, index
Terms = tuple[Term, ...]


def terms_of(latents: Seeded | Mixed) -> tuple[Terms, ...]:
    """The weighted seeded latents of each tile."""
    if isinstance(latents, Mixed):
        return latents.tiles
    return tuple(((1.0, latents.seed, index),) for index in range(latents.count))


def tile_at(latents: Latents, index: int) -> Mixed | Stored:
    """The latents of one tile alone."""
    if isinstance(latents, Stored):
        return Stored((latents.tiles[index],), latents.w[index : index + 1])
    return Mixed((terms_of(latents)[index],))


def added(*parts: tuple[float, Terms]) -> Terms:
    """The weighted sum of terms; those of the same seed and index become one."""
    sums: dict[tuple[int, int], float] = {}
    for weight, terms in parts:
        for factor, seed, index in terms:
            sums[seed, index] = sums.get((seed, index), 0.0) + weight * factor
    return tuple((weight, *key) for key, weight in sums.items())


def tile_key(tile: object) -> tuple[int, int]:
    """(seed, index) of a tile, checked; raises SpecError."""
    seed, index = items(tile, "a tile (seed, index)", 2, 2)
    return whole(seed, "seed", 0, MAX_SEED), whole(index, "index", 0, MAX_INDEX)


def mean_of(tiles: Sequence[tuple[int, int]]) -> Terms:
    """The mean of seeded tiles, each (seed, index) counted once."""
    tiles = list(dict.fromkeys(map(tile_key, tiles)))
    if not tiles:
        raise SpecError("A mean needs at least one picture; mark some.")
    return tuple((1.0 / len(tiles), seed, index) for seed, index in tiles)


def shifted(spec: Spec, step: Terms, keep_length: bool = False) -> Spec:
    """The spec with `step` added to every tile's z, psi applied to each seeded latent in it.

    keep_length: scale each sum back, so that it varies as much as the tile did alone (for latents of different seeds,
    which are independent), and z does not leave the shell in which normal latents lie.
    """
    if not isinstance(spec.latents, Stored):
        tiles = terms_of(spec.latents)
        sums = [added((1.0, tile), (1.0, step)) for tile in tiles]
        if keep_length:
            sums = [added((_ratio(tile, total), total)) for tile, total in zip(tiles, sums, strict=True)]
        return spec.replace(latents=Mixed(tuple(sums)))
    z = z_of(spec, len(spec.latents.tiles[0])).astype(np.float64)
    total = z + z_of(spec.replace(latents=Mixed((step,))), z.shape[1])
    if keep_length:
        total *= np.linalg.norm(z, axis=1, keepdims=True) / np.maximum(
            np.linalg.norm(total, axis=1, keepdims=True), 1e-12
        )
    return spec.replace(latents=stored(total, spec.latents.w), psi=1.0)


def stored(z: np.ndarray, w: np.ndarray | Sequence[Sequence[float]] = ()) -> Stored:
    """Stored latents of the numbers z [N, Z], and w [N, K], if any."""
    return Stored(
        tuple(map(tuple, np.asarray(z, dtype=np.float32).tolist())), tuple(map(tuple, np.asarray(w).tolist()))
    )


def _ratio(tile: Terms, total: Terms) -> float:
    before, after = (math.hypot(*(weight for weight, _, _ in terms)) for terms in (tile, total))
    return before / after if after else 1.0
