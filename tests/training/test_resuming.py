"""Resuming a run: for longer, with its pictures elsewhere, kept in another way; and what may not be changed."""

import dataclasses
import json
import shutil
import signal

import pytest
from forked import script
from PIL import Image
from tiny_training import TINY, assert_same, leave, load_digits, status

from explorer import checkpoint
from explorer.cli import main
from explorer.explore.card.publish import publish
from explorer.places import runs
from explorer.training import TrainConfig, train
from explorer.training.resuming import images_seen, resumed_config
from explorer.training.run import Run
from explorer.training.schedules import lr_factor
from explorer.training.settings import TrainingError

SHORT = TrainConfig(**TINY | {"save_seconds": 60.0}, kimg=0.32)
LONGER = dataclasses.replace(SHORT, kimg=0.64)
OPTIONS = ["--size", "4", "--set", "z_dim=8", "--set", "batch=32", "--space", "glove-minilm-100d", "--threads", "1"]


@pytest.fixture(scope="module")
def digits():
    return load_digits()


@pytest.fixture(scope="module")
def longer(tmp_path_factory, digits):
    """A run that was finished, and then trained for twice as long."""
    folder = tmp_path_factory.mktemp("longer") / "run"
    train(folder, SHORT, *digits)
    train(folder, LONGER, *digits)
    return folder


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def pets(tmp_path):
    for place, grey in (("cat/1.png", 30), ("cat/2.png", 60), ("dog/1.png", 200)):
        (tmp_path / "pets" / place).parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (28, 28), grey).save(tmp_path / "pets" / place)
    return tmp_path / "pets"


def config_of(folder):
    return json.loads((folder / "config.json").read_text("utf-8"))


@pytest.mark.slow
def test_a_finished_run_trained_for_longer_follows_the_new_schedule_and_says_so(longer, tmp_path):
    state = Run(longer, LONGER).load_state()
    assert state["images"] == 640 == images_seen(longer)
    (group,) = state["adam_d"]["param_groups"]
    assert group["lr"] == pytest.approx(SHORT.lr * lr_factor(608, 640, SHORT.lr_end))
    rates = [lr_factor(images, budget, 0.1) for images, budget in ((319, 320), (320, 640), (639, 640))]
    assert rates[0] < 0.11 and rates[1] == 1 and rates[2] < 0.11  # up again where the budget was raised
    said = "Trained to 0.32 kimg, then on to 0.64 (learning rate schedule restarted at 0.32)."
    found = status(longer)
    assert (found["state"], found["kimg"], found["changed"]) == ("finished", 0.64, [said])
    assert checkpoint.load(longer).summary["changes"] == said
    assert said in (publish(longer, tmp_path / "published") / "README.md").read_text()
    assert config_of(longer)["changes"] == [[320, "kimg", 0.32]]
    images = [json.loads(line)["images"] for line in (longer / "stats.jsonl").read_text().splitlines()]
    assert images == sorted(images) and images[-1] == 640


KILLED = """
import os, signal, sys
from pathlib import Path
from explorer.data import load
from explorer.training import TrainConfig, loop, train
from explorer.words import open_space
folder, at = Path(sys.argv[1]), int(sys.argv[2])
real = loop.train_step
def train_step(state, *rest):
    if state.images == at:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(state, *rest)
loop.train_step = train_step
config = TrainConfig.from_file(folder / "config.json")
longer = TrainConfig(**{**vars(config), "kimg": 0.64, "save_seconds": 1e-3})
train(folder, longer, load("digits"), open_space("glove-minilm-100d"))
"""


@pytest.mark.slow
def test_killed_while_it_trains_for_longer_it_ends_in_the_same_weights(longer, tmp_path, digits):
    train(tmp_path / "run", SHORT, *digits)
    for at in ("320", "448"):  # before anything new was saved, and after
        killed = script(KILLED, str(tmp_path / "run"), at, output=tmp_path / "output.txt")
        assert killed.wait() == -signal.SIGKILL
    train(tmp_path / "run", LONGER, *digits)
    assert_same(tmp_path / "run", longer)
    assert config_of(tmp_path / "run")["changes"] == [[320, "kimg", 0.32]]


