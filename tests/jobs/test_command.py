"""`gan-explorer jobs`, as typed."""

import io
import json
import subprocess
import sys
from dataclasses import asdict

import pytest
from run_folder import GONE, TINY, queue_entry, write_run

from explorer.cli import main
from explorer.machine import process_started
from explorer.training.lock import Owner
from explorer.training.settings import LISTS, TrainConfig

MARKUP = "[red]<img src=x onerror=1>\x1b[31m"


@pytest.fixture
def other():
    """A process that trains, as far as one can see from outside."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    yield asdict(Owner(process.pid, process_started(process.pid)))
    process.kill()
    process.wait()


@pytest.fixture
def runs(tmp_path, monkeypatch):
    """The user's own folder of runs."""
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "120")
    return tmp_path / "runs"


def test_nothing_yet(runs, capsys):
    assert main(["jobs"]) == 0
    assert "gan-explorer train digits" in capsys.readouterr().out
    assert main(["jobs", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []
    assert not runs.exists()


def test_the_list(runs, capsys, other):
    status = {"state": "running", "kimg": 1.25, "eta_s": 90, "img_per_s": 812.4, "loss_d": 0.7, "memory_mb": 1234}
    write_run(runs / "busy", status | {"changed": ["The rate [b]was[/b] halved."]}, queue_entry(launched=other))
    write_run(runs / "next", queue_entry=queue_entry())
    write_run(runs / MARKUP, status, queue_entry(launched=GONE))
    assert main(["jobs"]) == 0
    said = capsys.readouterr().out
    busy, waits, lost = (line for line in said.splitlines() if "\N{BOX DRAWINGS LIGHT VERTICAL}" in line)
    assert all(part in busy for part in ("busy", "running", "cpu", "1.2/2.0", "812", "0:01:30", "0.700", "1,234"))
    assert "next" in waits and "queued 1" in waits
    assert "[red]<img src=x onerror=1>" in lost and "lost" in lost and "812" not in lost
    assert "\x1b" not in said and "The rate [b]was[/b] halved." in said and "resume it to go on" in said


def test_the_list_says_which_waits_for_the_cpu(runs, capsys, other):
    write_run(runs / "busy", {"state": "running", "kimg": 1.25, "cpu_share": 0.03}, queue_entry(launched=other))
    assert main(["jobs"]) == 0
    assert "running, waiting for the CPU" in capsys.readouterr().out


def test_a_finished_run_is_given_a_higher_budget(runs, capsys, other):
    write_run(runs / "busy", {"state": "running"}, queue_entry(launched=other))
    write_run(runs / "one", {"state": "finished", "kimg": 2.016})
    (runs / "one/state/000000002016").mkdir(parents=True)
    assert main(["jobs", "resume", "one", "--device", "cpu"]) == 2
    assert "has seen all 2 kimg of its training length: give a greater one (--kimg)" in capsys.readouterr().err
    assert main(["jobs", "resume", "one", "--device", "cpu", "--kimg", "1"]) == 2
    assert "never lowered, so 1 is too little" in capsys.readouterr().err
    assert main(["jobs", "resume", "one", "--device", "cpu", "--kimg", "3"]) == 0
    assert capsys.readouterr().out.startswith("one is queued, place 1 for cpu, 2.0 of 3.0 kimg done.")
    assert TrainConfig.from_file(runs / "one/config.json").changes == ((2016, "kimg", 2.0),)


def test_the_list_tells_of_classes_that_collapsed(runs, capsys):
    shares = [{MARKUP: 0.8, "coat": 0.7}, {MARKUP: 0.1, "coat": 0.7}, {MARKUP: 0.1, "coat": 0.8}]
    lines = [json.dumps({"images": 500 * number, "coverage": one}) for number, one in enumerate(shares)]
    write_run(runs / "poor", {"state": "paused", "kimg": 1.5})
    (runs / "poor/stats.jsonl").write_text("not json\n" + "\n".join(lines) + "\n{")
    write_run(runs / "good", {"state": "paused", "kimg": 1.5})
    assert main(["jobs"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "collapsed at 0.5 kimg: 0.10 of it is covered, and 0.80 was." in said and "\x1b" not in said
    assert said.count("collapsed") == 1 and "poor: [red]<img" in said


def test_the_list_as_json(runs, capsys):
    write_run(runs / "one", {"state": "paused", "kimg": 1.5, "loss_d": 0.5})
    assert main(["jobs", "--runs", str(runs), "list", "--json"]) == 0
    (job,) = json.loads(capsys.readouterr().out)
    assert (job["name"], job["state"], job["kimg"], job["ended"]) == ("one", "paused", 1.5, True)
    assert job["folder"] == str(runs / "one")
    lists = {name: tuple(job["config"][name]) for name in LISTS}
    assert TrainConfig(**{**job["config"], **lists}) == TrainConfig(**TINY, kimg=2.0)


@pytest.mark.parametrize("place", ["before", "after"])
def test_another_folder_of_runs(runs, tmp_path, capsys, place):
    write_run(tmp_path / "elsewhere/one", queue_entry=queue_entry())
    other = ["--runs", str(tmp_path / "elsewhere")]
    line = ["jobs", *other, "cancel", "one"] if place == "before" else ["jobs", "cancel", "one", *other]
    assert main(line) == 0
    assert capsys.readouterr().out == "one is paused, 0.0 of 2.0 kimg done.\n"


def test_the_queue(runs, capsys, other):
    write_run(runs / "busy", {"state": "running"}, queue_entry(launched=other))
    for order, name in enumerate(("one", "two")):
        write_run(runs / name, queue_entry=queue_entry(order=order))
    assert main(["jobs", "move", "two", "1"]) == 0
    assert capsys.readouterr().out.startswith("two is queued, place 1 for cpu")
    assert main(["jobs", "cancel", "one"]) == 0
    assert capsys.readouterr().out.startswith("one is paused, 0.0 of 2.0")
    assert main(["jobs", "resume", "one"]) == 0
    assert capsys.readouterr().out.startswith("one is queued, place 2 for cpu")
    assert main(["jobs", "resume", "one", "--device", "cuda:x"]) == 2
    assert "no device" in capsys.readouterr().err


def test_pause_waits_until_the_device_is_free(runs, capsys, other):
    write_run(runs / "one", {"state": "starting"}, queue_entry(launched=other))
    assert main(["jobs", "pause", "one"]) == 0
    assert capsys.readouterr().out.startswith("one is paused, ")
    assert process_started(other["pid"]) is None
    assert main(["jobs", "pause", "one"]) == 2
    assert capsys.readouterr().err == "gan-explorer: one is paused: there is nothing to pause.\n"
    assert main(["jobs", "stop", "one"]) == 2
    assert "no generator yet" in capsys.readouterr().err


def test_delete_asks_first(runs, capsys, monkeypatch):
    write_run(runs / "one", {"state": "finished", "kimg": 2.016})
    for answer, status, said in (("n\n", 0, "It is kept."), ("", 2, "--yes deletes without asking")):
        monkeypatch.setattr("sys.stdin", io.StringIO(answer))
        assert main(["jobs", "delete", "one"]) == status
        assert (runs / "one").is_dir() and said in "".join(capsys.readouterr())
    capsys.readouterr()
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert main(["jobs", "delete", "one"]) == 0
    assert "finished after 2.0 kimg?" in (said := capsys.readouterr().out)
    assert str(runs / ".trash" / "one-") in said and not (runs / "one").exists()
    write_run(runs / "two")
    assert main(["jobs", "delete", "two", "--yes"]) == 0


def test_the_log(runs, capsys):
    (write_run(runs / "one") / "log.txt").write_text("first\nsecond\nthird\n")
    assert main(["jobs", "log", "one", "-n", "2"]) == 0
    assert capsys.readouterr().out == "second\nthird\n"
    assert main(["jobs", "log", "../one"]) == 2
    assert "no run" in capsys.readouterr().err
