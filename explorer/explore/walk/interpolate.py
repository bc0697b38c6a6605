"""The frames of a walk as specs: condition, latents and settings between two stops."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.explore.render.condition import condition_vector
from explorer.explore.render.studio import Studio
from explorer.explore.spec.latent_sums import added, stored, terms_of
from explorer.explore.spec.latents import z_of
from explorer.explore.spec.spec import Latents, Mixed, Spec, SpecError, Stored
from explorer.explore.spec.style import is_each, read_style, style_between
from explorer.explore.walk.walk import Walk

W_DECIMALS = 4  # of a w between two pictures: finer than any pixel shows


@dataclass(frozen=True, eq=False)
class _Stop:
    """A resolved stop: vector float32 [D], unit; z float32 [N, Z], psi applied; style float64 [S], None for `each`."""

    spec: Spec
    vector: np.ndarray
    z: np.ndarray
    style: np.ndarray | None


def walk_specs(studio: Studio, walk: Walk) -> tuple[Spec, ...]:
    """The spec of every frame: each, drawn alone, gives its frame pixel for pixel. Raises ExplorerError."""
    name = walk.stops[0].checkpoint
    checkpoint, space = studio.checkpoint(name), studio.space(name)
    stops = [
        _Stop(
            spec,
            condition_vector(space, checkpoint, spec.condition),
            z_of(spec, checkpoint.z_dim),
            None if is_each(spec.style) else read_style(spec.style, checkpoint.styles, checkpoint.name),
        )
        for spec in walk.stops
    ]
    return tuple(
        _between(stops[stop], stops[(stop + 1) % len(stops)], share, walk.z, checkpoint.styles)
        if share
        else stops[stop].spec
        for stop, share in walk.places
    )


def _between(a: _Stop, b: _Stop, share: float, way: str, styles: Sequence[str]) -> Spec:
    latents, psi = _latents(a, b, share, way)
    same_style = a.spec.style == b.spec.style or a.style is None or b.style is None
    return a.spec.replace(
        condition=_condition(a, b, share),
        style=a.spec.style if same_style else style_between(a.style, b.style, share, styles),
        latents=latents,
        psi=psi,
        jitter=_linear(a.spec.jitter, b.spec.jitter, share),
        blend=_linear(a.spec.blend, b.spec.blend, share),
        word_truncation=_linear(a.spec.word_truncation, b.spec.word_truncation, share),
    )


def _linear(a: float, b: float, share: float) -> float:
    return a if a == b else (1.0 - share) * a + share * b


def _condition(a: _Stop, b: _Stop, share: float) -> str | tuple[float, ...]:
    if a.spec.condition == b.spec.condition:
        return a.spec.condition
    mixed = (1.0 - share) * a.vector.astype(np.float64) + share * b.vector
    length = float(np.linalg.norm(mixed))
    if length < 1e-6:
        raise SpecError("Two stops of this walk point in opposite directions; put a word between them.")
    return tuple((mixed / length).tolist())


def _latents(a: _Stop, b: _Stop, share: float, way: str) -> tuple[Latents, float]:
    """The latents, and the psi to draw them with."""
    psi = _linear(a.spec.psi, b.spec.psi, share)
    if a.spec.latents == b.spec.latents:
        return a.spec.latents, psi
    weights = [_weights(*pair, share, way) for pair in zip(a.z, b.z, strict=True)]
    if isinstance(a.spec.latents, Stored) or isinstance(b.spec.latents, Stored):
        if (a.spec.jitter or b.spec.jitter) and type(a.spec.latents) is not type(b.spec.latents):
            raise SpecError("A walk between found and seeded pictures cannot keep their jitter; set it to 0.")
        by_tile, w = np.array(weights), _w_between(a.spec.latents, b.spec.latents, share)
        return stored(by_tile[:, :1] * a.z + by_tile[:, 1:] * b.z, w), 1.0
    tiles = zip(terms_of(a.spec.latents), terms_of(b.spec.latents), weights, strict=True)
    return Mixed(
        tuple(first if first == second else added((v, first), (w, second)) for first, second, (v, w) in tiles)
    ), psi


def _w_between(a: Latents, b: Latents, share: float) -> np.ndarray | tuple[()]:
    """The w of both, straight from one to the other, float64 [N, K]; a picture without one has zeros. () for none."""
    own, other = (latents.w if isinstance(latents, Stored) else () for latents in (a, b))
    if not own and not other:
        return ()
    rows = [np.array(w) if w else np.zeros_like(np.array(more)) for w, more in ((own, other), (other, own))]
    if rows[0].shape != rows[1].shape:
        raise SpecError("Two stops of this walk were found in different generators; find them again in this one.")
    return np.round((1.0 - share) * rows[0] + share * rows[1], W_DECIMALS)


def _weights(a: np.ndarray, b: np.ndarray, share: float, way: str) -> tuple[float, float]:
    """Weights of z `a` and z `b` [Z] at a share of the way.

    Spherical: the direction turns evenly by the angle w between them, so its parts are sin((1 - t) w) / sin w
    and sin(t w) / sin w, while the length is interpolated linearly.
    """
    linear = 1.0 - share, share
    lengths = [float(np.linalg.norm(one.astype(np.float64))) for one in (a, b)]
    if way == "linear" or not all(lengths):
        return linear
    angle = math.acos(min(1.0, max(-1.0, float(a.astype(np.float64) @ b) / (lengths[0] * lengths[1]))))
    if math.sin(angle) < 1e-6:  # along one line: there is no single great circle
        return linear
    length = linear[0] * lengths[0] + linear[1] * lengths[1]
    parts = math.sin(linear[0] * angle), math.sin(linear[1] * angle)
    first, second = (length / old * part / math.sin(angle) for old, part in zip(lengths, parts, strict=True))
    return first, second
