"""The frames of a walk as specs: between two stops, what each picture is drawn from."""

import math
from dataclasses import dataclass

import numpy as np

from explorer.explore.render.condition import condition_vector
from explorer.explore.render.studio import Studio
from explorer.explore.spec.latent_sums import added, stored, terms_of
from explorer.explore.spec.noise import z_of
from explorer.explore.spec.spec import Latents, Mixed, Spec, SpecError, Stored
from explorer.explore.walk.walk import Walk


@dataclass(frozen=True, eq=False)
class _Stop:
    """A stop as its generator hears it: vector float32 [D], unit; z float32 [N, Z], psi applied."""

    spec: Spec
    vector: np.ndarray
    z: np.ndarray


def walk_specs(studio: Studio, walk: Walk) -> tuple[Spec, ...]:
    """The spec of every frame: each, drawn alone, gives its frame pixel for pixel. Raises ExplorerError."""
    name = walk.stops[0].checkpoint
    checkpoint, space = studio.checkpoint(name), studio.space(name)
    stops = [
        _Stop(spec, condition_vector(space, checkpoint, spec.condition), z_of(spec, checkpoint.z_dim))
        for spec in walk.stops
    ]
    return tuple(
        _between(stops[stop], stops[(stop + 1) % len(stops)], share, walk.z) if share else stops[stop].spec
        for stop, share in walk.places
    )


def _between(a: _Stop, b: _Stop, share: float, way: str) -> Spec:
    latents, psi = _latents(a, b, share, way)
    return a.spec.replace(
        condition=_condition(a, b, share),
        latents=latents,
        psi=psi,
        jitter=_dial(a.spec.jitter, b.spec.jitter, share),
        blend=_dial(a.spec.blend, b.spec.blend, share),
        codes=_codes(a.spec.codes, b.spec.codes, share),
    )


def _dial(a: float, b: float, share: float) -> float:
    return a if a == b else (1.0 - share) * a + share * b


def _codes(a: tuple[float, ...], b: tuple[float, ...], share: float) -> tuple[float, ...]:
    if a == b:
        return a
    if len(a) != len(b):
        raise SpecError("A walk between codes needs all of them at every stop.")
    return tuple((1.0 - share) * x + share * y for x, y in zip(a, b, strict=True))


def _condition(a: _Stop, b: _Stop, share: float) -> str | tuple[float, ...]:
    if a.spec.condition == b.spec.condition:
        return a.spec.condition
    mixed = (1.0 - share) * a.vector.astype(np.float64) + share * b.vector
    length = float(np.linalg.norm(mixed))
    if length < 1e-6:
        raise SpecError("Two stops of this walk point in opposite directions; put a word between them.")
    return tuple((mixed / length).tolist())


def _latents(a: _Stop, b: _Stop, share: float, way: str) -> tuple[Latents, float]:
    """The latents, and the psi that they are still to be drawn with."""
    psi = _dial(a.spec.psi, b.spec.psi, share)
    if a.spec.latents == b.spec.latents:
        return a.spec.latents, psi
    weights = [_weights(*pair, share, way) for pair in zip(a.z, b.z, strict=True)]
    if isinstance(a.spec.latents, Stored) or isinstance(b.spec.latents, Stored):
        if (a.spec.jitter or b.spec.jitter) and type(a.spec.latents) is not type(b.spec.latents):
            raise SpecError("A walk between found and seeded pictures cannot keep their jitter; set it to 0.")
        w = np.array(weights)
        return stored(w[:, :1] * a.z + w[:, 1:] * b.z), 1.0
    tiles = zip(terms_of(a.spec.latents), terms_of(b.spec.latents), weights, strict=True)
    return Mixed(
        tuple(ours if ours == theirs else added((v, ours), (w, theirs)) for ours, theirs, (v, w) in tiles)
    ), psi


def _weights(a: np.ndarray, b: np.ndarray, share: float, way: str) -> tuple[float, float]:
    """How much of z `a` and of z `b` [Z] there is at a share of the way.

    Spherical: the direction turns at an even pace by the angle w between them, so its parts are sin((1 - t) w) / sin w
    and sin(t w) / sin w, while the length goes straight from one to the other.
    """
    straight = 1.0 - share, share
    lengths = [float(np.linalg.norm(one.astype(np.float64))) for one in (a, b)]
    if way == "linear" or not all(lengths):
        return straight
    angle = math.acos(min(1.0, max(-1.0, float(a.astype(np.float64) @ b) / (lengths[0] * lengths[1]))))
    if math.sin(angle) < 1e-6:  # along one line: no great circle is meant, or any
        return straight
    length = straight[0] * lengths[0] + straight[1] * lengths[1]
    parts = math.sin(straight[0] * angle), math.sin(straight[1] * angle)
    first, second = (length / own * part / math.sin(angle) for own, part in zip(lengths, parts, strict=True))
    return first, second
