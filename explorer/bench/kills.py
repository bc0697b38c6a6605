"""The cost of a `kill -9` at any moment of a training: nothing that was saved, and no bit of the weights."""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from explorer.errors import ExplorerError
from explorer.parent import end_trainings_with_this_process
from explorer.training.settings import TrainConfig

if TYPE_CHECKING:
    from explorer.jobs import Jobs

SAVE = 1.0  # seconds between saves
CONFIG = TrainConfig(data="digits", size=8, batch=32, kimg=20, sheet_kimg=1, save_seconds=SAVE, preview=("eleven",))
TIMEOUT = 300.0  # seconds
VICTIMS = ("worker", "app", "both")

# The app's part in a training: it starts it, and watches it.
APP = """
import sys, time
from pathlib import Path
from explorer import parent
from explorer.jobs import Jobs
parent.watch()
jobs, name = Jobs(Path(sys.argv[1])), sys.argv[2]
if jobs.get(name).state == "lost":
    jobs.resume(name)
while True:
    jobs.all()
    jobs.advance()
    time.sleep(0.2)
"""


@dataclass(frozen=True)
class Kill:
    """One kill and its cost.

    victim: what was killed. state: of the job at that moment. lost: seconds of work since the last save; None
    where the trainer lives on, or had not begun to work.
    """

    victim: str
    state: str
    lost: float | None


def measure(kills: int, seed: int = 0, report: Callable[[Kill], None] = lambda kill: None) -> tuple[list[Kill], int]:
    """Kill so often, at random moments, and go on after each. Returns the kills, and the number of trainings killed.

    Raises ExplorerError, saying what, as soon as something does not hold: a state or a checkpoint that cannot be read,
    a trainer that died with the app, a job that does not go on, weights that differ from those of a training that was
    left alone.
    """
    from explorer.jobs import Jobs

    dice, found, trainings = random.Random(seed), [], 0
    end_trainings_with_this_process()
    with tempfile.TemporaryDirectory() as folder:
        jobs = Jobs(Path(folder))
        jobs.start("undisturbed", CONFIG, "cpu")
        _wait_until(lambda: jobs.get("undisturbed").ended, "the undisturbed training to end")
        while len(found) < kills:
            trainings += 1
            name = f"disturbed-{trainings}"
            jobs.start(name, CONFIG, "cpu")
            for kill in _disturb(jobs, name, kills - len(found), dice):
                found.append(kill)
                report(kill)
            _compare(jobs.root / "undisturbed", jobs.root / name)
        return found, trainings


def _disturb(jobs: "Jobs", name: str, kills: int, dice: random.Random) -> Iterator[Kill]:
    """Kill one training up to so many times, until it is over."""
    app = None
    try:
        while not _is_over(jobs, name):
            app = app or subprocess.Popen([sys.executable, "-c", APP, str(jobs.root), name])
            _wait_until(lambda: _is_trained(jobs, name) or _is_over(jobs, name), "the training to go on")
            if not kills:
                time.sleep(0.2)
                continue
            if dice.random() < 0.7:  # else it may still be getting ready
                _wait_until(lambda: jobs.get(name).state in ("running", "finished"), "the training to begin")
            time.sleep(dice.uniform(0, 2 * SAVE))
            victim = dice.choice(VICTIMS)
            if victim != "app" and not _is_trained(jobs, name):
                continue
            kills -= 1
            yield _kill(jobs, name, victim, app)
            app = app if victim == "worker" else None
            if jobs.get(name).state == "lost" and app is not None:
                jobs.resume(name)
    finally:
        if app is not None:
            app.kill()
            app.wait()


def _is_trained(jobs: "Jobs", name: str) -> bool:
    return jobs.get(name).state in ("starting", "running")


def _is_over(jobs: "Jobs", name: str) -> bool:
    job = jobs.get(name)
    if job.state == "failed":
        raise ExplorerError(f"The training failed: {job.reason}")
    return job.state == "finished"


def _kill(jobs: "Jobs", name: str, victim: str, app: subprocess.Popen) -> Kill:
    """Kill, check what is on disk, and measure what was lost."""
    from explorer import checkpoint
    from explorer.training.lock import owner
    from explorer.training.run import Run

    state, folder = jobs.get(name).state, jobs.root / name
    if victim != "worker":
        app.kill()
        app.wait()
    if victim == "app":
        if jobs.get(name).state not in (state, "running", "finished"):
            raise ExplorerError(f"The training is {jobs.get(name).state} since the app was killed.")
        return Kill(victim, state, None)
    trainer = owner(folder)
    if trainer is None or not trainer.is_alive:
        return Kill(victim, state, None)  # it had not begun
    os.kill(trainer.pid, signal.SIGKILL)
    killed = time.time()
    _wait_until(lambda: not trainer.is_alive, "the trainer to be dead")
    _wait_until(lambda: jobs.get(name).ended, "the job to be seen as lost")
    saved = Run(folder, CONFIG).load_state()  # raises TrainingError if it is not whole
    if (folder / "checkpoint").exists():
        checkpoint.load(folder)
    status = json.loads((folder / "status.json").read_text("utf-8"))
    if saved is None or status["state"] != "running":
        return Kill(victim, state, None)
    until_status = max(0.0, status.get("seconds", 0.0) - saved["seconds"])
    return Kill(victim, state, until_status + killed - (folder / "status.json").stat().st_mtime)


def _compare(one: Path, other: Path) -> None:
    from safetensors.torch import load_file

    for part in ("generator", "discriminator"):
        mine, theirs = (load_file(folder / f"checkpoint/{part}.safetensors") for folder in (one, other))
        differing = [name for name in mine if not mine[name].equal(theirs[name])]
        if differing or mine.keys() != theirs.keys():
            raise ExplorerError(f"The {part} of the killed training differs in {', '.join(differing[:3])}.")


def _wait_until(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + TIMEOUT
    while not condition():
        if time.monotonic() > end:
            raise ExplorerError(f"Waited {TIMEOUT:.0f} seconds in vain for {what}.")
        time.sleep(0.02)


def register(app: typer.Typer) -> None:
    """Add the command to `gan-explorer bench`."""
    app.command("kills")(kills)


def kills(
    count: Annotated[int, typer.Option("-n", min=1, help="How many kills.")] = 20,
    seed: Annotated[int, typer.Option(help="Seed of their moments and victims.")] = 0,
) -> None:
    """Kill -9 a small training, the app, or both, at random moments, and measure what is lost.

    Example: gan-explorer bench kills -n 20
    """

    def report(kill: Kill) -> None:
        lost = "lived on, or had not begun" if kill.lost is None else f"lost {kill.lost:.2f} s"
        print(f"{kill.victim} killed while {kill.state}: the training {lost}", flush=True)

    found, trainings = measure(count, seed, report)
    lost = [kill.lost for kill in found if kill.lost is not None]
    print(
        f"{len(found)} kills in {trainings} trainings, {len(lost)} of a trainer at work. Every state and checkpoint "
        f"could be loaded, and each training ended in the weights of one that was left alone, to the bit. "
        f"At most {max(lost, default=0):.2f} s of work were lost, where a save is made every {SAVE:.0f} s."
    )