@pytest.mark.slow
def test_a_run_that_was_stopped_early_takes_a_higher_budget_too(tmp_path, digits):
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path / "run", LONGER, *digits, report=leave)
    train(tmp_path / "run", dataclasses.replace(LONGER, kimg=0.7), *digits)
    (said,) = status(tmp_path / "run")["changed"]
    assert said == "With 0.512 of 0.64 kimg done, then on to 0.7 (learning rate schedule restarted at 0.512)."
    with pytest.raises(TrainingError, match=r"has seen 0\.704.*never lowered, so 0\.6 is too little"):
        train(tmp_path / "run", dataclasses.replace(LONGER, kimg=0.6), *digits)


@pytest.mark.slow
def test_how_a_run_is_kept_may_change_and_no_weight_does(longer, tmp_path, digits):
    train(tmp_path / "run", SHORT, *digits)
    kept = {"sheet_kimg": 0.1, "snapshot_kimg": 0.2, "save_seconds": 9.0, "preview": ("four",)}
    train(tmp_path / "run", dataclasses.replace(LONGER, **kept), *digits)
    assert_same(tmp_path / "run", longer)
    assert config_of(tmp_path / "run")["preview"] == ["four"] and (tmp_path / "run/snapshots/000000000416").is_dir()
    with pytest.raises(TrainingError, match=r"other settings \(lr 0\.0006 -> 0\.1\)"):
        train(tmp_path / "run", dataclasses.replace(LONGER, **kept, lr=0.1), *digits)
    assert config_of(tmp_path / "run")["lr"] == SHORT.lr


def test_other_threads_are_taken_and_noted(longer):
    changed = resumed_config(longer, dataclasses.replace(LONGER, threads=3))
    assert changed.changes == ((320, "kimg", 0.32), (640, "threads", 1))
    assert changed.change_history[1] == "The threads had been 1 until 0.64 kimg, which rounds differently."
    assert resumed_config(longer, changed) == changed  # and again it changes nothing


def test_a_budget_before_the_first_step_is_free(tmp_path):
    tmp_path.joinpath("config.json").write_text(LONGER.to_json())
    assert resumed_config(tmp_path, SHORT) == SHORT


def test_the_command_takes_a_higher_kimg_with_and_without_the_rest(home, pets, capsys):
    begin = ["train", str(pets), "--run", "r", "--preset", "tiny", *OPTIONS, "--kimg"]
    assert main([*begin, "0.064"]) == 0
    assert main([*begin, "0.128"]) == 0
    assert "Trained to 0.064 kimg, then on to 0.128 (learning" in capsys.readouterr().out
    assert main(["train", "--run", "r", "--kimg", "0.192"]) == 0
    assert checkpoint.load("r").summary["kimg"] == 0.192
    assert config_of(runs() / "r")["changes"] == [[64, "kimg", 0.064], [128, "kimg", 0.128]]
    assert main(["train", str(pets), "--run", "r"]) == 0  # what is not given is as the run has it
    assert checkpoint.load("r").summary["kimg"] == 0.192
    capsys.readouterr()
    assert main(["train", "--run", "r", "--kimg", "0.1"]) == 2
    assert "never lowered, so 0.1 is too little" in capsys.readouterr().err
    assert main(["train", "--run", "r", "--set", "changes=[]"]) == 2
    assert "no setting 'changes'" in capsys.readouterr().err


def test_the_same_command_resumes_where_its_family_goes_over_its_preset(home, pets, capsys):
    command = ["train", str(pets), "--run", "r", "--preset", "tiny", "--kimg", "0.064", *OPTIONS]
    assert main([*command, "--family", "dcgan"]) == 0
    assert config_of(runs() / "r")["lr"] == 2e-4  # the family's, not the preset's
    assert main([*command, "--family", "dcgan"]) == 0 and main(command) == 0
    assert main([*command, "--family", "lsgan"]) == 2
    assert "(family 'dcgan' -> 'lsgan')" in capsys.readouterr().err


