"""Real trainings in the background: queued, killed, paused from another program, stopped and kept."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from run_folder import TINY

from explorer import checkpoint
from explorer.jobs import Job, JobError, Jobs, launching
from explorer.training.lock import Owner
from explorer.training.settings import TrainConfig

pytestmark = pytest.mark.slow

SHORT = TrainConfig(**TINY, kimg=0.1)
LONG = replace(SHORT, kimg=1000.0, save_seconds=0.5)
PATIENCE = 120.0  # seconds, for machines with much else to do


@pytest.fixture
def jobs(tmp_path, monkeypatch):
    """A folder of runs whose trainings do not wait for every other program; none is left behind."""
    command = launching.worker_command
    monkeypatch.setattr(
        launching, "worker_command", lambda *run: [part for part in command(*run) if part != "--polite"]
    )
    jobs = Jobs(tmp_path / "runs")
    yield jobs
    for job in jobs.all():
        if job.state == "queued":
            jobs.cancel(job.name)
    for job in jobs.all():
        if not job.ended:
            with contextlib.suppress(ProcessLookupError):  # it may end by itself just now
                os.kill(launched(jobs, job.name).pid, signal.SIGKILL)


def launched(jobs: Jobs, name: str) -> Owner:
    """The process that was launched for a run."""
    return Owner(**json.loads((jobs.root / name / "job.json").read_text())["launched"])


def until(jobs: Jobs, name: str, reached: Callable[[Job], bool]) -> Job:
    """Wait until a job is as it should be, reading it alone."""
    end = time.monotonic() + PATIENCE
    while not reached(job := jobs.get(name)):
        assert time.monotonic() < end, (job, jobs.log(name))
        time.sleep(0.05)
    return job


def states(jobs: Jobs) -> dict[str, str | int]:
    """By name: the place of a run that waits, the state of any other."""
    return {job.name: job.place or job.state for job in jobs.all()}


def test_three_runs_for_one_device(jobs):
    assert jobs.start("one", LONG, "cpu").state == "starting"
    jobs.start("two", SHORT, "cpu")
    assert jobs.start("three", SHORT, "cpu").place == 2
    assert states(jobs) == {"one": "starting", "two": 1, "three": 2}
    with pytest.raises(JobError, match="already"):
        jobs.start("one", LONG, "cpu")

    assert jobs.move("three", 1).place == 1
    assert jobs.cancel("two").state == "paused"
    assert states(jobs) == {"one": "starting", "three": 1, "two": "paused"}
    assert jobs.resume("two").place == 2
    jobs.advance()
    assert states(jobs) == {"one": "starting", "three": 1, "two": 2}  # the device is taken

    one = launched(jobs, "one")
    os.kill(one.pid, signal.SIGKILL)
    while one.is_alive:
        time.sleep(0.01)
    assert states(jobs) == {"one": "lost", "three": 1, "two": 2}  # looking starts nothing
    assert jobs.advance() == []
    assert states(jobs) == {"one": "lost", "three": "starting", "two": 1}

    # Nobody looks after it any more, and the last one begins when the one before it has ended.
    until(jobs, "two", lambda job: job.state == "starting")
    three = until(jobs, "three", lambda job: job.ended)
    assert three.state == "finished" and three.kimg == three.budget_kimg == 0.128 and three.explorable
    with pytest.raises(JobError, match=r"has seen all 0\.1 kimg"):
        jobs.resume("three")
    assert jobs.get("one").state == "lost"  # and is not taken up again by itself


PAUSE = """
import sys
from pathlib import Path
from explorer.jobs import Jobs
jobs = Jobs(Path(sys.argv[1]))
print(jobs.get("one").state, jobs.pause("one").state)
"""


def test_paused_by_another_program_resumed_and_stopped(jobs):
    jobs.start("one", LONG, "cpu")
    job = until(jobs, "one", lambda job: job.state == "running" and job.kimg > 0.5)
    assert job.device == "cpu" and job.img_per_s > 0 and job.memory_mb > 0 and set(job.losses) >= {"loss_d", "loss_g"}
    process = psutil.Process(launched(jobs, "one").pid)
    assert os.getsid(process.pid) == process.pid != os.getsid(0)  # neither our Ctrl-C nor our end is its own
    with pytest.raises(JobError, match="being trained already"):
        jobs.resume("one")

    said = subprocess.run([sys.executable, "-c", PAUSE, str(jobs.root)], capture_output=True, text=True, check=True)
    began = time.monotonic()
    assert said.stdout.split() == ["running", "running"]  # and leaving
    paused = until(jobs, "one", lambda job: job.ended)
    assert paused.state == "paused" and time.monotonic() - began < 10  # by itself on a machine it is under one
    assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    assert paused.explorable and jobs.stats("one")[-1]["kimg"] <= paused.kimg and jobs.sheets("one")[0] == 0

    assert jobs.resume("one").state == "starting"
    running = until(jobs, "one", lambda job: job.state == "running" and job.kimg > paused.kimg)
    assert jobs.stop("one").leaving
    kept = until(jobs, "one", lambda job: job.ended)
    assert kept.state == "finished" and running.kimg <= kept.kimg < kept.budget_kimg
    assert checkpoint.load(kept.folder).summary["kimg"] == kept.kimg
    assert jobs.log("one").count("on cpu") == 2

    assert jobs.resume("one").state == "starting"  # stopped early is not spent
    assert not (kept.folder / "finish").exists() and jobs.get("one").kimg == kept.kimg
    jobs.pause("one")  # before it could begin: nothing is lost
    assert until(jobs, "one", lambda job: job.ended).state == "paused"


def test_many_processes_that_advance_start_one(jobs):
    jobs.start("one", LONG, "cpu")
    jobs.start("two", LONG, "cpu")
    one = launched(jobs, "one")
    os.kill(one.pid, signal.SIGKILL)
    code = (
        "import sys; from pathlib import Path; from explorer.jobs import Jobs; print(Jobs(Path(sys.argv[1])).advance())"
    )
    command = [sys.executable, "-c", code, str(jobs.root)]
    many = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert [process.communicate()[0] for process in many] == ["[]\n"] * 4
    assert states(jobs) == {"two": "starting", "one": "lost"}
    assert (jobs.root / "two" / "log.txt").read_text().count("on cpu") == 1


START = """
import sys, time
from pathlib import Path
from explorer.jobs import Jobs
from explorer.parent import end_trainings_with_this_process
from explorer.training.settings import TrainConfig
if sys.argv[3] == "ends with it":
    end_trainings_with_this_process()
