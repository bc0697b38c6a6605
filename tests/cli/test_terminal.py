"""Every command that shows progress, in a real terminal; signals and hang-ups; output in any encoding."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time

import pytest
from forked import command
from in_terminal import Terminal, run_commands
from PIL import Image

from explorer import places
from explorer.cli import main
from explorer.stopping import interruptible

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


@pytest.mark.slow
def test_commands_with_progress_run_in_a_terminal_of_any_width(tmp_path):
    folders = {columns: tmp_path / str(columns) for columns in (80, 20)}
    for folder in folders.values():
        pictures(folder / "pets", "cat", "dog")
        (folder / "text.txt").write_text("the cat sat on the mat and the dog sat on the cat\n" * 300)
        (folder / "few.vec").write_text("cat 1 0\ndog 0 1\n")
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
    for columns, shown in run_commands(commands, folders).items():
        ends = re.findall(r"^\[(-?\w+)\] (\S+)", shown, re.MULTILINE)
        assert ends == [("0", arguments[0]) for arguments in commands], shown[-2000:]
        assert "Traceback" not in shown
        assert "starting" in shown and ("kimg" in shown or columns < 80)


def saved(run):
    """How many pictures the newest saved state has seen."""
    states = (run / "state").glob("[0-9]*") if (run / "state").is_dir() else ()
    return max((int(path.name[:12]) for path in states), default=0)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_saves_and_says_how_to_go_on(home, tmp_path, kind):
    run = tmp_path / "my runs" / "one"
    options = ["--run", str(run), "--kimg", "50", *SMALL, "--set", "save_seconds=0.2"]
    process = command("train", "digits", *options, output=tmp_path / "shown.txt")
    process.until(lambda: saved(run))
    process.send_signal(kind)
    assert process.wait(60) == 128 + kind
    last = process.output.splitlines()[-1]
    found = re.fullmatch(r"gan-explorer: Saved at ([\d.]+) of 50\.0 kimg\. Go on with: (gan-explorer .*)", last)
    assert found and abs(float(found[1]) - saved(run) / 1000) < 0.06
    assert shlex.split(found[2]) == ["gan-explorer", "train", "--run", str(run), "--device", "cpu"]
    assert json.loads((run / "status.json").read_text())["state"] == "paused"


@pytest.mark.slow
def test_a_terminal_that_is_closed_saves_the_run(home, tmp_path):
    run = tmp_path / "one"
    options = ["--run", str(run), "--kimg", "50", *SMALL, "--set", "save_seconds=600"]
    terminal = Terminal([*PYTHON, "train", "digits", *options])
    end = time.monotonic() + 60
    while not (run / "stats.jsonl").is_file():
        assert terminal.process.poll() is None and time.monotonic() < end, terminal.text
        time.sleep(0.05)
    assert saved(run) == 0
    time.sleep(1)
    terminal.hang_up()
    assert terminal.wait(60) == 128 + signal.SIGHUP
    assert saved(run) > 0 and json.loads((run / "status.json").read_text())["state"] == "paused"


def test_a_hang_up_that_nohup_switched_off_stays_off():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with interruptible() as interrupted:
            signal.raise_signal(signal.SIGHUP)
        assert not interrupted.is_set()
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.parametrize("seconds", [0.15, 0.4, 0.8, 1.5])
def test_ctrl_c_while_it_loads_prints_no_traceback(home, tmp_path, seconds):
    terminal = Terminal([*PYTHON, "sample", "slipper", "-o", "a.png"], cwd=tmp_path)
    time.sleep(seconds)
    terminal.press("\x03")
    status = terminal.wait(60)
    assert status in (0, 130, -signal.SIGINT)
    assert "Traceback" not in terminal.text or (status == -signal.SIGINT and "explorer" not in terminal.text)


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "latin-1"])
def test_output_is_written_in_any_encoding(home, tmp_path, encoding):
    pictures(tmp_path / "pets", "\N{CAT FACE} cats", "été", "dogs")
    script = "import json, sys\nfrom explorer.cli import main\nsys.exit(max(map(main, json.loads(sys.argv[1]))))"
    commands = [["words", "neighbours", "boots"], ["words", "similar", "boots"], ["data", "pets"], ["checkpoints"]]
    commands.append(["words", "neighbours", "boots", "--json"])
    done = subprocess.run(
        [sys.executable, "-c", script, json.dumps(commands)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": encoding},
        capture_output=True,
        timeout=120,
    )
    shown = done.stdout.decode(encoding)
    assert done.returncode == 0, done.stderr[-500:]
    assert "####" in shown and "? cats" in shown and ("été" in shown or encoding == "ascii")


def test_json_is_whole_in_any_encoding(home, tmp_path):
    (tmp_path / "few.vec").write_text("été 1 0\n\N{CAT FACE} 0 1\nété2 1 1\n", "utf-8")
    assert main(["words", "import", str(tmp_path / "few.vec"), "--name", "few"]) == 0
    for encoding in ("utf-8", "cp1252"):
        done = subprocess.run(
            [*PYTHON, "words", "neighbours", "été2", "--space", "few", "--json"],
            env={**os.environ, "PYTHONIOENCODING": encoding},
            capture_output=True,
            timeout=60,
        )
        table = json.loads(done.stdout.decode(encoding))["table"]
        assert {row["word"] for row in table} == {"été", "\N{CAT FACE}"}


@pytest.fixture
def no_home(monkeypatch, tmp_path):
    """A user without a home folder and without an entry in the list of users, as in a container."""
    import pwd

    def unknown(uid):
        raise KeyError(uid)

    for name in ("HOME", "XDG_DATA_HOME", "GAN_EXPLORER_HOME", "GAN_EXPLORER_DATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    places._temporary.cache_clear()
    yield tmp_path / f"gan-explorer-{os.getuid()}"
    places._temporary.cache_clear()


def test_without_a_home_things_are_kept_among_the_temporary_files_and_it_is_said_once(no_home, capsys):
    assert main(["checkpoints"]) == 0 and main(["jobs"]) == 0
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and str(no_home) in said and "GAN_EXPLORER_HOME" in said
    assert no_home.stat().st_mode & 0o777 == 0o700


def test_without_a_home_a_folder_of_somebody_else_is_not_used(no_home, capsys):
    no_home.symlink_to("/")
    assert main(["checkpoints"]) == 2
    assert "set GAN_EXPLORER_HOME to a folder" in capsys.readouterr().err


def test_a_home_of_nobody_is_a_sentence(no_home, capsys, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", "~nobody-of-that-name/x")
    assert main(["checkpoints"]) == 2
    assert "give the path in full" in capsys.readouterr().err


def test_a_name_that_is_refused_later_is_refused_before_training(home, capsys):
    assert main(["train", "digits", "--run", "my run", *SMALL]) == 2
    said = capsys.readouterr().err
    assert "'my run' cannot name a run" in said and "as in 'my-run'" in said and not (home / "runs").exists()


@pytest.mark.slow
def test_the_command_to_draw_can_be_pasted_and_runs_are_listed(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path / "Application Support"))
    monkeypatch.chdir(tmp_path)
    for run, named in (("mine", "mine"), (str(tmp_path / "my runs" / "two"), str(tmp_path / "my runs" / "two"))):
        assert main(["train", "digits", "--run", run, "--kimg", "0.05", *SMALL]) == 0
        printed = shlex.split(capsys.readouterr().out.split("Try it: ")[1])
        assert printed == ["gan-explorer", "sample", "WORD", "--checkpoint", named, "-o", "grid.png"]
        assert main(["seven" if part == "WORD" else part for part in printed[1:]]) == 0
    assert main(["checkpoints"]) == 0
    assert "mine" in capsys.readouterr().out
