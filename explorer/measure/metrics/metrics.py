"""Distances of samples from real pictures, as pure functions of features: each row of a tensor is one picture.

Frechet distance (Heusel 2017), kernel distance (Binkowski 2018), Inception Score (Salimans 2016), precision and recall
(Kynkaanniemi 2019), density and coverage (Naeem 2020), and whether a nearest neighbour tells the two apart (Lopez-Paz
and Oquab 2017). They depend on the network that made the features, so a figure is always named by it, as
FD[fashion-mnist].
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn

NEIGHBOURS = 5  # the k of precision, recall, density and coverage, as Naeem's (Kynkaanniemi's was 3)
BLOCK = 128  # rows of a block of distances: 128 x 10,000 of float64 are 10 MB
SUBSETS, SUBSET = 50, 1000  # of the kernel distance; Binkowski's 100 give the same in twice the time
SPLITS = 10  # of the Inception Score, as Salimans'
SEED = 8  # of the subsets and the splits


@dataclass(frozen=True)
class Estimate:
    """The mean of several figures, on fewer pictures each, and their standard deviation."""

    value: float
    spread: float


@dataclass(frozen=True)
class TwoSample:
    """How often the nearest other picture, real or sample, is of the same kind.

    score: share of all pictures for which it is, 0 to 1. 0.5 is ideal; 1: always told apart; 0: every sample is a copy.
    of_real, of_samples: the same among the real ones, and among the samples, which is higher where samples are alike.
    """

    score: float
    of_real: float
    of_samples: float


@dataclass(frozen=True)
class Manifolds:
    """Two sets of features, each taken as the union of balls that reach to every point's fifth neighbour.

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
    """FD: the distance of the Gaussians fitted to [N, F] and to [M, F]; N and M at least 2. From 0."""
    from torchmetrics.image.fid import FrechetInceptionDistance

    measure = FrechetInceptionDistance(feature=_Identity(real.shape[1]))
    measure.update(real.double().cpu(), real=True)
    measure.update(samples.double().cpu(), real=False)
    return max(0.0, float(measure.compute()))  # equal features come out at some -1e-14


