"""Sharing a batch: over pieces for want of memory, over processes for speed. The gradients stay those of the whole."""

import json
import socket
from pathlib import Path

import pytest
import torch
from forked import command, script

from explorer import checkpoint
from explorer.models.families import FAMILIES
from explorer.training.distributed import Distributed, split_batch
from explorer.training.settings import TrainConfig, TrainingError
from explorer.training.state import Forward, Setbacks, TrainState
from explorer.training.step import Batch, train_step

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


def gradients(state):
    return torch.cat([p.grad.flatten() for network in (state.D, state.G) for p in network.parameters()])


@pytest.mark.parametrize("family", [name for name in FAMILIES if name.startswith("word")])
def test_pieces_have_the_gradients_and_the_log_of_the_whole(double, family):
    config = TrainConfig(**SMALL, family=family)
    found = []
    for pieces in (1, 4):
        state = TrainState.new(config, CPU.device)
        state.setbacks = Setbacks(pieces=pieces)
        log = train_step(state, config, Batch(*batch(config)), CPU)
        found.append((gradients(state), torch.stack(list(log.values())), list(log)))
    assert found[0][2] == found[1][2]
    if not FAMILIES[family].spectral:  # whose estimate of the norms changes with every pass
        assert torch.allclose(found[0][0], found[1][0], atol=1e-9)
        assert torch.allclose(found[0][1], found[1][1], atol=1e-9)


def test_the_generator_may_learn_at_a_rate_of_its_own(double):
    """Adam's first step is as long as its rate, however large the gradient."""
    longest = {}
    for pace in (1.0, 5.0):
        config = TrainConfig(**SMALL, lr_g=pace)
        state, fresh = TrainState.new(config, CPU.device), TrainState.new(config, CPU.device)
        train_step(state, config, Batch(*batch(config)), CPU)
        for name in ("G", "D"):
            both = zip(getattr(state, name).parameters(), getattr(fresh, name).parameters(), strict=True)
            longest[name, pace] = max((after - before).abs().max().item() for after, before in both)
    assert longest["G", 5.0] / longest["G", 1.0] == pytest.approx(5, rel=1e-3)
    assert longest["D", 5.0] == longest["D", 1.0] == pytest.approx(longest["G", 1.0], rel=1e-3)


def test_a_batch_is_cut_into_groups_that_stay_together():
    assert split_batch(64, 1) == [slice(0, 64)] and split_batch(30, 1) == [slice(0, 30)]
    assert split_batch(40, 2) == [slice(0, 16), slice(16, 40)]
    for size, parts in ((30, 2), (16, 3)):
        with pytest.raises(TrainingError, match="multiple of"):
            split_batch(size, parts)


def test_compiled_passes_have_the_same_gradients():
    """As on CUDA, with a backend of torch's that needs no compiler."""
    config = TrainConfig(**SMALL)
    found = []
    for backend in (None, "aot_eager"):
        state = TrainState.new(config, CPU.device)
        state.forward = Forward.of(state.G, state.D, backend)
        for _ in range(2):  # with penalties, and without
            train_step(state, config, Batch(*batch(config)), CPU)
        found.append(gradients(state))
    assert torch.allclose(*found, atol=1e-5)


PROCESS = """
import sys, torch
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
sys.path.insert(0, sys.argv[2])
from test_distributed import SMALL, batch, gradients
from explorer.training.settings import TrainConfig
from explorer.training.state import TrainState
from explorer.training.step import Batch, train_step
from explorer.training.distributed import Distributed

distributed, config = Distributed.start("cpu"), TrainConfig(**SMALL, kimg=0.64)
state, kept = TrainState.new(config, distributed.device), {}
mine = distributed.shard(config.batch)
for step in range(20):
    log = train_step(state, config, Batch(*(part[mine] for part in batch(config))), distributed)
    if step == 0:
        kept = {"gradients": gradients(state), "log": distributed.sum_scalars(log)}
kept |= {"weights": torch.cat([p.detach().flatten() for n in (state.G, state.D, state.ema) for p in n.parameters()])}
torch.save(kept, f"{sys.argv[1]}/{distributed.rank}.pt")
distributed.barrier()
"""


def start_two(begin, *arguments, folder):
    """Start something twice, as two processes of one training."""
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
    for process in start_two(script, PROCESS, str(tmp_path), str(Path(__file__).parent), folder=tmp_path):
        assert process.wait() == 0, process.output
    first, second = (torch.load(tmp_path / f"{rank}.pt", weights_only=True) for rank in range(2))
    assert torch.equal(first["weights"], second["weights"])
    config = TrainConfig(**SMALL, kimg=0.64)
    alone = TrainState.new(config, CPU.device)
    log = train_step(alone, config, Batch(*batch(config)), CPU)
    assert torch.allclose(first["gradients"], gradients(alone), atol=1e-5)
    assert first["log"] == pytest.approx({name: float(value) for name, value in log.items()}, abs=1e-5)


def training(folder, kimg):
    settings = ["--set", "batch=32", "--set", "z_dim=8", "--size", "4", "--threads", "1"]
    return [
        *("train", "digits", "--run", str(folder), "--kimg", str(kimg), "--device", "cpu"),
        *("--space", "glove-minilm-100d", *settings),
    ]


def test_the_command_trains_in_two_processes_and_resumes_in_one(tmp_path):
    for process in start_two(command, *training(tmp_path / "run", 0.64), folder=tmp_path):
        assert process.wait() == 0, process.output
    assert checkpoint.load(tmp_path / "run").summary["kimg"] == 0.64
    lines = [json.loads(line) for line in (tmp_path / "run/stats.jsonl").read_text().splitlines()]
    assert [line["images"] for line in lines if "loss_d" in line] == [512, 640]  # written once
    assert command(*training(tmp_path / "run", 0.64), output=tmp_path / "again.txt").wait() == 0


@pytest.mark.parametrize("killed", [0, 1])
def test_a_dead_process_ends_the_training_with_a_sentence(tmp_path, killed):
    processes = start_two(command, *training(tmp_path / "run", 5000), folder=tmp_path)
    try:
        processes[0].until((tmp_path / "run/stats.jsonl").is_file)
        processes[killed].kill()
        left = processes[1 - killed]
        assert left.wait(60) == 2
        assert "Another process of this training is gone" in left.output and "Traceback" not in left.output
    finally:
        for process in processes:
            process.kill()
