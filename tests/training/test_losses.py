"""Losses, penalty, schedules, cadences and EMA against values worked out by hand."""

import math

import pytest
import torch

from explorer.errors import ExplorerError
from explorer.models.families import FAMILIES, family
from explorer.training import losses
from explorer.training.losses import zero_centred_penalty
from explorer.training.schedules import Clock, ema_decay, is_due, lr_factor
from explorer.training.state import ema_copy, update_ema


def test_relativistic_losses():
    real, fake = torch.tensor([2.0, -1.0]), torch.tensor([0.0, 1.0])
    # differences real - fake: 2 and -2
    softplus = lambda x: math.log1p(math.exp(x))  # noqa: E731
    assert losses.relativistic_d(real, fake).item() == pytest.approx((softplus(-2) + softplus(2)) / 2)
    assert losses.relativistic_g(real, fake).item() == pytest.approx((softplus(2) + softplus(-2)) / 2)
    assert losses.relativistic_d(real[:1], fake[:1]).item() == pytest.approx(softplus(-2))
    assert losses.relativistic_g(real[:1], fake[:1]).item() == pytest.approx(softplus(2))
    shifted = losses.relativistic_d(real + 7, fake + 7)
    assert shifted.item() == pytest.approx(losses.relativistic_d(real, fake).item(), rel=1e-5)  # only differences count


def test_hinge_losses():
    real, fake = torch.tensor([2.0, 0.5]), torch.tensor([-3.0, 0.5])
    assert losses.hinge_d(real, fake).item() == pytest.approx((0 + 0.5) / 2 + (0 + 1.5) / 2)
    assert losses.hinge_g(real, fake).item() == pytest.approx(1.25)


def test_binary_cross_entropy_is_what_torch_says():
    real, fake = torch.tensor([2.0, -1.0]), torch.tensor([0.3, 1.0])
    cross = torch.nn.functional.binary_cross_entropy_with_logits
    expected = cross(real, torch.ones(2)) + cross(fake, torch.zeros(2))
    assert losses.bce_d(real, fake).item() == pytest.approx(expected.item())
    assert losses.bce_g(real, fake).item() == pytest.approx(cross(fake, torch.ones(2)).item())


def test_least_squares():
    real, fake = torch.tensor([1.0, 3.0]), torch.tensor([0.0, -2.0])
    assert losses.least_squares_d(real, fake).item() == pytest.approx((0 + 4) / 4 + (0 + 4) / 4)
    assert losses.least_squares_g(real, fake).item() == pytest.approx((1 + 9) / 4)


def test_wasserstein():
    real, fake = torch.tensor([1.0, 3.0]), torch.tensor([0.0, -2.0])
    assert losses.wasserstein_d(real, fake).item() == -3.0
    assert losses.wasserstein_g(real, fake).item() == 1.0


def test_every_family_has_its_losses():
    assert {family.loss for family in FAMILIES.values()} == set(losses.LOSSES)
    with pytest.raises(ExplorerError, match="not known; choose one of word"):
        family("dcgan-9000")


def test_penalty_of_known_gradients():
    x = torch.randn(5, 1, 4, 4).requires_grad_(True)
    linear = 3 * x.flatten(1).sum(dim=1)  # 3 in each of 16 pixels: |gradient|^2 = 144
    assert zero_centred_penalty(linear, x).item() == pytest.approx(72)
    x = torch.tensor([[[[1.0, 2.0]]], [[[3.0, 0.0]]]], requires_grad=True)
    square = x.square().flatten(1).sum(dim=1)  # gradient 2x: |gradient|^2 = 20 and 36
    assert zero_centred_penalty(square, x).item() == pytest.approx((20 + 36) / 2 / 2)


def test_penalty_pulls_the_weights():
    layer = torch.nn.Linear(4, 1, bias=False)
    x = torch.randn(3, 4, requires_grad=True)
    zero_centred_penalty(layer(x)[:, 0], x).backward()
    assert torch.allclose(layer.weight.grad, layer.weight.detach())  # d/dw |w|^2 / 2 = w


def test_learning_rate_rises_holds_then_falls_smoothly():
    assert lr_factor(999, 400_000, 0.1) == 0.5 and 0 < lr_factor(0, 400_000, 0.1) < 0.001
    assert lr_factor(1999, 400_000, 0.1) == lr_factor(200_000, 400_000, 0.1) == 1
    assert lr_factor(24, 1000, 0.1) == 0.5 and lr_factor(50, 1000, 0.1) == lr_factor(500, 1000, 0.1) == 1
    assert lr_factor(750, 1000, 0.1) == pytest.approx(0.55)
    assert lr_factor(1000, 1000, 0.1) == lr_factor(2000, 1000, 0.1) == pytest.approx(0.1)


def test_ema_half_life_and_warm_up():
    assert ema_decay(10**9, 64, 6400) ** 100 == pytest.approx(0.5)
    assert ema_decay(1280, 64, 6400) == pytest.approx(0.5)  # so far 1280 seen: the half-life is 64 of them


def test_ema_averages_parameters_and_copies_buffers():
    network = torch.nn.BatchNorm1d(2)
    average = ema_copy(network)
    with torch.no_grad():
        network.weight.fill_(3.0)
        network.running_mean.fill_(5.0)
    update_ema(average, network, 0.75)
    assert average.weight.tolist() == [1.5, 1.5] and average.running_mean.tolist() == [5, 5]
    assert not any(p.requires_grad for p in average.parameters())


def test_every_so_many_images_is_once_a_multiple_whatever_the_batch():
    assert [images for images in range(32, 400, 32) if is_due(images, 32, 100)] == [128, 224, 320]
    assert [images for images in range(32, 400, 32) if is_due(images, 32, 64)] == [64, 128, 192, 256, 320, 384]
    assert is_due(500, 100, 50) and not is_due(500, 100, 0)


def test_the_clock_goes_on_where_the_last_one_stopped(monkeypatch):
    times = iter([100.0, 103.0, 103.0, 107.0])
    monkeypatch.setattr("time.monotonic", lambda: next(times))
    clock = Clock(images=640, seconds=50.0, cpu_seconds=None)
    assert clock.tick() == (53.0, None) and clock.speed_and_eta(1240, 3240) == (200, 10)
    clock.tick(), clock.tick()
    assert clock.speed_and_eta(3440, 3440) == (400, 0)  # since it began
