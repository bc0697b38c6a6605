"""Faults in a training, on purpose: it goes on where it can, and says so, or ends in a sentence."""

import dataclasses
import json
import shutil
import signal
import struct
import time

import pytest
import torch
from tiny_training import BUDGET, TINY, assert_same, leave, leave_at, load_digits, status

from explorer import checkpoint
from explorer.state_file import pack_state, read_state
from explorer.training import TrainConfig, loop, train
from explorer.training.run import STATE_FILE
from explorer.training.settings import TrainingError
from explorer.training.state import Setbacks, out_of_memory

pytestmark = pytest.mark.slow

CONFIG = TrainConfig(**TINY, kimg=BUDGET)


@pytest.fixture(scope="module")
def digits():
    return load_digits()


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory, digits):
    folder = tmp_path_factory.mktemp("unbroken") / "run"
    train(folder, CONFIG, *digits)
    return folder


@pytest.fixture
def fault(monkeypatch):
    """`fault(images, what)`: `what(state)` happens before the step after that many pictures, every time."""

    def install(images, what, while_=lambda state: True):
        real = loop.train_step

        def train_step(state, *rest):
            if state.images == images and while_(state):
                what(state)
            return real(state, *rest)

        monkeypatch.setattr(loop, "train_step", train_step)

    return install


def saved(folder):
    (state,) = (folder / "state").iterdir()
    return read_state(state / STATE_FILE)


def spoil(state):
    with torch.no_grad():
        state.G.to_image.bias.fill_(float("nan"))


def no_memory(state):
    raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")


def test_nan_goes_back_once_to_half_the_learning_rate_and_a_kill_later_does_not_forget_it(tmp_path, digits, fault):
    fault(320, spoil, while_=lambda state: state.setbacks.lr_scale == 1)
    whole = tmp_path / "whole"
    train(whole, CONFIG, *digits)
    assert status(whole)["state"] == "finished"
    (sentence,) = status(whole)["changed"]
    assert "learning rate was halved" in sentence and sentence.endswith("kimg.")
    assert saved(whole)["setbacks"] == {"pieces": 1, "lr_scale": 0.5, "told": [sentence]}
    assert saved(whole)["adam_g"]["param_groups"][0]["lr"] < CONFIG.lr / 2
    assert checkpoint.load(whole).summary["setbacks"] == [sentence]

    stopped = tmp_path / "stopped"

    with pytest.raises(KeyboardInterrupt):
        train(stopped, CONFIG, *digits, report=leave_at(512))
    assert saved(stopped)["setbacks"]["lr_scale"] == 0.5
    train(stopped, CONFIG, *digits)
    assert_same(stopped, whole)


def test_nan_again_ends_the_training_and_keeps_what_was_good(tmp_path, digits, fault):
    fault(320, spoil)
    with pytest.raises(TrainingError, match=r"diverged again at 0\.5 kimg"):
        train(tmp_path / "run", CONFIG, *digits)
    assert status(tmp_path / "run")["state"] == "failed" and "diverged again" in status(tmp_path / "run")["reason"]
    state = saved(tmp_path / "run")
    assert state["images"] == 320
    assert all(torch.isfinite(tensor).all() for name in ("G", "D", "ema") for tensor in state[name].values())


def test_no_memory_halves_the_batch_and_says_so(tmp_path, digits, fault, unbroken):
    fault(320, no_memory, while_=lambda state: state.setbacks.pieces < 4)
    train(tmp_path / "run", CONFIG, *digits)
    first, second = status(tmp_path / "run")["changed"]
    assert first == "The batch is computed in 2 pieces: memory ran out at 0.3 kimg." and "4 pieces" in second
    assert saved(tmp_path / "run")["setbacks"]["pieces"] == 4
    # The same training, up to rounding.
    one, other = (saved(folder)["ema"]["paint.bias"] for folder in (tmp_path / "run", unbroken))
    assert torch.allclose(one, other, atol=1e-3)


def test_no_memory_whatever_is_done_ends_in_a_sentence(tmp_path, digits, fault):
    fault(0, no_memory)
    with pytest.raises(TrainingError, match="cut into 4: close other programs"):
        train(tmp_path / "run", CONFIG, *digits)
    assert status(tmp_path / "run")["state"] == "failed"
    assert saved(tmp_path / "run")["images"] == 0


def test_the_processor_has_no_memory_either():
    with pytest.raises(RuntimeError) as refused:
        torch.empty(2**56)
    assert out_of_memory(refused.value)
    assert out_of_memory(MemoryError()) and not out_of_memory(RuntimeError("shapes do not fit"))