Jobs(Path(sys.argv[1])).start(sys.argv[2], TrainConfig.from_file(Path(sys.argv[4])), "cpu")
print(flush=True)
time.sleep(600)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
def test_a_training_outlives_who_started_it_unless_that_was_a_benchmark_or_a_test(jobs, tmp_path):
    (tmp_path / "config.json").write_text(LONG.to_json())
    for name, how in (("one", "ends with it"), ("two", "lives on")):
        command = [sys.executable, "-c", START, str(jobs.root), name, how, str(tmp_path / "config.json")]
        starter = subprocess.Popen(command, stdout=subprocess.PIPE)
        starter.stdout.readline()
        if name == "two":
            until(jobs, "two", lambda job: job.state == "running")
        starter.kill()
        starter.communicate()
        if name == "one":  # while it is still getting ready
            assert until(jobs, "one", lambda job: job.ended).state == "lost"
    seen = jobs.get("two").kimg
    until(jobs, "two", lambda job: job.kimg > seen)


def test_an_ended_child_is_not_taken_for_alive(jobs, monkeypatch):
    monkeypatch.setattr(launching, "worker_command", lambda folder, device: [sys.executable, "-c", "print('the end')"])
    jobs.start("one", SHORT, "cpu")
    child = launched(jobs, "one")
    job = until(jobs, "one", lambda job: job.ended)
    assert job.state == "lost" and "'the end'" in job.reason
    end = time.monotonic() + 10
    while psutil.pid_exists(child.pid) and time.monotonic() < end:
        time.sleep(0.01)
    assert not psutil.pid_exists(child.pid)  # it was reaped


def test_paths_hold_from_wherever_the_process_works(jobs, tmp_path, monkeypatch):
    monkeypatch.setattr(launching, "worker_command", lambda folder, device: [sys.executable, "-c", ""])
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "digits").mkdir()
    assert jobs.start("one", replace(SHORT, data="mine"), "cpu").config.data == str(tmp_path / "mine")
    assert jobs.start("two", SHORT, "cpu").config.data == "digits"
    assert Path(launching.process_environment()["cwd"], "explorer", "jobs").is_dir()
