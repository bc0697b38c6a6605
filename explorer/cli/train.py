"""`gan-explorer train` and `publish`: make a generator, and make it ready to be shown."""

import math
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from explorer import parent
from explorer.files import is_regular
from explorer.machine import working_threads
from explorer.models.families import FAMILIES, check_classes
from explorer.places import is_bare, run_folder
from explorer.stopping import Interrupted
from explorer.terminal import command, in_passing
from explorer.training.presets import PRESETS
from explorer.training.settings import HELP, TrainConfig, TrainingError, condition_dim

if TYPE_CHECKING:
    from explorer.data import ImageSet
    from explorer.jobs import Job
    from explorer.training.loop import Report
    from explorer.words import WordSpace


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("train")(train)
    app.command("publish")(publish)


def train(
    run: Annotated[
        str,
        typer.Option("--run", help="The run's folder, or a name for it among your own; the same command resumes it."),
    ],
    data: Annotated[str | None, typer.Argument(help=HELP["data"] + " A run that was begun knows its own.")] = None,
    preset: Annotated[
        str | None, typer.Option(help=f"Where to begin: {', '.join(PRESETS)}; other options change it.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="A JSON file of dials, as a run's config.json; other options change it.")
    ] = None,
    from_: Annotated[
        str | None, typer.Option("--from", metavar="CHECKPOINT", help=HELP["start_from"] + " Fine-tuning.")
    ] = None,
    kimg: Annotated[float | None, typer.Option(help=HELP["kimg"] + " A run that was begun takes a higher one.")] = None,
    size: Annotated[int | None, typer.Option(help=HELP["size"])] = None,
    resolution: Annotated[int | None, typer.Option(help=HELP["resolution"])] = None,
    space: Annotated[str | None, typer.Option(help=HELP["space"])] = None,
    family: Annotated[str | None, typer.Option(help=f"{HELP['family']} One of {', '.join(FAMILIES)}.")] = None,
    seed: Annotated[int | None, typer.Option(help=HELP["seed"])] = None,
    threads: Annotated[int | None, typer.Option(min=1, help=HELP["threads"])] = None,
    precision: Annotated[str | None, typer.Option(help=HELP["precision"])] = None,
    hold_out: Annotated[list[str] | None, typer.Option(help=HELP["hold_out"] + " May be repeated.")] = None,
    preview: Annotated[list[str] | None, typer.Option(help="A word for the sheets; may be repeated.")] = None,
    fit: Annotated[str | None, typer.Option(help=HELP["fit"])] = None,
    names: Annotated[Path | None, typer.Option(help=HELP["names"])] = None,
    skip_broken: Annotated[bool, typer.Option("--skip-broken", help=HELP["skip_broken"])] = False,
    all_: Annotated[bool, typer.Option("--all", help="Print a row for each class, even of hundreds.")] = False,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", help="Any other dial, as lr=0.0003; may be repeated. A wrong name lists them all."),
    ] = None,
    device: Annotated[str | None, typer.Option(help="cpu, cuda:0, mps; by default the best there is.")] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Where the data sets lie, if not in the usual places.")] = None,
    background: Annotated[
        bool, typer.Option("--background", help="Return at once: it trains on its own (see gan-explorer jobs).")
    ] = False,
    estimate: Annotated[
        bool, typer.Option("--estimate", help="Say how long it would take, after a trial of two seconds, and stop.")
    ] = False,
    polite: Annotated[bool, typer.Option("--polite", help="At a low priority: other programs go first.")] = False,
) -> None:
    """Train a word-conditional GAN, or go on with one that was stopped, or for longer than was planned.

    Example: gan-explorer train fashion-mnist --run my-fashion --kimg 400 --preview slipper
    """
    parent.watch()
    from explorer.data.folders.names_file import read_names
    from explorer.jobs.naming import check_new
    from explorer.training.dials import chosen

    folder = run_folder(run)
    if is_bare(run) and not folder.exists():
        check_new(run)
    if polite:
        from explorer.machine import step_aside

        step_aside()
    given = {"kimg": kimg, "size": size, "resolution": resolution, "space": space, "family": family, "seed": seed}
    given |= {"threads": threads, "precision": precision, "data": data, "start_from": from_}
    given |= {"fit": fit, "skip_broken": skip_broken or None}
    given |= {"names": None if names is None else tuple(read_names(names).items())}
    given = {name: value for name, value in given.items() if value is not None}
    given |= {name: words for name, words in {"hold_out": hold_out, "preview": preview}.items() if words}
    before = TrainConfig.from_file(folder / "config.json") if is_regular(folder / "config.json") else None
    dials = chosen(preset, config, given, set_ or [], before)
    if before or not dials:
        return _go_on(run, dials, device, data_dir, background, estimate, all_)
    if "data" not in dials:
        raise TrainingError("Say which pictures to train on, as in: gan-explorer train fashion-mnist --run NAME.")
    from explorer.data import classes_left, load
    from explorer.words import open_space

    heard = open_space(dials.get("space", TrainConfig.space))
    mode = {1: "L", 3: "RGB"}.get(dials.get("channels"))
    reading = {name: dials[name] for name in ("fit", "skip_broken", "names", "translate_names") if name in dials}
    options = TrainConfig(**reading).read_options
    pictures = load(dials["data"], data_dir=data_dir, size=dials.get("resolution"), mode=mode, **options.keywords)
    with in_passing():
        _tell(pictures, heard, all_)
    check_classes(dials.get("family", TrainConfig.family), len(pictures.words))
    channels, side, _ = pictures.image_shape
    dials |= {
        "resolution": side,
        "channels": channels,
    }
    labels = classes_left(pictures.words, dials.get("hold_out", ()), pictures.name)
    dials["c_dim"] = condition_dim(
        dials.get("family", TrainConfig.family),
        heard.dim,
        len(labels),
        dials.get("codes", TrainConfig.codes),
    )
    dials.setdefault("threads", working_threads())
    described = TrainConfig(**dials)
    if estimate:
        return _estimate(described, device)
    if described.start_from:
        from explorer.training.starting import outlook

        print(outlook(described, labels))
    if background:
        from explorer.jobs import Jobs

        _check_background(data_dir)
        return _tell_job(Jobs(folder.parent).start(folder.name, described, device))
    from explorer.training import train as train_run

    _finish(run, data_dir, device, lambda report: train_run(folder, described, pictures, heard, report, device))
    return None


