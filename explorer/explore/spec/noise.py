"""A spec's latents and jitter noise as arrays: where psi and the mixing of seeds happen."""

from collections.abc import Callable, Sequence

import numpy as np

from explorer.explore.spec import psi
from explorer.explore.spec.latents import Purpose, normals
from explorer.explore.spec.normal import ndtr
from explorer.explore.spec.spec import Latents, Mixed, Seeded, Spec, SpecError, Stored

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


def codes_of(spec: Spec, kinds: Sequence[int]) -> np.ndarray:
    """What an InfoGAN hears: for each code its category as one-hot, or its number, float32 [spec.count, sum of kinds].

    kinds: the generator's codes, n for one of n categories, 1 for a number. Raises SpecError for codes that do not fit.
    """
    if not spec.codes:
        return _mixed(spec.latents, lambda keys: _drawn_codes(keys, kinds)).astype(np.float32)
    if len(spec.codes) != len(kinds):
        raise SpecError(
            f"This spec has {len(spec.codes)} codes, and {spec.checkpoint} hears {len(kinds)}; draw it with the "
            "checkpoint it was made for."
        )
    told = []
    for code, kind in zip(spec.codes, kinds, strict=True):
        if kind > 1 and code not in range(kind):
            raise SpecError(f"A code of {spec.checkpoint} is one of 0 to {kind - 1}, and {code:g} is none of them.")
        if kind == 1 and abs(code) > 2:
            raise SpecError(f"A code of {spec.checkpoint} lies between -2 and 2, and {code:g} does not.")
        told.append(np.eye(kind)[int(code)] if kind > 1 else [code])
    return np.tile(np.concatenate(told), (spec.count, 1)).astype(np.float32)


def _drawn_codes(keys: Keys, kinds: Sequence[int]) -> np.ndarray:
    even = ndtr(normals(keys, len(kinds), Purpose.CODES))  # uniform on (0, 1)
    parts = [
        np.eye(kind)[(even[:, place] * kind).astype(int)] if kind > 1 else 2 * even[:, place, None] - 1
        for place, kind in enumerate(kinds)
    ]
    return np.concatenate(parts, axis=1)


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