def kernel_distance(real: Tensor, samples: Tensor) -> Estimate:
    """KID: the squared maximum mean discrepancy of [N, F] and [M, F] under (x y / F + 1)^3, N and M at least 4.

    Unbiased: it may come out a little below 0, and does not grow with fewer pictures, as the Frechet distance does. The
    mean over 50 pairs of subsets of 1,000 (of half, where there are fewer than 2,000), drawn always the same; the
    spread is theirs, which shrinks with nothing but larger subsets.
    """
    from torchmetrics.image.kid import KernelInceptionDistance

    size = min(SUBSET, len(real) // 2, len(samples) // 2)
    with _fixed_seed():
        measure = KernelInceptionDistance(feature=_Identity(real.shape[1]), subsets=SUBSETS, subset_size=size)
        measure.update(real.double(), real=True)
        measure.update(samples.double(), real=False)
        value, spread = measure.compute()
    return Estimate(float(value), float(spread))


def inception_score(logits: Tensor) -> Estimate:
    """IS: exp of the mean divergence of a picture's softmax from that of all, by [N, K] logits; N at least 20. 1 to K.

    High where every picture is plainly of one class, and all classes come up; it takes no real pictures, and a single
    one of each class suffices. The mean and standard deviation over ten tenths, drawn always the same.
    """
    from torchmetrics.image.inception import InceptionScore

    with _fixed_seed():
        measure = InceptionScore(feature=_Identity(logits.shape[1]), splits=SPLITS)
        measure.update(logits.double())
        value, spread = measure.compute()
    return Estimate(float(value), float(spread))


@contextmanager
def _fixed_seed() -> Iterator[None]:
    """Seed torch's own generator, from which torchmetrics draws, and silence its warning of memory that small features
    do not take."""
    with warnings.catch_warnings(), torch.random.fork_rng(devices=[]):
        warnings.simplefilter("ignore", UserWarning)
        torch.manual_seed(SEED)
        yield


class _Identity(nn.Module):
    """The feature network that torchmetrics asks for: what it is given are features already."""

    def __init__(self, num_features: int):
        super().__init__()
        self.num_features = num_features

    def forward(self, features: Tensor) -> Tensor:
        return features


def manifolds(real: Tensor, samples: Tensor, k: int = NEIGHBOURS) -> Manifolds:
    """Precision, recall, density and coverage of [M, F] samples against [N, F] real ones; N and M at least k + 1.

    In blocks: no more than some 100 MB for 10,000 of each. In float64, as the distances are small differences of large
    numbers. A point on the rim of a ball is in it.
    """
    if min(len(real), len(samples)) <= k:
        raise ValueError(f"{k} neighbours need more than {len(real)} real ones and {len(samples)} samples")
    real, samples = real.double(), samples.double()
    reach_real, reach_samples = reach(real, k), reach(samples, k)
    in_real = torch.zeros(len(samples), dtype=torch.long, device=real.device)  # real balls around each sample
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
    """Squared distance of each of [N, F] points to its k-th nearest other one, [N]."""
    reached = points.new_empty(len(points))
    for rows, squared in _squared_distances(points, points):
        reached[rows] = squared.topk(k + 1, dim=1, largest=False).values[:, -1]
    return reached


def two_sample(real: Tensor, samples: Tensor) -> TwoSample:
    """Leave-one-out accuracy of the nearest neighbour among [N, F] real ones and as many samples; N at least 2.

    A real picture and a sample that are equally near count half.
    """
    if len(real) != len(samples) or len(real) < 2:
        raise ValueError(f"{len(real)} real ones and {len(samples)} samples are not as many, two or more")
    real, samples = real.double(), samples.double()
    to_real = samples.new_full((len(samples),), torch.inf)
    to_samples = real.new_empty(len(real))
    for rows, squared in _squared_distances(real, samples):
        to_samples[rows] = squared.min(dim=1).values
        to_real = torch.minimum(to_real, squared.min(dim=0).values)
    of_real, of_samples = (
        float(((own < other).double() + (own == other).double() / 2).mean())
        for own, other in ((reach(real, 1), to_samples), (reach(samples, 1), to_real))
    )
    return TwoSample((of_real + of_samples) / 2, of_real, of_samples)


def mean_distance(points: Tensor) -> float:
    """Mean Euclidean distance of two different ones of [N, F] points; 0 for fewer than two."""
    points = points.double()
    total = sum(float(squared.sqrt().sum()) for _, squared in _squared_distances(points, points))
    return total / max(1, len(points) * (len(points) - 1))


def _squared_distances(a: Tensor, b: Tensor) -> Iterator[tuple[slice, Tensor]]:
    """(rows of a, distances [rows, M]), block by block, each in the same memory: fresh blocks break up the heap."""
    squares_a, squares_b = a.square().sum(dim=1, keepdim=True), b.square().sum(dim=1)
    memory = a.new_empty((min(BLOCK, len(a)), len(b)))
    for start in range(0, len(a), BLOCK):
        rows = slice(start, min(start + BLOCK, len(a)))
        block = torch.addmm(squares_b, a[rows], b.T, alpha=-2, out=memory[: rows.stop - start])
        yield rows, block.add_(squares_a[rows]).clamp_min_(0)


def among_first(logits: Tensor, labels: Tensor, most: int) -> Tensor:
    """Whether fewer than `most` of each row of [N, K] logits are above that of its label [N], bool [N]."""
    return (logits > logits.gather(1, labels[:, None])).sum(dim=1) < most


def label_accuracy(logits: Tensor, labels: Tensor) -> float:
    """Share of pictures whose largest of [N, K] logits is their label [N]."""
    return float((logits.argmax(dim=1) == labels).double().mean())
