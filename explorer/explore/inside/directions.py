"""Directions in z along which a generator's pictures change most, found without labels.

`pca` follows GANSpace (Harkonen, Hertzmann, Lehtinen, Paris 2020): principal components of early activations, carried
back to z by regression. Here the regression comes first, and the components are those of the activations as far as
they depend on z linearly: in GANSpace's order two of ten axes came out at 49 degrees and did the same, in this
one all are at right angles, and for a generator that is linear there is no difference. `sefa` is the closed form (Shen,
Zhou 2021): the eigenvectors of A^T A, where A is what z is multiplied by first.

Axes have unit length, and z is standard normal, so that one unit is one standard deviation along any of them, and a
slider from -3 to 3 covers what z does by itself.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from explorer.checkpoint import Checkpoint
from explorer.explore.render.ablation import find_layers
from explorer.explore.render.forward import ROWS
from explorer.explore.spec.checks import whole
from explorer.explore.spec.edits import Push
from explorer.explore.spec.latents import normals, z_of
from explorer.explore.spec.spec import MAX_DIM, Spec, SpecError, Stored
from explorer.explore.spec.style import is_each, read_style

SIGMAS = 3.0  # a slider's reach, either way
COUNT = 10
LAYER = "blocks.0"  # the first that z reaches on both of its paths
PICTURES, MAX_WORDS = 1024, 64  # that `pca` draws
DECIMALS = 6  # of an axis in a spec, to keep that short


@dataclass(frozen=True, eq=False)
class FoundDirections:
    """The directions that change most, most first.

    method: "pca" or "sefa". axes: float64 [K, Z], unit rows at right angles, the largest coordinate of each positive.
    shares: K shares of the variance that depends on z linearly, 0 .. 1.
    """

    method: str
    axes: np.ndarray
    shares: tuple[float, ...]


def steer(spec: Spec, pushes: Sequence[tuple[Sequence[float] | np.ndarray, float]]) -> Spec:
    """Push a spec's z along these axes, (axis [Z], amount), and no others; an amount of 0 leaves one out.

    Units that are switched off stay off. Raises SpecError.
    """
    directions = tuple(
        Push(np.round(np.asarray(axis, np.float64), DECIMALS), amount) for axis, amount in pushes if amount
    )
    return spec.replace(edits=dataclasses.replace(spec.edits, directions=directions))


def sweep(spec: Spec, axis: np.ndarray, steps: int = 7, reach: float = SIGMAS) -> Spec:
    """The first tile of a spec in `steps` places along an axis [Z], from -reach to reach, as one spec of as many tiles.

    Edits are kept, jitter and word truncation are set to 0: they would differ from place to place, and so would the
    styles of `each`, for which it raises SpecError.
    """
    if is_each(spec.style):
        raise SpecError("One picture is pushed along a direction, in one style; choose which.")
    z = z_of(spec, len(axis))[0].astype(np.float64)
    places = z + np.linspace(-reach, reach, steps)[:, None] * np.asarray(axis, np.float64)
    w = spec.latents.w[:1] * steps if isinstance(spec.latents, Stored) else ()
    latents = Stored(np.round(places, DECIMALS), w)
    return spec.replace(latents=latents, psi=1.0, psi_mode="smooth", jitter=0.0, word_truncation=0.0)


def sefa(checkpoint: Checkpoint, count: int = COUNT) -> FoundDirections:
    """Directions from the weights alone, in milliseconds. Raises SpecError for a count below 1."""
    return _principal("sefa", checkpoint.generator.latent_weights.double().cpu(), _checked_count(count))


@torch.inference_mode()
def pca(
    checkpoint: Checkpoint,
    conditions: np.ndarray | None = None,
    layer: str = LAYER,
    count: int = COUNT,
    style: str = "",
) -> FoundDirections:
    """Directions from a layer's activations in some 1,000 pictures, in seconds.

    conditions: float32 [K, D]; by default the checkpoint's labels. style: of the pictures; where it is open, z chooses
    the style, and directions from style to style come first. The latents are fixed and come in pairs z and -z, so
    that the words' part cancels out, and their covariance is exactly 1, so that chance turns no axis of a linear
    generator. Raises SpecError for an unknown layer or style, or a count below 1.
    """
    find_layers(checkpoint, [layer])
    count = _checked_count(count)
    vectors = checkpoint.label_vectors[:MAX_WORDS] if conditions is None else conditions
    weights = read_style(style, checkpoint.styles, checkpoint.name)
    passes = _latents(checkpoint.z_dim, len(vectors)).split(ROWS)
    slopes = sum(
        _activations(checkpoint, z, vectors[number * len(vectors) // len(passes)], weights, layer).T @ z
        for number, z in enumerate(passes)
    )
    return _principal("pca", slopes, count)


def _checked_count(count: int) -> int:
    return whole(count, "the number of directions", 1, MAX_DIM)


def _latents(dim: int, words: int) -> Tensor:
    """z for each of so many words in turn, whole passes of pairs z and -z, of covariance 1: float64 [N, dim]."""
    passes = -(-max(PICTURES, 4 * dim) // (ROWS * words))
    half = torch.from_numpy(normals([(0, index) for index in range(passes * words * ROWS // 2)], dim))
    variances, axes = torch.linalg.eigh(half.T @ half / len(half))
    half = half @ (axes / variances.sqrt()) @ axes.T
    pairs = half.unflatten(0, (-1, ROWS // 2))
    return torch.cat([pairs, -pairs], dim=1).flatten(0, 1)


def _activations(checkpoint: Checkpoint, z: Tensor, vector: np.ndarray, style: np.ndarray, layer: str) -> Tensor:
    """A layer's activations for latents [ROWS, Z] of one word in one style, its weights [S]; float64 [ROWS, units *
    side * side]."""
    device, kept = next(checkpoint.generator.parameters()).device, []

    def keep(name: str, x: Tensor) -> Tensor:
        if name == layer:
            kept.append(x.double().cpu().flatten(1))
        return x

    c, styles = (torch.from_numpy(np.array(row, np.float32)).to(device).expand(len(z), -1) for row in (vector, style))
    checkpoint.generator(z.float().to(device), checkpoint.condition(c, styles=styles), keep)
    return kept[0]


def _principal(method: str, slopes: Tensor, count: int) -> FoundDirections:
    """Principal axes of slopes [rows, Z]; signs do not depend on the solver."""
    variances, axes = torch.linalg.eigh(slopes.T @ slopes)
    axes, variances = axes.T.flip(0)[:count], variances.flip(0)
    largest = axes.gather(1, axes.abs().argmax(dim=1, keepdim=True))
    shares = variances.clamp(min=0) / variances.sum().clamp(min=1e-30)
    return FoundDirections(method, (axes * largest.sign()).numpy(), tuple(shares[:count].tolist()))