def test_another_error_is_told_in_the_status_and_not_hidden(tmp_path, digits, fault):
    def broken(state):
        raise RuntimeError("shapes do not fit")

    fault(320, broken)
    with pytest.raises(RuntimeError, match="shapes do not fit"):
        train(tmp_path / "run", CONFIG, *digits)
    assert status(tmp_path / "run")["state"] == "failed" and "shapes do not fit" in status(tmp_path / "run")["reason"]


@pytest.mark.parametrize(
    ("kind", "finish", "state"), [(signal.SIGTERM, False, "paused"), (signal.SIGINT, True, "finished")]
)
def test_a_signal_saves_and_leaves(tmp_path, digits, unbroken, kind, finish, state):
    folder = tmp_path / "run"

    def leave_by_signal(line):
        if finish:
            (folder / "finish").touch()
        leave_at(512, kind)(line)

    with pytest.raises(KeyboardInterrupt):
        train(folder, CONFIG, *digits, report=leave_by_signal)
    assert (status(folder)["state"], status(folder)["kimg"]) == (state, 0.512)
    assert checkpoint.load(folder).summary["kimg"] == 0.512
    train(folder, CONFIG, *digits)
    assert_same(folder, unbroken)


def test_the_clock_may_jump(tmp_path, digits, unbroken, monkeypatch):
    hours = iter(range(10**9))
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + (-1) ** (hour := next(hours)) * 3600 * hour)
    train(tmp_path / "run", CONFIG, *digits)
    assert_same(tmp_path / "run", unbroken)
    assert 0 < status(tmp_path / "run")["seconds"] < 3600


def test_a_run_of_an_older_version_goes_on(tmp_path, digits, fault):
    """One from before there were setbacks, a lock and half of the settings: it had no synonyms and no mismatch."""
    folder = tmp_path / "run"
    config = dataclasses.replace(CONFIG, synonyms=False, mismatch=0.0, outside=1.0)
    with pytest.raises(KeyboardInterrupt):
        train(folder, config, *digits, report=leave)
    old = json.loads((folder / "config.json").read_text())
    for name in ("synonyms", "mismatch", "outside", "tensorboard"):
        del old[name]
    (folder / "config.json").write_text(json.dumps(old))
    (state,) = (folder / "state").iterdir()
    content = read_state(state / STATE_FILE)
    del content["setbacks"]
    torch.save(content, state / "state.pt")
    (state / STATE_FILE).unlink()
    for name in ("lock", "owner.json", "preview.jpg"):
        (folder / name).unlink(missing_ok=True)
    train(folder, TrainConfig.from_file(folder / "config.json"), *digits)
    assert status(folder)["state"] == "finished"


def test_a_run_of_a_newer_version_is_a_sentence(tmp_path, digits, unbroken):
    shutil.copytree(unbroken, tmp_path / "run")
    config = json.loads((tmp_path / "run/config.json").read_text()) | {"warp": 9}
    (tmp_path / "run/config.json").write_text(json.dumps(config))
    with pytest.raises(TrainingError, match="does not know: warp"):
        train(tmp_path / "run", CONFIG, *digits)


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path, digits):
    (tmp_path / "file").touch()
    with pytest.raises(TrainingError, match="give another place"):
        train(tmp_path / "file/run", CONFIG, *digits)


def test_a_spoilt_state_is_a_sentence(tmp_path, digits, unbroken):
    shutil.copytree(unbroken, tmp_path / "run")
    (state,) = (tmp_path / "run/state").iterdir()
    content = read_state(state / STATE_FILE)
    del content["adam_d"]["state"][0]["exp_avg"]
    (state / STATE_FILE).write_bytes(pack_state(content))
    with pytest.raises(TrainingError, match="does not fit the networks of this run"):
        train(tmp_path / "run", CONFIG, *digits)
    (state / STATE_FILE).write_bytes(b"not a state")
    with pytest.raises(TrainingError, match="cannot be read"):
        train(tmp_path / "run", CONFIG, *digits)


def test_event_files_on_request(tmp_path, digits):
    train(tmp_path / "run", dataclasses.replace(CONFIG, tensorboard=True), *digits)
    (events,) = (tmp_path / "run/tensorboard").iterdir()
    content = events.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    assert b"brain.Event" in content[12 : 12 + length] and b"loss_d" in content


def test_setbacks_are_read_as_they_were_written():
    setbacks = Setbacks(2, 0.5, ("One.", "Two."))
    assert Setbacks.from_state({"setbacks": setbacks.to_state()}) == setbacks
    assert Setbacks.from_state({}) == Setbacks()
