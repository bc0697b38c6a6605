"""`gan-explorer jobs`: list and steer the trainings in the background."""

import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from explorer.errors import ExplorerError, printable, shown
from explorer.terminal import print_json

if TYPE_CHECKING:
    from explorer.jobs import Job, Jobs

app = typer.Typer(name="jobs")
Name = Annotated[str, typer.Argument(help="The run's name.")]
Runs = Annotated[Path | None, typer.Option("--runs", help="Another folder of runs than your own.")]
SAVING = 30.0  # seconds to wait until a training has saved


def register(parent: typer.Typer) -> None:
    """Add `jobs` and its commands to the command line."""
    parent.add_typer(app)


@app.callback(invoke_without_command=True)
def start(context: typer.Context, runs: Runs = None) -> None:
    """See and steer the trainings in the background (gan-explorer train --background); alone, it lists them.

    Example: gan-explorer jobs pause my-fashion
    """
    context.obj = runs
    if context.invoked_subcommand is None:
        list_(context)


@app.command("list")
def list_(
    context: typer.Context, runs: Runs = None, json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False
) -> None:
    """List the runs: those being trained, the queue, and those that ended.

    Example: gan-explorer jobs list
    """
    jobs = _jobs(context, runs)
    troubles = jobs.advance()
    found = jobs.all()
    if json:
        print_json([_as_json(job) for job in found])
    elif found:
        _print_jobs(found)
    else:
        print("There is no run yet; begin one: gan-explorer train digits --run my-digits --preset tiny --background")
    for trouble in troubles:
        raise trouble


@app.command()
def pause(context: typer.Context, name: Name, runs: Runs = None) -> None:
    """Save a training and free its device; or take it out of the queue.

    Example: gan-explorer jobs pause my-fashion
    """
    jobs = _jobs(context, runs)
    jobs.pause(name)
    _print_job(_wait_until_saved(jobs, name))


@app.command()
def resume(
    context: typer.Context,
    name: Name,
    device: Annotated[str | None, typer.Option(help="cpu, cuda:0, mps; by default where it was before.")] = None,
    kimg: Annotated[float | None, typer.Option(help="A greater training length, in thousands of images.")] = None,
    runs: Runs = None,
) -> None:
    """Go on with a training that was paused, lost, stopped early or has failed, from what it saved last, or for longer.

    Example: gan-explorer jobs resume my-fashion --kimg 300
    """
    from explorer.training.resuming import images_seen

    job = _jobs(context, runs).resume(name, device, **({} if kimg is None else {"kimg": kimg}))
    _print_job(job)
    print(f"It goes on from what it saved last, at {images_seen(job.folder) / 1000:.1f} kimg.")


@app.command()
def stop(context: typer.Context, name: Name, runs: Runs = None) -> None:
    """End a training where it is, and keep its generator.

    Example: gan-explorer jobs stop my-fashion
    """
    jobs = _jobs(context, runs)
    jobs.stop(name)
    _print_job(_wait_until_saved(jobs, name))


@app.command()
def cancel(context: typer.Context, name: Name, runs: Runs = None) -> None:
    """Take a run out of the queue.

    Example: gan-explorer jobs cancel my-fashion
    """
    _print_job(_jobs(context, runs).cancel(name))


@app.command()
def move(
    context: typer.Context,
    name: Name,
    place: Annotated[int, typer.Argument(help="Its new place among those that wait for the same device; 1 is next.")],
    runs: Runs = None,
) -> None:
    """Give a run another place in the queue.

    Example: gan-explorer jobs move my-fashion 1
    """
    _print_job(_jobs(context, runs).move(name, place))


@app.command()
def delete(
    context: typer.Context,
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    runs: Runs = None,
) -> None:
    """Move a run to the trash folder beside the runs.

    Example: gan-explorer jobs delete my-fashion
    """
    jobs = _jobs(context, runs)
    job = jobs.get(name)
    if not yes:
        try:
            sure = typer.confirm(f"Delete {shown(job.name)}, {job.state} after {job.kimg:.1f} kimg?")
        except typer.Abort:
            raise ExplorerError("Nobody answered, so nothing was deleted; --yes deletes without asking.") from None
        if not sure:
            print("It is kept.")
            return
    print(f"It lies in {printable(str(jobs.delete(name)))} now.")


@app.command()
def log(
    context: typer.Context,
    name: Name,
    lines: Annotated[int, typer.Option("-n", "--lines", min=1, max=1000, help="How many.")] = 40,
    runs: Runs = None,
) -> None:
    """Print the last lines that a training wrote.

    Example: gan-explorer jobs log my-fashion -n 10
    """
    print(_jobs(context, runs).log(name, lines))


def _jobs(context: typer.Context, runs: Path | None) -> "Jobs":
    from explorer.jobs import Jobs

    return Jobs(runs or context.obj)


def _wait_until_saved(jobs: "Jobs", name: str) -> "Job":
    """The job once its process has saved and ended, or after SAVING seconds."""
    until = time.monotonic() + SAVING
    while (job := jobs.get(name)).leaving and time.monotonic() < until:
        time.sleep(0.1)
    return job


def _print_job(job: "Job") -> None:
    where = f", place {job.place} for {job.device}" if job.place else f" on {job.device}" if not job.ended else ""
    saving = " and still saving" if job.leaving else ""
    print(f"{shown(job.name)} is {job.state}{where}{saving}, {job.kimg:.1f} of {job.budget_kimg:.1f} kimg done.")


def _as_json(job: "Job") -> dict:
    return {**asdict(job), "folder": str(job.folder), "ended": job.ended}


def _print_jobs(found: "list[Job]") -> None:
    from datetime import timedelta

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from explorer.jobs.record import read_stats
    from explorer.measure.metrics.collapse import collapses

    console = Console()
    wide = console.width >= 100  # else what must be typed, and how far it is, would be cut
    table = Table()
    for head in ("run", "state", "device", "kimg", "img/s", "left", *(("D", "G", "MB") if wide else ())):
        table.add_column(head, overflow="fold", no_wrap=head == "kimg")
    for job in found:
        more = ", saving" if job.leaving else ", waiting for the CPU" if job.waits_for_cpu else ""
        state = f"{job.state} {job.place}" if job.place else job.state + more
        left = "" if job.eta_s is None or job.ended else str(timedelta(seconds=job.eta_s))
        figures = (
            _figure(None if job.ended else job.img_per_s, ".0f"),
            left,
            _figure(job.losses.get("loss_d"), ".3f"),
            _figure(job.losses.get("loss_g"), ".3f"),
            _figure(None if job.ended else job.memory_mb, ",.0f"),
        )[: None if wide else 2]
        table.add_row(Text(shown(job.name)), state, job.device or "", f"{job.kimg:.1f}/{job.budget_kimg:.1f}", *figures)
    console.print(table)
    for job in found:
        for sentence in (*job.changed, *([job.reason] if job.reason else [])):
            console.print(f"{shown(job.name)}: {printable(sentence)}", markup=False, highlight=False)
        for one in collapses(read_stats(job.folder)):
            console.print(f"{shown(job.name)}: {shown(one.label)} {one.sentence}.", markup=False, highlight=False)


def _figure(value: float | None, form: str) -> str:
    return "" if value is None else format(value, form)
