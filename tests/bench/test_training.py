"""`gan-explorer bench train`: what it counts, and that it counts all that a step computes."""

from time import sleep

import pytest
import torch

from explorer.bench.convolution import BATCH, Convolution
from explorer.bench.training import measure
from explorer.bench.work import flops_of, seconds_of
from explorer.cli import main
from explorer.models.discriminator import Discriminator
from explorer.training.settings import TrainConfig

pytestmark = pytest.mark.slow

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def speed():
    return measure(TrainConfig(size=8, batch=16, penalty_every=3, threads=torch.get_num_threads()), periods=2)


def test_a_convolution_counts_two_a_multiplication_forwards_and_twice_back():
    layer = Convolution(8, 14, torch.float32, CPU)
    assert layer.flops == 3 * 2 * BATCH * 14**2 * 8 * 8 * 9
    for _ in range(3):
        layer.run()
    assert len(layer.times) == 3 and layer.speed == pytest.approx(layer.flops / sorted(layer.times)[1])


def test_what_is_no_product_counts_nothing():
    x = torch.randn(4, 4)
    assert flops_of(lambda: torch.relu(x + x).sum()) == 0
    assert flops_of(lambda: x @ x) == 2 * 4**3


def test_the_penalties_are_counted_with_their_second_backward(speed):
    plain, penalised = speed.kinds
    assert (plain.count, penalised.count) == (2, 1)
    config = speed.config
    D = Discriminator(config.shapes)
    x, c = torch.randn(config.batch, 1, 28, 28), torch.randn(config.batch, config.c_dim)
    forward = flops_of(lambda: D(x, c))
    # R1 and R2: D forwards, back to the pictures, and each of these two passes back twice (input and weights).
    assert penalised.flops - plain.flops == pytest.approx(2 * 6 * forward, rel=0.02)


def test_an_average_step_holds_every_kind_in_its_share(speed):
    plain, penalised = speed.kinds
    assert speed.mean.flops == pytest.approx((2 * plain.flops + penalised.flops) / 3, abs=1)
    assert speed.mean.seconds == pytest.approx((2 * plain.seconds + penalised.seconds) / 3)
    assert speed.images_per_second == pytest.approx(16 / speed.mean.seconds)
    assert set(speed.best) == {"float32"} and len(speed.best["float32"].times) == 6
    assert 0 < speed.mean.speed < 2 * speed.best["float32"].speed


def test_a_family_without_penalties_has_one_kind_of_step_and_mismatch_costs_little():
    threads = torch.get_num_threads()
    hinge, mismatched = (
        measure(TrainConfig(family="word-hinge", size=4, batch=4, threads=threads, penalty_every=2, **more), periods=1)
        for more in ({"mismatch": 0}, {"mismatch": 0.5})
    )
    assert len(hinge.kinds) == len(mismatched.kinds) == 1 and hinge.kinds[0].count == 2
    assert hinge.mean.flops < mismatched.mean.flops < 1.05 * hinge.mean.flops


def test_time_is_wall_time():
    assert 0.05 <= seconds_of(lambda: sleep(0.05), CPU) < 5


def test_the_command_prints_a_table(capsys):
    threads = torch.get_num_threads()
    assert main(f"bench train --size 4 --batch 4 --periods 1 --threads {threads}".split()) == 0
    out = capsys.readouterr().out
    for said in (
        "7 plain",
        "1 with penalties",
        "on average",
        "img/s",
        "word: 28 x 28 x 1, size 4, batch 4, float32",
        "GFLOP/s",
    ):
        assert said in " ".join(out.split())


@pytest.mark.parametrize(
    "options, said", [("--size 3", "size"), ("--precision half", "half"), ("--batch 0", "batch"), ("--family x", "x")]
)
def test_a_recipe_that_cannot_be_is_one_sentence(options, said, capsys):
    assert main(["bench", "train", *options.split()]) == 2
    err = capsys.readouterr().err
    assert said in err and err.startswith("gan-explorer: ") and err.count("\n") == 1
