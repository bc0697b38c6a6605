"""How near samples come to real pictures, as pure functions of features: each row of a tensor is one picture.

Frechet distance (Heusel 2017), precision and recall (Kynkaanniemi 2019), density and coverage (Naeem 2020). They say
something about the network that made the features, so a figure is always named by it, as FD[fashion-mnist].
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

NEIGHBOURS = 5  # the k of all four; Naeem's choice (Kynkaanniemi's was 3)
BLOCK = 128  # rows of a block of distances: 128 x 10,000 of float64 are 10 MB


@dataclass(frozen=True)
class Manifolds:
    """Two clouds of features, each seen as the union of balls that reach to every point's fifth neighbour.

    precision: share of the samples in a ball of the real ones: what is drawn looks real. 0 to 1.
    recall: share of the real ones in a ball of the samples: what is real can be drawn. 0 to 1.
    density: how many real balls a sample lies in, over k: precision that an outlier's wide ball cannot buy. From 0;
        1 for real against real, more where samples crowd the middle.
    coverage: share of the real ones whose ball holds a sample: recall that wild samples cannot buy. 0 to 1.
    """

    precision: float
    recall: float
    density: float
    coverage: float


def frechet_distance(real: Tensor, samples: Tensor) -> float:
    """Between the Gaussians of the mean and covariance of [N, F] and of [M, F]; N and M at least 2. From 0."""
    from torchmetrics.image.fid import FrechetInceptionDistance

    measure = FrechetInceptionDistance(feature=_Given(real.shape[1]))
    measure.update(real.double().cpu(), real=True)
    measure.update(samples.double().cpu(), real=False)
    return max(0.0, float(measure.compute()))  # equal clouds come out at some -1e-14


class _Given(nn.Module):
    """The feature network of features that are there already."""

    def __init__(self, num_features: int):
        super().__init__()
        self.num_features = num_features

    def forward(self, features: Tensor) -> Tensor:
        return features


def manifolds(real: Tensor, samples: Tensor, k: int = NEIGHBOURS) -> Manifolds:
    """Precision, recall, density and coverage of [M, F] samples against [N, F] real ones; N and M at least k + 1.

    In blocks: no more than some 100 MB for 10,000 of each. In float64, for the distances are small differences of
    large numbers. A point on the rim of a ball is in it.
    """
    if min(len(real), len(samples)) <= k:
        raise ValueError(f"{k} neighbours need more than {len(real)} real ones and {len(samples)} samples")
    real, samples = real.double(), samples.double()
    reach_real, reach_samples = reach(real, k), reach(samples, k)
    in_real = torch.zeros(len(samples), dtype=torch.long, device=real.device)  # how many real balls each sample is in
    recalled = covered = 0
    for rows, squared in _squared_distances(real, samples):
        inside = squared <= reach_real[rows, None]
        in_real += inside.sum(dim=0)
        covered += int(inside.any(dim=1).sum())
        recalled += int((squared <= reach_samples).any(dim=1).sum())
    return Manifolds(
        precision=float((in_real > 0).double().mean()),
        recall=recalled / len(real),
        density=float(in_real.double().mean()) / k,
        coverage=covered / len(real),
    )


def reach(points: Tensor, k: int = NEIGHBOURS) -> Tensor:
    """The squared distance of each of [N, F] points to its k-th nearest other one, [N]."""
    reached = points.new_empty(len(points))
    for rows, squared in _squared_distances(points, points):
        reached[rows] = squared.topk(k + 1, dim=1, largest=False).values[:, -1]
    return reached


def _squared_distances(a: Tensor, b: Tensor) -> Iterator[tuple[slice, Tensor]]:
    """(rows of a, [rows, M]), block by block and each in the same memory: a fresh block a time breaks up the heap."""
    squares_a, squares_b = a.square().sum(dim=1, keepdim=True), b.square().sum(dim=1)
    memory = a.new_empty((min(BLOCK, len(a)), len(b)))
    for start in range(0, len(a), BLOCK):
        rows = slice(start, min(start + BLOCK, len(a)))
        block = torch.addmm(squares_b, a[rows], b.T, alpha=-2, out=memory[: rows.stop - start])
        yield rows, block.add_(squares_a[rows]).clamp_min_(0)


def label_accuracy(logits: Tensor, wanted: Tensor) -> float:
    """The share of pictures whose largest of [N, K] logits is the class [N] that was asked for."""
    return float((logits.argmax(dim=1) == wanted).double().mean())
