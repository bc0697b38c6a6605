"""Projections of word vectors to a plane, and the way back: which vector a place between words stands for.

PCA is a plane through the words: its way back is exact. t-SNE (van der Maaten, Hinton 2008) has none, only neighbours:
it keeps those together that belong together, and says nothing of how far apart the others are.
"""

import math
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from explorer.explore.spec.checks import SpecError, number

Method = Literal["pca", "tsne"]
METHODS: tuple[Method, ...] = get_args(Method)
TITLES: dict[Method, str] = {"pca": "PCA", "tsne": "t-SNE"}
REACH = 4.0  # of a coordinate: the words that a projection was made of lie within -1 .. 1
MIXED = 6  # nearest words that a place between them has a share of
FEWEST = 8  # words that t-SNE can arrange
PERPLEXITY = 30.0
SAME = 1e-6  # map units: nearer than that a place is the word's own
_SHARPNESS = 0.05  # of cosines, where t-SNE places a word that it did not arrange


@dataclass(frozen=True, eq=False)
class Projection:
    """Words in a plane. Coordinates are map units: x to the right, y downwards, -1 .. 1 for the words it was made of.

    vectors: float64 [N, D], their unit vectors. places: float64 [N, 2]. share: how much of their variance the plane
    holds, 0 .. 1; None for t-SNE. mean [D], axes [2, D], centre [2] and scale are PCA's: a place is
    (axes (v - mean) - centre) / scale.
    """

    method: Method
    vectors: np.ndarray
    places: np.ndarray
    share: float | None = None
    mean: np.ndarray | None = None
    axes: np.ndarray | None = None
    centre: np.ndarray | None = None
    scale: float = 1.0

    @property
    def about(self) -> str:
        """How places are to be read, and which vector is drawn between words."""
        if self.share is not None:
            return (
                f"PCA: the two directions in which the words differ most, {100 * self.share:.0f} % of their variance. "
                "Anywhere, the vector drawn lies at exactly that place of the plane; what it has beside the plane it "
                "takes from the nearest words."
            )
        return (
            "t-SNE keeps together what belongs together; distances between groups mean little. Anywhere, the vector "
            f"drawn is a mixture of the {MIXED} nearest words', nearer ones counting more."
        )

    def place(self, vectors: np.ndarray) -> np.ndarray:
        """Places of other unit vectors [M, D]: float64 [M, 2], within -REACH .. REACH.

        By PCA those in its plane; by t-SNE the mean of the most similar words' places, each by its similarity.
        """
        if self.axes is not None:
            return np.clip(((vectors - self.mean) @ self.axes.T - self.centre) / self.scale, -REACH, REACH)
        cosines = vectors @ self.vectors.T
        near = np.argsort(-cosines, axis=1, kind="stable")[:, :MIXED]
        own = np.take_along_axis(cosines, near, 1)
        weights = np.exp((own - own[:, :1]) / _SHARPNESS)
        weights[own[:, 0] > 1 - 1e-5, 1:] = 0  # a word that it did arrange
        return np.einsum("mk,mkc->mc", weights / weights.sum(1, keepdims=True), self.places[near])

    def mixed(self, x: float, y: float, weights: np.ndarray, vectors: np.ndarray) -> np.ndarray:
        """The unit vector [D] at a place, made of the words near to it: their weights [K] and unit vectors [K, D], as
        `nearest_words` gives them. It changes without a jump from place to place."""
        if len(vectors) == 1:
            return vectors[0]
        if self.axes is None:
            mean = weights @ vectors
            length = float(np.linalg.norm(mean))
            return mean / length if length > 1e-6 else vectors[0]
        point = self.mean + (np.array([x, y]) * self.scale + self.centre) @ self.axes
        offsets = vectors - self.mean
        residual = weights @ (offsets - (offsets @ self.axes.T) @ self.axes)
        return _on_sphere(point, residual)


