"""`gan-explorer train`: from an empty folder to a checkpoint, resumed by its folder, and every wrong word answered."""

import json
import os
import re
import signal
import time

import pytest
from forked import command
from PIL import Image

from explorer import checkpoint
from explorer.cli import main
from explorer.errors import listed
from explorer.jobs import Jobs, launching
from explorer.places import run_folder, runs

SMALL = [
    "--set",
    "z_dim=8",
    "--set",
    "batch=32",
    "--set",
    "sheet_kimg=0.5",
    "--size",
    "4",
    "--space",
    "glove-minilm-100d",
    "--threads",
    "1",
    "--device",
    "cpu",
]


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def config_of(name):
    return json.loads((runs() / name / "config.json").read_text("utf-8"))


@pytest.mark.slow
def test_a_name_is_a_run_among_ones_own(home, capsys):
    assert main(["train", "digits", "--run", "mine", "--kimg", "0.1", "--preview", "four", *SMALL]) == 0
    assert "Try it" in capsys.readouterr().out
    assert run_folder("mine") == home / "runs/mine" and config_of("mine")["preview"] == ["four"]
    assert checkpoint.load("mine").summary["kimg"] == 0.128
    assert main(["sample", "four", "--checkpoint", "mine", "-n", "4", "-o", str(home / "four.png")]) == 0
    # Again, and by its name alone: there is nothing left to do.
    assert main(["train", "digits", "--run", "mine", "--kimg", "0.1", "--preview", "four", *SMALL]) == 0
    assert main(["train", "--run", "mine"]) == 0
    assert main(["train", "digits", "--run", "mine", *SMALL, "--size", "5"]) == 2
    assert "size 4 -> 5" in capsys.readouterr().err


def test_a_preset_a_file_and_options_each_override_what_is_before(home, capsys):
    home.mkdir()
    (home / "settings.json").write_text(
        '{"batch": 16, "size": 5, "data": "digits", "space": "glove-minilm-100d", "kimg": 7}'
    )
    parts = ["train", "--run", "mine", "--preset", "tiny", "--config", str(home / "settings.json")]
    assert main([*parts, "--kimg", "0.05", "--set", "size=4", "--threads", "1"]) == 0
    config = config_of("mine")
    assert {name: config[name] for name in ("batch", "size", "kimg", "lr", "sheet_kimg", "data")} == {
        **{"batch": 16, "size": 4, "kimg": 0.05},  # of the file, of --set, of an option
        **{"lr": 1.2e-3, "sheet_kimg": 2.0, "data": "digits"},  # of the preset
    }


def test_a_share_of_the_classes_is_held_out_as_words_and_resumes(home, capsys):
    parts = ["train", "digits", "--run", "mine", "--kimg", "0.03", *SMALL, "--hold-out", "30%"]
    assert main(parts) == 0
    held_out = config_of("mine")["hold_out"]
    assert 0 < len(held_out) < 6 and f"Held out: {listed(held_out)}." in capsys.readouterr().out
    assert set(held_out).isdisjoint(checkpoint.load("mine").labels)
    assert main(parts) == 0  # the same command finds it finished
    assert main(["train", "--run", "mine", "--hold-out", "90%"]) == 2
    assert "hold_out" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (["--run", "new"], "There is no run"),
        (["--run", "new", "--kimg", "1"], "which pictures"),
        (["digits", "--run", "new", "--set", "speed=3"], "no setting 'speed'; did you mean"),
        (["digits", "--run", "new", "--set", "lr"], "name=value"),
        (["digits", "--run", "new", "--set", "lr=quick"], "lr is 'quick'"),
        (["digits", "--run", "new", "--set", "synonyms=1"], "synonyms is '1'"),
        (["digits", "--run", "new", "--set", "preview=[1]"], "must be texts"),
        (["digits", "--run", "new", "--preset", "huge"], "tiny, standard, long"),
        (["digits", "--run", "new", "--hold-out", "sandals"], "no class 'sandals' to hold out"),
        (["digits", "--run", "new", "--config", "nowhere.json"], "cannot be read as JSON"),
        (["digits", "--run", "new", "--device", "cuda:99"], "no device 'cuda:99'"),
        (["nowhere/at-all", "--run", "new"], "no data set"),
        (["digits", "--run", "new", "--space", "none"], "none"),
    ],
)
def test_a_wrong_word_is_one_sentence_and_nothing_is_made(home, capsys, wrong, said):
    assert main(["train", *wrong]) == 2
    err = capsys.readouterr().err
    assert said in err and err.count("\n") == 1
    assert not (runs() / "new").exists()


def test_an_estimate_and_no_run(home, capsys):
    assert main(["train", "digits", "--run", "mine", "--kimg", "10", "--estimate", *SMALL]) == 0
    assert "pictures a second" in capsys.readouterr().out
    assert not (runs() / "mine").exists()


@pytest.mark.slow
def test_a_folder_that_another_process_trains_is_refused_and_that_training_goes_on(home, tmp_path):
    training = ["train", "digits", "--run", "mine", "--kimg", "5000", *SMALL]
    first = command(*training, output=tmp_path / "first.txt")
    try:
        first.until((runs() / "mine/stats.jsonl").is_file)
        second = command(*training, output=tmp_path / "second.txt", errors=tmp_path / "errors.txt")
        assert second.wait(60) == 2
        assert f"by process {first.pid}" in second.errors and second.errors.count("\n") == 1
        assert json.loads((runs() / "mine/status.json").read_text())["state"] == "running"
    finally:
        first.send_signal(signal.SIGTERM)
        assert first.wait(30) == 128 + signal.SIGTERM
    assert json.loads((runs() / "mine/status.json").read_text())["state"] == "paused"


def test_pictures_that_are_gone_are_in_the_status_too(home, tmp_path, capsys):
    for place in ("cat/1.png", "cat/2.png", "dog/1.png", "dog/2.png"):
        (tmp_path / "pets" / place).parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (28, 28), 90).save(tmp_path / "pets" / place)
    options = [*SMALL, "--kimg", "0.05"]
    assert main(["train", os.path.relpath(tmp_path / "pets"), "--run", "pets", *options]) == 0
    assert config_of("pets")["data"] == str(tmp_path / "pets")
    (tmp_path / "pets").rename(tmp_path / "moved")
    assert main(["train", "--run", "pets"]) == 2
    status = json.loads((runs() / "pets/status.json").read_text())
    assert status["state"] == "failed" and "no data set" in status["reason"]
    (tmp_path / "moved").rename(tmp_path / "pets")
    assert main(["train", "--run", "pets"]) == 0


@pytest.mark.slow
def test_in_the_background_it_trains_on_its_own(home, capsys, tmp_path, monkeypatch):
    usual = launching.worker_command  # as polite as that, it would wait for whatever else this machine does
    monkeypatch.setattr(launching, "worker_command", lambda *run: [word for word in usual(*run) if word != "--polite"])

    command = ["train", "digits", "--run", "mine", "--kimg", "0.1", *SMALL, "--background"]
    assert main([*command, "--data-dir", str(tmp_path)]) == 2
    assert "GAN_EXPLORER_DATA" in capsys.readouterr().err
    assert main(command) == 0
    assert re.search(r"mine is (starting|running) on cpu", capsys.readouterr().out)
    assert main(command) == 2  # it is there already
    until = time.monotonic() + 120
    while not Jobs().get("mine").ended and time.monotonic() < until:
        time.sleep(0.1)
    assert Jobs().get("mine").state == "finished" and checkpoint.load("mine").summary["kimg"] == 0.128
    assert "The checkpoint is" in Jobs().log("mine")
