"""Sharing a batch: over pieces for want of memory, over processes for speed. The gradients stay those of the whole."""

import json
import socket
from pathlib import Path

import pytest
import torch
from forked import command, script

from explorer import checkpoint
from explorer.models.families import FAMILIES
from explorer.training.distributed import Distributed, cut
from explorer.training.forward import passes
from explorer.training.game import TrainState, move
from explorer.training.setbacks import Setbacks
from explorer.training.settings import TrainConfig, TrainingError

pytestmark = pytest.mark.slow

CPU = Distributed(torch.device("cpu"))
SMALL = {"size": 4, "z_dim": 8, "c_dim": 12, "batch": 32, "penalty_every": 2, "outside": 1.0, "mismatch": 0.5}


@pytest.fixture
def double():
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def batch(config):
    noise = torch.Generator().manual_seed(5)
    real = torch.rand((config.batch, 1, 28, 28), generator=noise) * 2 - 1
    return real, torch.nn.functional.normalize(torch.randn((config.batch, config.c_dim), generator=noise), dim=1)


def slopes(game):
    return torch.cat([p.grad.flatten() for network in (game.D, game.G) for p in network.parameters()])


@pytest.mark.parametrize("family", [name for name in FAMILIES if name.startswith("word")])
def test_pieces_have_the_gradients_and_the_log_of_the_whole(double, family):
    config = TrainConfig(**SMALL, family=family)
    found = []
    for pieces in (1, 4):
        game = TrainState.new(config, CPU.device)
        game.setbacks = Setbacks(pieces=pieces)
        log = move(game, config, *batch(config), CPU)
        found.append((slopes(game), torch.stack(list(log.values())), list(log)))
    assert found[0][2] == found[1][2]
    if not FAMILIES[family].spectral:  # whose estimate of the norms moves with every pass
        assert torch.allclose(found[0][0], found[1][0], atol=1e-9)
        assert torch.allclose(found[0][1], found[1][1], atol=1e-9)


def test_the_generator_may_learn_at_a_pace_of_its_own(double):
    """Adam's first step is as long as its rate, however steep it is."""
    longest = {}
    for pace in (1.0, 5.0):
        config = TrainConfig(**SMALL, lr_g=pace)
        game, fresh = TrainState.new(config, CPU.device), TrainState.new(config, CPU.device)
        move(game, config, *batch(config), CPU)
        for name in ("G", "D"):
            both = zip(getattr(game, name).parameters(), getattr(fresh, name).parameters(), strict=True)
            longest[name, pace] = max((after - before).abs().max().item() for after, before in both)
    assert longest["G", 5.0] / longest["G", 1.0] == pytest.approx(5, rel=1e-3)
    assert longest["D", 5.0] == longest["D", 1.0] == pytest.approx(longest["G", 1.0], rel=1e-3)


def test_a_batch_is_cut_into_groups_that_stay_together():
    assert cut(64, 1) == [slice(0, 64)] and cut(30, 1) == [slice(0, 30)]
    assert cut(40, 2) == [slice(0, 16), slice(16, 40)]
    for size, parts in ((30, 2), (16, 3)):
        with pytest.raises(TrainingError, match="multiple of"):
            cut(size, parts)


def test_compiled_passes_have_the_same_gradients():
    """As on CUDA, with a backend of torch's that needs no compiler."""
    config = TrainConfig(**SMALL)
    found = []
    for backend in (None, "aot_eager"):
        game = TrainState.new(config, CPU.device)
        game.passes = passes(game.G, game.D, backend)
        for _ in range(2):  # with penalties, and without
            move(game, config, *batch(config), CPU)
        found.append(slopes(game))
    assert torch.allclose(*found, atol=1e-5)


PLAYER = """
import sys, torch
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
sys.path.insert(0, sys.argv[2])
from test_distributed import SMALL, batch, slopes
from explorer.training.settings import TrainConfig
from explorer.training.game import TrainState, move
from explorer.training.distributed import Distributed

team, config = Distributed.gather("cpu"), TrainConfig(**SMALL, kimg=0.64)
game, kept = TrainState.new(config, team.device), {}
mine = team.share(config.batch)
for step in range(20):
    log = move(game, config, *(part[mine] for part in batch(config)), team)
    if step == 0:
        kept = {"slopes": slopes(game), "log": team.totals(log)}
kept |= {"weights": torch.cat([p.detach().flatten() for n in (game.G, game.D, game.ema) for p in n.parameters()])}
torch.save(kept, f"{sys.argv[1]}/{team.rank}.pt")
team.wait()
"""


def two(begin, *arguments, folder):
    """Start something twice, as two processes of one team."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    shared = {"WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port}
    shared |= {"ACCELERATE_USE_CPU": "true", "OMP_NUM_THREADS": "1"}
    return [
        begin(*arguments, output=folder / f"{rank}.txt", **shared, RANK=str(rank), LOCAL_RANK=str(rank))
        for rank in range(2)
    ]


def test_two_processes_have_the_gradients_of_one_and_stay_equal_to_the_bit(double, tmp_path):
    for player in two(script, PLAYER, str(tmp_path), str(Path(__file__).parent), folder=tmp_path):
        assert player.wait() == 0, player.output
    first, second = (torch.load(tmp_path / f"{rank}.pt", weights_only=True) for rank in range(2))
    assert torch.equal(first["weights"], second["weights"])
    config = TrainConfig(**SMALL, kimg=0.64)
    alone = TrainState.new(config, CPU.device)
    log = move(alone, config, *batch(config), CPU)
    assert torch.allclose(first["slopes"], slopes(alone), atol=1e-5)
    assert first["log"] == pytest.approx({name: float(value) for name, value in log.items()}, abs=1e-5)


def training(folder, kimg):
    dials = ["--set", "batch=32", "--set", "z_dim=8", "--size", "4", "--space", "glove-minilm-100d", "--threads", "1"]
    return [
        *("train", "digits", "--run", str(folder), "--kimg", str(kimg), "--device", "cpu"),
        *dials,
    ]


def test_the_command_trains_in_a_team_and_resumes_alone(tmp_path):
    for player in two(command, *training(tmp_path / "run", 0.64), folder=tmp_path):
        assert player.wait() == 0, player.output
    assert checkpoint.load(tmp_path / "run").summary["kimg"] == 0.64
    lines = [json.loads(line) for line in (tmp_path / "run/stats.jsonl").read_text().splitlines()]
    assert [line["images"] for line in lines if "loss_d" in line] == [512, 640]  # written once
    assert command(*training(tmp_path / "run", 0.64), output=tmp_path / "again.txt").wait() == 0


@pytest.mark.parametrize("killed", [0, 1])
def test_a_dead_process_ends_the_training_with_a_sentence(tmp_path, killed):
    players = two(command, *training(tmp_path / "run", 5000), folder=tmp_path)
    try:
        players[0].until((tmp_path / "run/stats.jsonl").is_file)
        players[killed].kill()
        left = players[1 - killed]
        assert left.wait(60) == 2
        assert "Another process of this training is gone" in left.output and "Traceback" not in left.output
    finally:
        for player in players:
            player.kill()
