"""Kernel distance, Inception Score and the nearest neighbour's opinion: closed forms, hand counts, torchmetrics."""

import math

import pytest
import torch
from torchmetrics.image.inception import InceptionScore
from torchmetrics.image.kid import KernelInceptionDistance

from explorer.measure.metrics import metrics
from explorer.measure.metrics.metrics import inception_score, kernel_distance, mean_distance, two_sample


def normal(count, width, seed=0, away=0.0):
    return torch.randn(count, width, generator=torch.Generator().manual_seed(seed)) + away


class Same(torch.nn.Module):
    num_features = 6

    def forward(self, features):
        return features


def between_normals(width, away):
    """MMD^2 of N(0, I) and N(away, I) under (x y / F + 1)^3, from the moments of x y."""
    squared = width * away**2

    def cubed(mean, variance, skew):  # E (1 + s)^3 of an s = x y / F with these
        return (1 + mean) ** 3 + 3 * (1 + mean) * variance + skew

    one = cubed(0, 1 / width, 0)
    other = cubed(squared / width, (2 * squared + width) / width**2, 6 * squared / width**3)
    across = cubed(0, (squared + width) / width**2, 0)
    return one + other - 2 * across


@pytest.mark.parametrize("away", [0.0, 0.5, 1.0])
def test_the_kernel_distance_of_known_gaussians(away):
    found = kernel_distance(normal(4000, 6), normal(4000, 6, seed=1, away=away))
    assert found.value == pytest.approx(between_normals(6, away), abs=0.03 + 0.03 * between_normals(6, away))
    assert 0 < found.spread < 0.2 * (1 + between_normals(6, away))


def test_torchmetrics_finds_the_same_kernel_distance():
    real, samples = normal(700, 6), normal(900, 6, seed=1, away=0.3)
    with torch.random.fork_rng(devices=[]), pytest.warns(UserWarning):
        torch.manual_seed(metrics.SEED)
        measure = KernelInceptionDistance(feature=Same(), subsets=metrics.SUBSETS, subset_size=350)
        measure.update(real.double(), real=True)
        measure.update(samples.double(), real=False)
        value, spread = measure.compute()
    found = kernel_distance(real, samples)
    assert (found.value, found.spread) == (float(value), float(spread)) and found.value > 0


def test_the_kernel_distance_does_not_grow_with_fewer_pictures():
    few = [kernel_distance(normal(60, 20, seed), normal(60, 20, 100 + seed)).value for seed in range(40)]
    error = torch.tensor(few).std() / math.sqrt(len(few))
    assert abs(sum(few) / len(few)) < 3 * error, "no bias, so no floor"
    assert min(few) < 0 < max(few)


def test_a_draw_is_always_the_same_and_leaves_torchs_own_alone():
    real, samples, logits = normal(300, 5), normal(300, 5, seed=1), normal(300, 4, seed=2)
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    once = kernel_distance(real, samples), inception_score(logits)
    assert torch.equal(torch.rand(3), expected)
    torch.manual_seed(77)
    assert (kernel_distance(real, samples), inception_score(logits)) == once


def test_the_inception_score_counts_classes_that_come_up():
    sure = torch.eye(4)[torch.arange(4000) % 4] * 50
    assert inception_score(sure).value == pytest.approx(4, abs=0.02)
    assert inception_score(torch.eye(4)[torch.zeros(400, dtype=torch.long)] * 50).value == pytest.approx(1)
    assert inception_score(torch.zeros(400, 4)).value == pytest.approx(1), "torn over everything"
    half = torch.cat([sure[:2000], torch.zeros(2000, 4)])  # KL: log 4 for half of them, 0 for the others
    assert inception_score(half).value == pytest.approx(2, abs=0.05)


def test_torchmetrics_finds_the_same_inception_score():
    logits = 3 * normal(503, 6)
    with torch.random.fork_rng(devices=[]), pytest.warns(UserWarning):
        torch.manual_seed(metrics.SEED)
        measure = InceptionScore(feature=Same(), splits=10)
        measure.update(logits.double())
        value, spread = measure.compute()
    found = inception_score(logits)
    assert (found.value, found.spread) == (float(value), float(spread)) and found.spread > 0


def line(*places):
    return torch.tensor(places, dtype=torch.float32)[:, None]


def test_the_nearest_neighbour_counted_by_hand():
    #  real:    0   1         10        samples:    2    10.4   10.5
    found = two_sample(line(0, 1, 10), line(2, 10.4, 10.5))
    assert found.of_real == pytest.approx((1 + 0.5 + 0) / 3), "1 is as near to 0 as to 2; 10 is nearest to 10.4"
    assert found.of_samples == pytest.approx((0 + 1 + 1) / 3)
    assert found.score == pytest.approx((1.5 + 2) / 6)


def test_the_nearest_neighbour_of_like_clouds_of_far_ones_and_of_copies():
    real = normal(1500, 4)
    assert two_sample(real, normal(1500, 4, seed=1)).score == pytest.approx(0.5, abs=0.03)
    assert two_sample(real, normal(1500, 4, seed=1, away=20)).score == 1
    assert two_sample(real, real.clone()).score == 0
    crowded = two_sample(real, normal(300, 4, seed=1).repeat(5, 1) + 1e-3 * normal(1500, 4, seed=2))
    assert crowded.of_samples > 0.95 and crowded.of_real < 0.85


@pytest.mark.parametrize("block", [1000, 64, 7])
def test_blocks_change_nothing(monkeypatch, block):
    monkeypatch.setattr(metrics, "BLOCK", block)
    real, samples = normal(150, 3), normal(150, 3, seed=1, away=0.5)
    both = torch.cat([real, samples]).double()
    apart = torch.cdist(both, both).fill_diagonal_(math.inf)
    right = (apart.argmin(dim=1) < 150) == (torch.arange(300) < 150)
    found = two_sample(real, samples)
    assert found.of_real == pytest.approx(float(right[:150].double().mean()))
    assert found.of_samples == pytest.approx(float(right[150:].double().mean()))
    assert mean_distance(real) == pytest.approx(float(torch.pdist(real.double()).mean()))


def test_unequal_counts_have_no_chance_of_a_half():
    with pytest.raises(ValueError, match="not as many"):
        two_sample(normal(10, 2), normal(11, 2))


def test_the_mean_distance():
    assert mean_distance(line(0, 1, 5)) == pytest.approx((1 + 5 + 4) / 3)
    assert mean_distance(line(3, 3, 3)) == pytest.approx(0, abs=1e-6)
    assert mean_distance(line(3)) == 0 and mean_distance(line(3)[:0]) == 0
    assert mean_distance(normal(3000, 2)) == pytest.approx(math.sqrt(math.pi), abs=0.05), "of a Gaussian in the plane"
