"""A spec's latents and jitter noise as arrays: where psi and the mixing of seeds happen."""

from collections.abc import Callable, Sequence

import numpy as np

from explorer.explore import psi
from explorer.explore.latents import Purpose, normals
from explorer.explore.spec import Latents, Mixed, Seeded, Spec, SpecError, Stored

Keys = Sequence[tuple[int, int]]


def z_of(spec: Spec, dim: int) -> np.ndarray:
    """The latents of a spec's tiles, psi applied, float32 [spec.count, dim].

    psi acts on each seeded latent before it is weighted and added, so a walk between two tiles walks between the two
    pictures that were seen. Raises SpecError if stored latents have another length than `dim`.
    """

    def cut(values: np.ndarray, keys: Keys) -> np.ndarray:
        if spec.psi_mode == "resample" and spec.psi < 1:
            return psi.resample(values, normals(keys, dim, Purpose.RESAMPLE), spec.psi)
        return psi.smooth(values, spec.psi)

    latents = spec.latents
    if isinstance(latents, Stored):
        values = np.array(latents.tiles)
        if values.shape[1] != dim:
            raise SpecError(
                f"This spec stores latents of {values.shape[1]} numbers, and {spec.checkpoint} hears {dim}; "
                "draw it with the checkpoint it was made for."
            )
        return cut(values, _names(latents)).astype(np.float32)
    return _mixed(latents, lambda keys: cut(normals(keys, dim), keys)).astype(np.float32)


def jitter_of(spec: Spec, dim: int) -> np.ndarray:
    """The noise that moves each tile's condition, standard normal per seeded tile, float32 [spec.count, dim].

    It is mixed by the weights that mix z, so a tile kept as a sum of one keeps its jitter, and a walk has no jump.
    """
    return _mixed(spec.latents, lambda keys: normals(keys, dim, Purpose.JITTER)).astype(np.float32)


def _names(latents: Seeded | Stored) -> list[tuple[int, int]]:
    """(seed, index) of each tile; stored tiles go by their place, as seed 0."""
    seed = latents.seed if isinstance(latents, Seeded) else 0
    return [(seed, index) for index in range(len(latents))]


def _mixed(latents: Latents, values_of: Callable[[Keys], np.ndarray]) -> np.ndarray:
    if not isinstance(latents, Mixed):
        return values_of(_names(latents))
    keys = list(dict.fromkeys((seed, index) for tile in latents.tiles for _, seed, index in tile))
    value = dict(zip(keys, values_of(keys), strict=True))
    # Term by term, not as one matrix product: a tile's rounding must not depend on its neighbours.
    return np.stack([sum(weight * value[seed, index] for weight, seed, index in tile) for tile in latents.tiles])
