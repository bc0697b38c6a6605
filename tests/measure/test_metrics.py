"""Figures of features: against closed forms, points counted by hand, and torchmetrics."""

import numpy as np
import pytest
import scipy.linalg
import torch
from torchmetrics.image.fid import FrechetInceptionDistance

from explorer.measure.judge.network import FEATURES, JudgeNetwork
from explorer.measure.metrics import metrics
from explorer.measure.metrics.metrics import frechet_distance, label_accuracy, manifolds, reach
from explorer.models.pixels import from_bytes


def points(mean, covariance, count=500, seed=0):
    """Points whose mean and covariance are these, not merely drawn from them."""
    points = np.random.default_rng(seed).standard_normal((count, len(mean)))
    points -= points.mean(axis=0)
    white = points @ np.linalg.inv(np.linalg.cholesky(np.cov(points.T))).T
    return torch.from_numpy(white @ np.linalg.cholesky(covariance).T + mean)


def test_the_distance_of_known_gaussians():
    one = points([0, 0, 0], np.diag([1.0, 4.0, 9.0]))
    other = points([1, -2, 0], np.diag([4.0, 1.0, 9.0]), count=300, seed=1)
    assert frechet_distance(one, other) == pytest.approx(1 + 4 + (1 - 2) ** 2 + (2 - 1) ** 2, abs=1e-9)
    assert frechet_distance(one, one) == pytest.approx(0, abs=1e-9)
    assert frechet_distance(one, other) == pytest.approx(frechet_distance(other, one), abs=1e-9)


def test_the_distance_of_gaussians_that_lean_apart():
    first, second = np.array([[2.0, 0.9], [0.9, 1.0]]), np.array([[1.0, -0.5], [-0.5, 3.0]])
    expected = 9 + np.trace(first + second - 2 * scipy.linalg.sqrtm(first @ second).real)
    assert frechet_distance(points([0, 0], first), points([3, 0], second)) == pytest.approx(expected, abs=1e-9)


def test_the_distance_is_finite_where_all_samples_are_one():
    real = points([0, 0], np.eye(2))
    assert frechet_distance(real, torch.zeros(50, 2)) == pytest.approx(2, abs=1e-6)


def test_torchmetrics_measures_the_same_on_the_judges_features():
    class Reader(torch.nn.Module):
        num_features = FEATURES

        def forward(self, pictures):
            return network.features(from_bytes(pictures)).double()

    torch.manual_seed(0)
    network = JudgeNetwork(1, 28, 4).eval().requires_grad_(False)
    some, others = (torch.randint(top, (300, 1, 28, 28), dtype=torch.uint8) for top in (256, 200))
    measure = FrechetInceptionDistance(feature=Reader())
    for pictures, real in ((some, True), (others, False)):
        for part in pictures.split(100):
            measure.update(part, real=real)
    features = [network.features(from_bytes(pictures)) for pictures in (some, others)]
    assert float(measure.compute()) == pytest.approx(frechet_distance(*features), rel=1e-4)
    assert frechet_distance(*features) > 0


def line(*places):
    return torch.tensor(places, dtype=torch.float32)[:, None]


def test_counted_by_hand():
    found = manifolds(line(0, 1, 2, 3), line(0.5, 10), k=1)
    assert found.precision == 0.5, "the sample at 10 is in no ball of radius 1"
    assert found.density == (2 + 0) / 2, "the one at 0.5 is in the balls about 0 and 1"
    assert found.coverage == 0.5, "the balls about 2 and 3 are empty"
    assert found.recall == 1, "balls of 9.5 about both samples reach everything: why there is coverage beside recall"


def test_a_wide_ball_of_an_outlier_buys_precision_but_little_density():
    crowd = torch.arange(100, dtype=torch.float32)[:, None]
    real, samples = torch.cat([crowd, line(10_000)]), torch.linspace(5000, 6000, 50)[:, None]
    found = manifolds(real, samples)
    assert found.precision == 1 and found.density == pytest.approx(1 / 5) and found.coverage == 1 / 101


def test_half_of_what_is_real_is_never_drawn():
    torch.manual_seed(0)
    left, right = torch.randn(200, 4), torch.randn(200, 4) + 50
    found = manifolds(torch.cat([left, right]), torch.randn(400, 4))
    assert found.precision > 0.9 and 0.4 < found.recall <= 0.5 and 0.4 < found.coverage <= 0.5
    far = manifolds(torch.cat([left, right]), torch.randn(100, 4) - 500)
    assert (far.precision, far.recall, far.density, far.coverage) == (0, 0, 0, 0)


def test_real_against_itself_and_against_its_like():
    torch.manual_seed(0)
    real, like = torch.randn(600, 6), torch.randn(600, 6)
    same, alike = manifolds(real, real), manifolds(real, like)
    assert same.precision == same.recall == same.coverage == 1
    assert alike.density == pytest.approx(1, abs=0.1) and alike.coverage == pytest.approx(1 - 2**-5, abs=0.03)


def test_one_picture_over_and_over_is_precise_and_covers_nothing():
    torch.manual_seed(0)
    real = torch.randn(500, 8)
    found = manifolds(real, torch.zeros(500, 8))
    assert found.precision == 1 and found.recall == 0 and found.coverage < 0.2


@pytest.mark.parametrize("away", [0, 1e4])
def test_blocks_change_nothing(monkeypatch, away):
    torch.manual_seed(0)
    real, samples = torch.randn(331, 5).double() + away, torch.randn(270, 5).double() * 1.2 + away
    between = torch.cdist(real, samples, compute_mode="donot_use_mm_for_euclid_dist")
    balls, others = (
        torch.cdist(one, one, compute_mode="donot_use_mm_for_euclid_dist").sort(dim=1).values[:, 5]
        for one in (real, samples)
    )
    inside = between <= balls[:, None]
    for block in (1000, 64, 7):
        monkeypatch.setattr(metrics, "BLOCK", block)
        found = manifolds(real, samples)
        assert torch.allclose(reach(real).sqrt(), balls, atol=1e-4)
        assert found.precision == pytest.approx(float(inside.any(dim=0).double().mean()))
        assert found.density == pytest.approx(float(inside.sum(dim=0).double().mean()) / 5)
        assert found.coverage == pytest.approx(float(inside.any(dim=1).double().mean()))
        assert found.recall == pytest.approx(float((between <= others).any(dim=1).double().mean()))


def test_too_few_points_have_no_neighbours():
    with pytest.raises(ValueError, match="neighbours"):
        manifolds(torch.randn(5, 2), torch.randn(100, 2))


def test_label_accuracy():
    logits = torch.tensor([[3.0, 1.0], [0.0, 2.0], [5.0, 4.0], [0.0, 1.0]])
    assert label_accuracy(logits, torch.tensor([0, 1, 1, 1])) == 0.75
