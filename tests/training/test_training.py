"""Training: what is learned, what is left on disk, and that a kill changes nothing."""

import dataclasses
import json
import signal
import sys

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from sklearn.neighbors import KNeighborsClassifier
from tiny_training import BUDGET, TINY, assert_same, start, start_with_little_room

from explorer import checkpoint
from explorer.data import load
from explorer.errors import ExplorerError
from explorer.machine import cores, devices
from explorer.models.config import NetworkConfig
from explorer.models.discriminator import Discriminator
from explorer.models.layers import add_spectral_norm, fold_spectral_norm
from explorer.state_file import read_state
from explorer.training import TrainConfig, train
from explorer.training.rng import EpochOrder
from explorer.training.run import STATE_FILE
from explorer.training.settings import TrainingError
from explorer.words import UnknownWord, open_space

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def digits():
    return load("digits")


@pytest.fixture(scope="module")
def space():
    return open_space("glove-minilm-100d")


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory, digits, space):
    """A short training that nothing interrupted."""
    folder = tmp_path_factory.mktemp("unbroken") / "run"
    train(folder, TrainConfig(**TINY, kimg=BUDGET), digits, space)
    return folder


def test_the_run_folder(unbroken, digits):
    assert {p.name for p in unbroken.iterdir()} - {"preview.jpg"} == {
        *("config.json", "stats.jsonl", "status.json", "samples", "state", "checkpoint", "lock", "owner.json")
    }
    status = json.loads((unbroken / "status.json").read_text())
    assert status["state"] == "finished" and status["kimg"] == status["budget_kimg"] == BUDGET
    assert status["device"] == devices()[0] and status["memory_mb"] > 0 and status["changed"] == []
    every = [json.loads(line) for line in (unbroken / "stats.jsonl").read_text().splitlines()]
    lines = [line for line in every if "loss_d" in line]
    assert [line["images"] for line in lines] == [512, 640]
    made = json.loads((unbroken / "checkpoint/config.json").read_text())["made"]
    assert 0 <= made["cpu_seconds"] <= made["seconds"] * cores() + 1
    assert all({"loss_d", "loss_g", "r1", "r2", "img_per_s", "seconds"} <= set(line) for line in lines)
    assert sorted(p.stem.lstrip("0") for p in (unbroken / "samples").glob("*.jpg")) == ["", "512", "640"]
    assert len(list((unbroken / "state").iterdir())) == 1
    loaded = checkpoint.load(unbroken)
    assert loaded.labels == digits.words and loaded.summary["kimg"] == BUDGET
    assert str(unbroken) not in (unbroken / "checkpoint/config.json").read_text()


def test_the_command_of_a_finished_run_leaves_what_was_measured_of_it(tmp_path, digits, space):
    config = TrainConfig(**TINY, kimg=BUDGET)
    measured = train(tmp_path / "run", config, digits, space) / "metrics.json"
    measured.write_text('{"evaluation": {}}')
    train(tmp_path / "run", config, digits, space)
    assert measured.read_text() == '{"evaluation": {}}'
    (tmp_path / "run/checkpoint/generator.safetensors").unlink()  # as if it had been killed before it was written
    assert checkpoint.load(train(tmp_path / "run", config, digits, space)).summary["kimg"] == BUDGET


def test_the_same_settings_twice_give_the_same_weights(unbroken, tmp_path, digits, space):
    train(tmp_path / "again", TrainConfig(**TINY, kimg=BUDGET), digits, space)
    assert_same(tmp_path / "again", unbroken)


@pytest.mark.parametrize("point", ["before", "during", "after", "swap"])
def test_killed_at_a_named_point_of_a_save(unbroken, tmp_path, digits, space, point):
    folder = tmp_path / "run"
    assert start(folder, point=point, times=4).wait() == -signal.SIGKILL
    assert json.loads((folder / "status.json").read_text())["state"] == "running"
    train(folder, TrainConfig(**TINY, kimg=BUDGET), digits, space)
    assert_same(folder, unbroken)


def test_killed_at_any_moment(unbroken, tmp_path, digits, space):
    folder = tmp_path / "run"
    killed = start(folder)
    killed.until(lambda: killed.output)  # it has logged once, so it is in the middle
    killed.kill()
    assert killed.wait() == -signal.SIGKILL
    train(folder, TrainConfig(**TINY, kimg=BUDGET), digits, space)
    assert_same(folder, unbroken)
    lines = [json.loads(line) for line in (folder / "stats.jsonl").read_text().splitlines()]
    seen = [line["images"] for line in lines if "loss_d" in line]
    assert seen == sorted(set(seen)) and seen[-1] == 640


@pytest.mark.parametrize("family", ["word-hinge"])
def test_other_families_resume_and_publish(tmp_path, digits, space, family):
    settings = {"family": family, "neighbours": 4, "mismatch": 0.5}
    config = TrainConfig(**TINY, kimg=BUDGET, **settings)
    whole = train(tmp_path / "whole", config, digits, space)
    assert start(tmp_path / "killed", point="after", times=9, **settings).wait() == -signal.SIGKILL
    resumed = train(tmp_path / "killed", config, digits, space)
    for name in ("generator", "discriminator"):
        one, other = (load_file(folder / f"{name}.safetensors") for folder in (whole, resumed))
        assert all(torch.equal(one[key], other[key]) for key in one)
    loaded = checkpoint.load(resumed)
    assert loaded.summary["settings"]["family"] == family