def _go_on(
    run: str, said: dict, device: str | None, data_dir: Path | None, background: bool, estimate: bool, all_: bool
) -> None:
    """Go on with a run whose settings are its own, but for those that were said now."""
    from explorer.training.resuming import wanted_of

    folder = run_folder(run)
    before, config = wanted_of(folder, said)
    if estimate:
        return _estimate(config, device)
    if background:
        _check_background(data_dir)
    reads = config != before or "data" in said
    if reads:  # what cannot be is said here and now, before anything is changed on disk
        from explorer.training.moved import lesson_of, load_pictures
        from explorer.words import open_space

        pictures, space = load_pictures(folder, config, data_dir, progress=True), open_space(config.space)
        if "data" in said:
            with in_passing():
                _tell(pictures, space, all_)
        from explorer.training.distributed import Distributed

        lesson_of(folder, config, pictures, space, Distributed.gather("cpu"))
        with in_passing():
            for sentence in config.change_history:
                if sentence not in before.change_history:
                    print(sentence)
    if background:
        from explorer.jobs import Jobs

        return _tell_job(Jobs(folder.parent).resume(folder.name, device, **said))
    if reads:
        from explorer.training import train as train_run

        return _finish(run, data_dir, device, lambda report: train_run(folder, config, pictures, space, report, device))
    from explorer.training.worker import go_on

    return _finish(run, data_dir, device, lambda report: go_on(folder, device, data_dir, report))


def _check_background(data_dir: Path | None) -> None:
    if data_dir is not None:
        raise TrainingError(
            "A training in the background finds its data by GAN_EXPLORER_DATA: set it in place of --data-dir."
        )


def _estimate(config: TrainConfig, device: str | None) -> None:
    from explorer.training.trial import trial

    print(trial(config, device))


def _tell(pictures: "ImageSet", space: "WordSpace", everything: bool = False) -> None:
    """Print what is going to be learned from."""
    from rich.console import Console

    from explorer.cli.class_table import print_classes
    from explorer.data.inspection import unknown_words

    console = Console()
    console.print(f"{pictures.name}: {len(pictures):,} pictures", markup=False)
    print_classes(console, pictures.counts(), unknown_words(pictures.words, space), everything)
    for note in pictures.notes:
        console.print(note, markup=False)


