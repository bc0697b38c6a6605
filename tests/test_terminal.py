"""Every command that shows progress, in a real terminal; signals and hang-ups; output in any encoding."""

import re
import sys

import pytest
from in_terminal import run_commands
from PIL import Image

SMALL = ["--preset", "tiny", "--size", "4", "--threads", "1", "--device", "cpu"]
PYTHON = [sys.executable, "-m", "explorer"]


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("GAN_EXPLORER_DATA", raising=False)
    return tmp_path / "home"


def pictures(folder, *words):
    for word in words:
        (folder / word).mkdir(parents=True)
        for index in range(3):
            Image.new("L", (28, 28), 60 * index + 20).save(folder / word / f"{index}.png")
    return folder


@pytest.mark.parametrize("columns", [80, 20])
def test_commands_with_progress_run_in_a_terminal(home, tmp_path, columns):
    pictures(tmp_path / "pets", "cat", "dog")
    (tmp_path / "text.txt").write_text("the cat sat on the mat and the dog sat on the cat\n" * 300)
    (tmp_path / "few.vec").write_text("cat 1 0\ndog 0 1\n")
    commands = [
        ["data", "pets"],
        ["train", "digits", "--run", "d", "--kimg", "0.1", *SMALL],
        ["judge", "train", "digits", "--name", "mine", "--epochs", "1", "--threads", "1"],
        ["evaluate", "d", "--judge", "mine", "--samples", "200"],
        ["compare", "d", "-o", "report", "--samples", "100"],
        ["memorising", "d"],
        ["neighbours", "d", "seven", "-n", "2", "-o", "near.png"],
        ["probe", "d", "--pictures", "200"],
        ["invert", "pets/cat/1.png", "--checkpoint", "d", "-o", "found.png"],
        ["words", "import", "few.vec", "--name", "few"],
        ["words", "train", "text.txt", "--name", "mine", "--dim", "4", "--epochs", "1", "--threads", "1"],
        ["words", "eval", "few"],
        ["jobs"],
    ]
    shown = run_commands(commands, columns, tmp_path)
    ends = re.findall(r"^\[(-?\w+)\] (\S+)", shown, re.MULTILINE)
    assert ends == [("0", arguments[0]) for arguments in commands], shown[-2000:]
    assert "Traceback" not in shown
    assert "starting" in shown and ("kimg" in shown or columns < 80)
