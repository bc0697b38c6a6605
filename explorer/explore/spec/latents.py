"""Latents as arrays: from seed and index to z, jitter noise and codes, with psi applied and seeds mixed.

Each tile has its own stream, so no tile depends on how many are drawn with it. The words come from NumPy's Philox
counter generator keyed by (seed, index, purpose): NumPy promises its raw stream for good (NEP 19), which it does not
for `standard_normal`. The normal deviate is the inverse distribution function of the word, so the same seed gives the
same picture in every version of NumPy and torch.
"""

import math
from collections.abc import Callable, Sequence
from enum import IntEnum

import numpy as np

from explorer.explore.spec import psi
from explorer.explore.spec.psi import ndtr, ndtri
from explorer.explore.spec.spec import Latents, Mixed, Seeded, Spec, SpecError, Stored

Keys = Sequence[tuple[int, int]]  # (seed, index) of each tile


class Purpose(IntEnum):
    """What a stream is for; the numbers are part of every stored spec, so they never change."""

    Z = 0
    JITTER = 1
    RESAMPLE = 2
    CODES = 3
    LABEL = 4


def words(seed: int, index: int, purpose: Purpose, dim: int) -> np.ndarray:
    """The first `dim` raw 64-bit words of one tile's stream, uint64 [dim].

    seed: 0 .. 2**63-1; index: 0 .. 2**31-1.
    """
    key = np.array([seed, (int(purpose) << 32) | index], dtype=np.uint64)
    return np.random.Philox(key=key).random_raw(dim)


def normals(keys: Keys, dim: int, purpose: Purpose = Purpose.Z) -> np.ndarray:
    """Standard normal noise for tiles named by (seed, index), float64 [len(keys), dim].

    Of each word one bit is the sign and 53 the lower-tail probability, so both tails are equally fine (to 8.3) and no
    value is infinite.
    """
    raw = np.empty((len(keys), dim), dtype=np.uint64)
    for row, (seed, index) in enumerate(keys):
        raw[row] = words(seed, index, purpose, dim)
    magnitude = ndtri(tail_probability(raw))  # <= 0
    return np.where(raw & np.uint64(1), -magnitude, magnitude)


def tail_probability(raw: np.ndarray) -> np.ndarray:
    """The upper 53 bits of each word as a probability in (0, 1/2], float64."""
    return ((raw >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-54


def z(seed: int, index: int, dim: int) -> np.ndarray:
    """The latent of one tile, float64 [dim]."""
    return normals([(seed, index)], dim)[0]


def z_of(spec: Spec, dim: int) -> np.ndarray:
    """The latents of a spec's tiles, psi applied, float32 [spec.count, dim].

    psi acts on each seeded latent before it is weighted and added, so a walk between two tiles walks between the two
    pictures that were seen. Raises SpecError if stored latents have another length than `dim`.
    """

    def truncated(values: np.ndarray, keys: Keys) -> np.ndarray:
        if spec.psi_mode == "resample" and spec.psi < 1:
            return psi.resample(values, normals(keys, dim, Purpose.RESAMPLE), spec.psi)
        return psi.smooth(values, spec.psi)

    latents = spec.latents
    if isinstance(latents, Stored):
        values = np.array(latents.tiles)
        if values.shape[1] != dim:
            raise SpecError(
                f"This spec stores latents of {values.shape[1]} numbers, and {spec.checkpoint} takes {dim}; "
                "draw it with the checkpoint it was made for."
            )
        return truncated(values, _keys(latents)).astype(np.float32)
    return _mixed(latents, lambda keys: truncated(normals(keys, dim), keys)).astype(np.float32)


def jitter_of(spec: Spec, dim: int) -> np.ndarray:
    """The noise that moves each tile's condition, standard normal per seeded tile, float32 [spec.count, dim].

    It is mixed by the weights that mix z, so a tile kept as a sum of one keeps its jitter, and a walk has no jump.
    """
    return _mixed(spec.latents, lambda keys: normals(keys, dim, Purpose.JITTER)).astype(np.float32)


def uniform_of(spec: Spec) -> np.ndarray:
    """A number in (0, 1) for each tile, by which it takes a label in word truncation, float64 [spec.count].

    As jitter's noise is, it is mixed from that of the seeded latents; a sum is scaled so that it stays uniform.
    """
    noise = _mixed(spec.latents, lambda keys: normals(keys, 1, Purpose.LABEL))[:, 0]
    if isinstance(spec.latents, Mixed):
        noise = noise / [max(math.hypot(*(weight for weight, _, _ in tile)), 1e-12) for tile in spec.latents.tiles]
    return ndtr(noise)


def indices_of(latents: Latents) -> list[int]:
    """The index of each tile; of a sum that of its heaviest part, the first of equals; of stored ones the place."""
    if isinstance(latents, Mixed):
        return [max(tile, key=lambda term: abs(term[0]))[2] for tile in latents.tiles]
    return list(range(len(latents)))


def codes_of(spec: Spec, kinds: Sequence[int]) -> np.ndarray:
    """An InfoGAN's condition: each code's category as one-hot, or its number, float32 [spec.count, sum of kinds].

    kinds: the generator's codes, n for one of n categories, 1 for a number. Raises SpecError for codes that do not fit.
    """
    if not spec.codes:
        return _mixed(spec.latents, lambda keys: _random_codes(keys, kinds)).astype(np.float32)
    if len(spec.codes) != len(kinds):
        raise SpecError(
            f"This spec has {len(spec.codes)} codes, and {spec.checkpoint} takes {len(kinds)}; draw it with the "
            "checkpoint it was made for."
        )
    parts = []
    for code, kind in zip(spec.codes, kinds, strict=True):
        if kind > 1 and code not in range(kind):
            raise SpecError(f"A code of {spec.checkpoint} is one of 0 to {kind - 1}, and {code:g} is none of them.")
        if kind == 1 and abs(code) > 2:
            raise SpecError(f"A code of {spec.checkpoint} lies between -2 and 2, and {code:g} does not.")
        parts.append(np.eye(kind)[int(code)] if kind > 1 else [code])
    return np.tile(np.concatenate(parts), (spec.count, 1)).astype(np.float32)


def _random_codes(keys: Keys, kinds: Sequence[int]) -> np.ndarray:
    uniform = ndtr(normals(keys, len(kinds), Purpose.CODES))  # on (0, 1)
    parts = [
        np.eye(kind)[(uniform[:, place] * kind).astype(int)] if kind > 1 else 2 * uniform[:, place, None] - 1
        for place, kind in enumerate(kinds)
    ]
    return np.concatenate(parts, axis=1)


def _keys(latents: Seeded | Stored) -> list[tuple[int, int]]:
    """(seed, index) of each tile; stored tiles go by their place, as seed 0."""
    seed = latents.seed if isinstance(latents, Seeded) else 0
    return [(seed, index) for index in range(len(latents))]


def _mixed(latents: Latents, values_of: Callable[[Keys], np.ndarray]) -> np.ndarray:
    if not isinstance(latents, Mixed):
        return values_of(_keys(latents))
    keys = list(dict.fromkeys((seed, index) for tile in latents.tiles for _, seed, index in tile))
    value = dict(zip(keys, values_of(keys), strict=True))
    # Term by term, not as one matrix product: a tile's rounding must not depend on its neighbours.
    return np.stack([sum(weight * value[seed, index] for weight, seed, index in tile) for tile in latents.tiles])