def nearest_words(x: float, y: float, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The words that a place has a share of, int64 [K], nearest first, and their shares, float64 [K], of sum 1.

    By the modified Shepard weights of Franke and Nielson (1980), ((R - d) / (R d))^2, where R is the distance of the
    first word that has no share: so no word comes or goes with a jump. One word alone where the place is its own.
    """
    x, y = number(x, "x", -REACH, REACH), number(y, "y", -REACH, REACH)
    distances = np.hypot(*(places - (x, y)).T)
    near = np.argsort(distances, kind="stable")[: MIXED + 1]
    closest = float(distances[near[0]])
    if closest < SAME or len(near) == 1:
        return near[:1], np.ones(1)
    radius = float(distances[near[-1]]) if len(near) > MIXED else 2 * float(distances[near[-1]])
    near = near[:MIXED]
    weights = ((radius - distances[near]) / (radius * distances[near])) ** 2
    if weights.sum() * closest**2 < 1e-9:  # all as far away as the one that has no share
        return near[:1], np.ones(1)
    return near, weights / weights.sum()


def fit_pca(vectors: np.ndarray) -> Projection:
    """The plane through the mean of unit vectors [N, D] that holds most of their variance."""
    vectors = np.asarray(vectors, np.float64)
    mean = vectors.mean(0)
    _, sizes, rows = np.linalg.svd(vectors - mean, full_matrices=False)
    axes = np.zeros((2, vectors.shape[1]))
    kept = min(2, len(rows))
    axes[:kept] = rows[:kept] * (sizes[:kept, None] > 1e-9)
    largest = np.take_along_axis(axes, np.abs(axes).argmax(1)[:, None], 1)
    axes = axes * np.where(largest < 0, -1, 1)  # the sign is free: the same on every machine
    flat = (vectors - mean) @ axes.T
    centre, scale = _frame(flat)
    total = float((sizes**2).sum())
    share = float((sizes[:2] ** 2).sum()) / total if total > 1e-12 else 1.0
    return Projection("pca", vectors, (flat - centre) / scale, share, mean, axes, centre, scale)


def fit_tsne(vectors: np.ndarray) -> np.ndarray:
    """Places [N, 2] of unit vectors [N, D] by scikit-learn's t-SNE; seconds for hundreds, a minute for thousands.

    The same vectors give the same places on one machine. Raises SpecError for fewer than FEWEST.
    """
    if len(vectors) < FEWEST:
        raise SpecError(f"t-SNE arranges {FEWEST} words or more, and here are {len(vectors)}; look at them by PCA.")
    from explorer.lazy import imported

    perplexity = min(PERPLEXITY, (len(vectors) - 1) / 3)
    tsne = imported("sklearn.manifold").TSNE(2, perplexity=perplexity, init="pca", random_state=0, n_jobs=1)
    return framed(tsne.fit_transform(np.asarray(vectors, np.float32)))


def framed(flat: np.ndarray) -> np.ndarray:
    """Points [N, 2] moved and scaled so that the farther side of their frame is -1 .. 1."""
    flat = np.asarray(flat, np.float64)
    centre, scale = _frame(flat)
    return (flat - centre) / scale


def read_method(name: object) -> Method:
    """One of METHODS; raises SpecError."""
    if name not in METHODS:
        raise SpecError(f"Words are projected by {' or '.join(METHODS)}, not by what was asked for.")
    return METHODS[METHODS.index(name)]


def _frame(flat: np.ndarray) -> tuple[np.ndarray, float]:
    low, high = flat.min(0), flat.max(0)
    return (low + high) / 2, max(float((high - low).max()) / 2, 1e-9)


def _on_sphere(point: np.ndarray, residual: np.ndarray) -> np.ndarray:
    """The unit vector point + s residual, s >= 0; the direction of the nearest to it, where there is none.

    The residual is at right angles to the plane, so its size may change, and the place in the plane stays exact.
    """
    a, b, c = (float(one) for one in (residual @ residual, point @ residual, point @ point - 1))
    if a > 1e-12:
        point = point + max(0.0, (math.sqrt(max(0.0, b * b - a * c)) - b) / a) * residual
    length = float(np.linalg.norm(point))
    return point / length if length > 1e-6 else residual / max(float(np.linalg.norm(residual)), 1e-12)