def _tell_job(job: "Job") -> None:
    print(f"{job.name} is {job.state} on {job.device}; see: {command('jobs', '--runs', job.folder.parent)}")


def _finish(run: str, data_dir: Path | None, device: str | None, work: Callable[["Report"], Path]) -> None:
    """Do the work with its progress shown, and let whoever waits for the device have it afterwards."""
    from explorer.training.resuming import images_seen

    folder = run_folder(run)
    leads = os.environ.get("RANK", "0") == "0"  # of a team, one speaks
    seen = images_seen(folder)
    try:
        with _progress() if leads else nullcontext(lambda line: None) as report:
            published = work(report)
    except Interrupted as stopped:
        if not leads:
            raise typer.Exit(stopped.status) from None
        given = [("--data-dir", data_dir), ("--device", device)]
        again = command("train", "--run", run, *(part for pair in given if pair[1] for part in pair))
        raise Interrupted(f"{stopped} Go on with: {again}", stopped.signal) from None
    finally:
        if is_regular(folder / "job.json"):
            from explorer.jobs import Jobs

            Jobs(folder.parent).advance()
    if leads:
        from explorer.checkpoint import find

        by_name = is_bare(run) and find(run) == published  # no shipped one has that name
        drawing = command("sample", "WORD", "--checkpoint", run if by_name else folder, "-o", "grid.png")
        with in_passing():
            if seen and images_seen(folder) == seen:
                longer = command("train", "--run", run, "--kimg", f"{2 * seen / 1000:g}")
                print(f"It had seen all its {seen / 1000:g} kimg already. To train on: {longer}")
            print(f"The checkpoint is {published}. Draw from it: {drawing}")


@contextmanager
def _progress() -> Iterator["Report"]:
    """What shows the lines of a training: a bar on a terminal, a line a minute in a file."""
    from rich.console import Console

    console = Console()
    if not console.is_terminal:
        yield _lines()
        return
    from datetime import timedelta

    from rich.progress import BarColumn, Progress, TextColumn
    from rich.table import Column

    done = TextColumn("{task.description}", table_column=Column(min_width=14, no_wrap=True))
    columns = done, BarColumn(), TextColumn("{task.fields[now]}")
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("starting", total=None, now="")

        def show(line: dict) -> None:
            left = timedelta(seconds=line["eta_s"])  # rich's own guess counts a resumed run from its first picture
            progress.update(
                task,
                description=f"{line['kimg']:.1f}/{line['budget_kimg']:.1f} kimg",
                completed=line["kimg"],
                total=line["budget_kimg"],
                now=f"{line['img_per_s']:.0f} img/s, {left} left{_losses(line)}",
            )

        yield show


def _losses(line: dict) -> str:
    """The losses of a line; G has none where it had no turn (d_steps)."""
    return "".join(f", {name} {line[loss]:.3f}" for name, loss in (("D", "loss_d"), ("G", "loss_g")) if loss in line)


def _lines(pause: float = 60.0) -> "Report":
    last = -math.inf

    def tell(line: dict) -> None:
        nonlocal last
        if time.monotonic() - last >= pause:
            last = time.monotonic()
            with suppress(OSError):  # a full disk has no room for this line, and need not end the training
                print(
                    f"{line['kimg']:.1f} kimg, {line['img_per_s']:.0f} img/s, {line['eta_s']} s left{_losses(line)}",
                    flush=True,
                )

    return tell


def publish(
    run: Annotated[str, typer.Argument(help="A run, finished or not: its folder, or its name among your own.")],
    folder: Annotated[Path, typer.Argument(help="Where the checkpoint is to go; its last part becomes its name.")],
    title: Annotated[str, typer.Option(help="The first line of the model card.")] = "",
    word: Annotated[list[str] | None, typer.Option(help="An unheard word for the card; may be repeated.")] = None,
    about: Annotated[str, typer.Option(help="What one sees, in Markdown, for the card.")] = "",
    half: Annotated[bool, typer.Option("--half", help="Weights in float16: half the size.")] = False,
) -> None:
    """Copy a run's checkpoint to a folder of its own, with a model card that shows what it draws.

    Example: gan-explorer publish runs/fashion checkpoints/fashion-words --word slipper --word kimono
    """
    from explorer.explore.card.publish import publish as publish_run

    print(f"Published {publish_run(run, folder, title=title, words=tuple(word or ()), about=about, half=half)}.")
