"""What a command does whose output cannot be written any more."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from forked import script

PYTHON = [sys.executable, "-m", "explorer"]
SMALL = ["--preset", "tiny", "--size", "4", "--threads", "1", "--device", "cpu", "--kimg", "0.1"]


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
@pytest.mark.parametrize("command", [["checkpoints"], ["words", "neighbours", "boots", "--json"], ["data", "digits"]])
def test_a_full_disk_behind_the_output_is_one_sentence(home, command):
    with open("/dev/full", "wb") as full:
        done = subprocess.run([*PYTHON, *command], stdout=full, stderr=subprocess.PIPE, text=True, timeout=120)
    assert done.returncode == 1
    assert done.stderr == "gan-explorer: The output cannot be written (No space left on device).\n"


@pytest.mark.parametrize("command", [["checkpoints"], ["data", "digits"]])
def test_a_reader_that_has_seen_enough_is_no_error(home, command):
    ours, theirs = os.pipe()
    os.close(ours)
    done = subprocess.run([*PYTHON, *command], stdout=theirs, stderr=subprocess.PIPE, text=True, timeout=120)
    os.close(theirs)
    assert (done.returncode, done.stderr) == (0, "")


UNREAD = """
import os, sys
from explorer.__main__ import main
ours, theirs = os.pipe()
os.close(ours)
sys.stdout = open(theirs, "w")
sys.exit(main())
"""


@pytest.mark.slow
def test_a_training_does_not_need_its_output(home, tmp_path):
    training = ["train", "digits", "--run", "mine", *SMALL]
    outputs = {"output": tmp_path / "output.txt", "errors": tmp_path / "errors.txt"}
    unread = script(UNREAD, *training, **outputs)
    assert (unread.wait(), unread.errors) == (0, "")
    assert json.loads((home / "runs/mine/status.json").read_text())["state"] == "finished"