def test_spectral_norm_is_folded_into_what_is_published():
    config = NetworkConfig(28, size=4, z_dim=8)
    D = add_spectral_norm(Discriminator(config))
    x, c = torch.randn(6, 1, 28, 28), torch.nn.functional.normalize(torch.randn(6, 100))
    for _ in range(20):
        D(x, c)  # in training every pass changes the estimate of the norms
    plain = fold_spectral_norm(D)
    assert D.training and not any("parametrizations" in name for name in plain.state_dict())
    assert torch.allclose(plain(x, c).real, D.eval()(x, c).real, atol=1e-6)
    for name, weight in plain.named_parameters():
        if weight.ndim == 4:
            assert torch.linalg.matrix_norm(weight.flatten(1), 2).item() == pytest.approx(1, abs=0.05), name


def test_sigterm_saves_and_leaves(tmp_path):
    folder = tmp_path / "run"
    running = start(folder, 1000)
    running.until(lambda: running.output)
    running.send_signal(signal.SIGTERM)
    running.wait(30)
    status = json.loads((folder / "status.json").read_text())
    assert status["state"] == "paused"
    (state,) = (folder / "state").iterdir()
    assert int(state.name) == round(status["kimg"] * 1000)


def test_other_settings_are_refused(unbroken, digits, space):
    with pytest.raises(TrainingError, match=r"size 4 -> 8"):
        train(unbroken, TrainConfig(**{**TINY, "size": 8}, kimg=BUDGET), digits, space)


def test_pictures_or_space_that_do_not_fit_are_refused(tmp_path, digits, space):
    with pytest.raises(TrainingError, match="32 px"):
        train(tmp_path / "run", TrainConfig(**TINY, kimg=1, resolution=32), digits, space)
    assert not (tmp_path / "run").exists()


def test_a_word_that_the_space_lacks_is_refused_before_anything_is_made(tmp_path, digits, space):
    with pytest.raises(UnknownWord, match="qwxz"):
        train(tmp_path / "run", TrainConfig(**TINY, kimg=1, preview=("qwxz",)), digits, space)
    assert not (tmp_path / "run").exists()


def test_a_training_that_diverges_stops_with_a_sentence(tmp_path, digits, space):
    folder = tmp_path / "run"
    with pytest.raises(TrainingError, match="not finite"):
        train(folder, TrainConfig(**TINY, kimg=50, lr=100), digits, space)
    assert json.loads((folder / "status.json").read_text())["state"] == "failed"
    (state,) = (folder / "state").iterdir()  # saved after every step, the last time before a weight was spoilt
    kept = read_state(state / STATE_FILE)
    assert all(torch.isfinite(tensor).all() for name in ("G", "D", "ema") for tensor in kept[name].values())
    assert checkpoint.load(folder).summary["kimg"] == kept["images"] / 1000


def test_other_pictures_under_the_same_name_are_refused(tmp_path, digits, space):
    folder = tmp_path / "run"
    train(folder, TrainConfig(**TINY, kimg=0.1), digits, space)
    changed = dataclasses.replace(digits, images=255 - digits.images)
    with pytest.raises(TrainingError, match="not those"):
        train(folder, TrainConfig(**TINY, kimg=0.1), changed, space)


@pytest.mark.skipif(sys.platform == "win32", reason="RLIMIT_FSIZE is POSIX")
@pytest.mark.parametrize("room", [1_000, 300_000])  # bytes: for texts alone, for weights too
def test_a_full_disk_is_one_sentence_and_the_run_goes_on_later(unbroken, tmp_path, digits, space, room):
    folder = tmp_path / "run"
    full = start_with_little_room(folder, room)
    full.wait()
    assert "File too large" in full.output and full.output.count("\n") == 1 and "Traceback" not in full.errors
    assert [p.name for p in (folder / "state").iterdir() if not p.name.isdigit()] == []
    train(folder, TrainConfig(**TINY, kimg=BUDGET), digits, space)
    assert_same(folder, unbroken)


@pytest.mark.parametrize(
    "wrong", [{"kimg": 0}, {"batch": -1}, {"beta2": 1.0}, {"precision": "x"}, {"size": 10**6}, {"lr": float("nan")}]
)
def test_settings_out_of_range(wrong):
    with pytest.raises(ExplorerError, match=r"\.$"):
        TrainConfig(**wrong)


def test_every_picture_once_an_epoch_whatever_the_batches():
    order = EpochOrder(10, seed=3)
    seen = torch.cat([order.batch(at, 4) for at in range(0, 20, 4)])
    assert sorted(seen[:10].tolist()) == sorted(seen[10:].tolist()) == list(range(10))
    assert torch.equal(EpochOrder(10, seed=3).batch(8, 4), seen[8:12])  # no state between calls
    assert not torch.equal(seen[:10], seen[10:])


def test_digits_learned(tmp_path, digits, space):
    """A budget of 5,000 pictures: a classifier of real digits must recognise the drawn ones."""
    torch.set_num_threads(1)
    config = TrainConfig(
        data="digits", size=8, z_dim=16, batch=16, kimg=5, lr=2e-3, ema_kimg=0.5, jitter=0.5, mismatch=0
    )
    loaded = checkpoint.load(train(tmp_path / "run", config, digits, space))
    judge = KNeighborsClassifier(3).fit(digits.images.reshape(len(digits.labels), -1), digits.labels)
    labels = np.arange(200) % 10
    with torch.inference_mode():
        z = torch.randn(200, 16, generator=torch.Generator().manual_seed(0))
        pictures = loaded.generator(z, torch.from_numpy(loaded.label_vectors[labels]))
    drawn = ((pictures + 1) * 127.5).numpy().reshape(200, -1)
    assert (judge.predict(drawn) == labels).mean() > 0.75  # chance is 0.1
    spread = (
        drawn.reshape(20, 10, -1).std(axis=0).mean() / digits.images.reshape(len(digits.labels), -1).std(axis=0).mean()
    )
    assert spread > 0.3  # and not one picture a class