def test_pictures_that_moved_are_known_again(home, pets, capsys):
    assert main(["train", str(pets), "--run", "my-pets", *OPTIONS, "--kimg", "0.064"]) == 0
    moved = pets.rename(pets.with_name("moved"))
    assert main(["train", "--run", "my-pets"]) == 2
    said = capsys.readouterr().err
    assert f"no data set {pets} any more" in said and "gan-explorer train NEW_PLACE --run my-pets" in said
    assert main(["train", str(moved), "--run", "my-pets"]) == 0
    assert config_of(runs() / "my-pets")["data"] == str(moved)
    assert main(["train", "--run", "my-pets", "--kimg", "0.096"]) == 0
    assert checkpoint.load("my-pets").summary["kimg"] == 0.096


@pytest.mark.parametrize("other", ["one picture", "a class more"])
def test_other_pictures_in_a_new_place_are_refused_and_nothing_changes(home, pets, tmp_path, capsys, other):
    assert main(["train", str(pets), "--run", "r", *OPTIONS, "--kimg", "0.064"]) == 0
    place = "cat/2.png" if other == "one picture" else "cow/1.png"
    for path in pets.rglob("*.png"):
        copy = tmp_path / "copy" / path.relative_to(pets)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    (tmp_path / "copy" / place).parent.mkdir(exist_ok=True)
    Image.new("L", (28, 28), 61).save(tmp_path / "copy" / place)
    files = {path: path.read_bytes() for path in (runs() / "r").rglob("*") if path.is_file()}
    assert main(["train", str(tmp_path / "copy"), "--run", "r", "--kimg", "0.128"]) == 2
    said = capsys.readouterr().err
    assert f"The pictures in {tmp_path / 'copy'}" in said and "are not those that the run" in said
    assert files == {path: path.read_bytes() for path in (runs() / "r").rglob("*") if path.is_file()}


def test_an_old_config_goes_on_and_takes_more(longer, tmp_path, digits):
    shutil.copytree(longer, tmp_path / "run")
    old = config_of(longer)
    for name in ("start_from", "start_hash", "changes"):
        del old[name]
    (tmp_path / "run/config.json").write_text(json.dumps(old))
    train(tmp_path / "run", dataclasses.replace(LONGER, kimg=0.7), *digits)
    assert config_of(tmp_path / "run")["changes"] == [[640, "kimg", 0.64]]


@pytest.mark.parametrize("wrong", [[1], [[1, "lr", 2.0]], [["x", "kimg", 2.0]], [[1, "kimg", "x"]], [[1, "kimg", -1]]])
def test_changes_that_no_run_noted_are_refused(tmp_path, wrong):
    (tmp_path / "config.json").write_text(json.dumps({"changes": wrong}))
    with pytest.raises(TrainingError):
        TrainConfig.from_file(tmp_path / "config.json")


def test_a_refusal_changes_nothing_of_the_run(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path / "home"))
    for word in ("cat", "dog"):
        (tmp_path / "pets" / word).mkdir(parents=True)
        for index in range(4):
            Image.linear_gradient("L").resize((28, 40)).rotate(90 * index).save(
                tmp_path / "pets" / word / f"{index}.png"
            )
    small = ["--preset", "tiny", "--size", "4", "--threads", "1", "--device", "cpu"]
    assert main(["train", str(tmp_path / "pets"), "--run", "r", "--kimg", "0.1", *small]) == 0
    config = tmp_path / "home/runs/r/config.json"
    before = config.read_bytes()
    capsys.readouterr()
    assert main(["train", "--run", "r", "--kimg", "0.2", "--fit", "pad"]) == 2
    said = capsys.readouterr()
    assert "fit 'crop' -> 'pad'" in said.err and "then on to" not in said.out
    (tmp_path / "pets/cat/3.png").unlink()
    assert main(["train", "--run", "r", "--kimg", "0.2"]) == 2
    assert "are not those that" in capsys.readouterr().err and config.read_bytes() == before
    state = next((tmp_path / "home/runs/r/state").glob("*/state.safetensors"))
    state.write_bytes(b"")
    assert main(["train", "--run", "r", "--kimg", "0.2"]) == 2
    said = capsys.readouterr()
    assert "cannot be read" in said.err and "then on to" not in said.out and config.read_bytes() == before


def test_a_wgan_gp_of_before_there_was_batch_norm_in_g_alone_is_read_as_it_was(tmp_path):
    (tmp_path / "config.json").write_text('{"family": "wgan-gp", "norm": "", "c_dim": 0}')
    assert TrainConfig.from_file(tmp_path / "config.json").shapes.norm == "none"
