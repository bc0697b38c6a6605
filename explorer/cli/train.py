"""`gan-explorer train` and `publish`: make a generator, and make it ready to be shown."""

import math
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from explorer import parent
from explorer.cli.setting_options import given_settings, with_settings
from explorer.errors import ExplorerError, listed
from explorer.files import is_regular
from explorer.models.families import check_classes
from explorer.places import is_bare, run_folder
from explorer.stopping import Interrupted
from explorer.terminal import command, optional_output
from explorer.training.examples import nearest_example
from explorer.training.resolve import (
    PRESETS,
    PictureFacts,
    config_for,
    explain_settings,
    parse_assignments,
    read_settings_file,
    resolve,
)
from explorer.training.settings import APPLIES, SETTINGS, TrainConfig, TrainingError

if TYPE_CHECKING:
    from explorer.data import ImageSet
    from explorer.jobs import Job
    from explorer.training.loop import Report
    from explorer.words import WordSpace


OTHERS = ", ".join(name for name, one in SETTINGS.items() if one.help and not one.option and not one.noted)


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("train")(train)
    app.command("publish")(publish)


@with_settings
def train(
    run: Annotated[
        str,
        typer.Option("--run", help="The run's folder, or a name for it among your own; the same command resumes it."),
    ],
    data: Annotated[
        list[str] | None,
        typer.Argument(
            help=SETTINGS["data"].help + " Several become one set, each a style or with its own. A run that was begun "
            "knows its own."
        ),
    ] = None,
    preset: Annotated[
        str | None, typer.Option(help=f"Where to begin: {', '.join(PRESETS)}; other options change it.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="A JSON file of settings, as a run's config.json; other options change it.")
    ] = None,
    *,
    all_: Annotated[bool, typer.Option("--all", help="Print a row for each class, even of hundreds.")] = False,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", help=f"Any other setting, as lr=0.0003; may be repeated: {OTHERS}."),
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
    **settings: Any,
) -> None:
    """Train a GAN, go on with a training that was stopped, or train for longer than was planned.

    Example: gan-explorer train fashion-mnist --run my-fashion --kimg 400 --preview slipper
    """
    parent.watch()
    from explorer.jobs.naming import check_new

    how = _Options(run, run_folder(run), device, data_dir, background, estimate, all_)
    if is_bare(run) and not how.folder.exists():
        check_new(run)
    if polite:
        from explorer.machine import lower_priority

        lower_priority()
    given = {} if config is None else read_settings_file(config)
    given |= _sources(data) | _domains(given_settings(settings)) | parse_assignments(set_ or [])
    if is_regular(how.folder / "config.json"):
        return _go_on(how, resolve(given, preset, before=TrainConfig.from_file(how.folder / "config.json")))
    if not given and preset is None:
        return _go_on(how, {})
    start = _start_settings(given.get("start_from"))
    chosen = resolve(given, preset, start)
    if "data" not in chosen:
        raise TrainingError("Say which pictures to train on, as in: gan-explorer train fashion-mnist --run NAME.")
    return _begin(how, chosen, lambda facts: resolve(given, preset, start, pictures=facts))


def _sources(data: list[str] | None) -> dict[str, Any]:
    """The settings that several sources are; one alone leaves the further ones of a run as they are."""
    first, *more = data or [None]
    return ({} if first is None else {"data": first}) | ({"more_data": tuple(more)} if more else {})


def _domains(given: dict[str, Any]) -> dict[str, Any]:
    """The settings with --from read as the first domain of a translator, beside --to."""
    if "domain_b" not in given:
        return given
    first = {"domain_a": given["start_from"]} if "start_from" in given else {}
    return {"family": "cyclegan"} | {name: one for name, one in given.items() if name != "start_from"} | first


@dataclass(frozen=True)
class _Options:
    """The options of `train` beside the settings."""

    run: str
    folder: Path
    device: str | None
    data_dir: Path | None
    background: bool
    estimate: bool
    every_class: bool


def _start_settings(checkpoint: object) -> dict[str, Any]:
    """The settings of the checkpoint that a training starts from."""
    from explorer.training.fine_tuning import checkpoint_settings

    return checkpoint_settings(checkpoint) if isinstance(checkpoint, str) and checkpoint else {}


def _begin(how: "_Options", settings: dict[str, Any], resolve_for: "Callable[[PictureFacts], dict[str, Any]]") -> None:
    """Begin a run with these settings, and with those that follow from its pictures."""
    from explorer.data import classes_left, load
    from explorer.words import open_space

    space = open_space(settings.get("space", TrainConfig.space))
    mode = {1: "L", 3: "RGB"}.get(settings.get("channels"))
    reading = {name: value for name, value in settings.items() if SETTINGS[name].applies == "folders"}
    options = TrainConfig(**reading).read_options
    pictures = load(
        (settings["data"], *settings.get("more_data", ())),
        data_dir=how.data_dir,
        size=settings.get("resolution"),
        mode=mode,
        **options.keywords,
    )
    with optional_output():
        _print_pictures(pictures, space, how.every_class)
    family = settings.get("family", TrainConfig.family)
    check_classes(family, len(pictures.words))
    facts = PictureFacts.of(pictures)
    config = config_for(resolve_for(facts), facts, space.dim)
    if config.hold_out != settings.get("hold_out", ()):  # a share was asked for
        with optional_output():
            print(f"Held out: {listed(config.hold_out)}.")
    if config.conditioning == "word":
        from explorer.training.training_data import labels_left_out

        if left_out := labels_left_out(pictures, space, config.hold_out)[1]:
            with optional_output():
                print(left_out)
    if because := explain_settings(facts, config):
        with optional_output():
            print(because)
    if how.estimate:
        _print_estimate(config, how.device)
        if example := nearest_example(facts, config.kimg):
            print(f"{example.sentence} Its sheet: {example.path}")
        return None
    if config.start_from:
        from explorer.training.fine_tuning import describe_start

        labels = classes_left(pictures.words, config.hold_out, pictures.name)
        print(describe_start(config, labels, pictures.styles))
    if how.background:
        from explorer.jobs import Jobs

        _check_background(how)
        return _print_job(Jobs(how.folder.parent).start(how.folder.name, config, how.device))
    from explorer.training import train as train_run

    _finish(how, lambda report: train_run(how.folder, config, pictures, space, report, how.device))
    return None


def _go_on(how: "_Options", changes: dict[str, Any]) -> None:
    """Go on with a run with its own settings, but for `changes`."""
    from explorer.training.resuming import changed_config

    before, config = changed_config(how.folder, changes := _with_held_out_words(how, changes))
    if how.estimate:
        return _print_estimate(config, how.device)
    if how.background:
        _check_background(how)
    has_new_place = bool({"data", "more_data"} & set(changes))
    must_load = config != before or has_new_place
    if must_load:  # what does not fit is an error before anything is changed on disk
        from explorer.training.distributed import Distributed
        from explorer.training.training_data import load_pictures, prepare_data
        from explorer.words import open_space

        pictures, space = load_pictures(how.folder, config, how.data_dir, progress=True), open_space(config.space)
        if has_new_place:
            with optional_output():
                _print_pictures(pictures, space, how.every_class)
        prepared = prepare_data(
            how.folder, config, pictures, space, Distributed.start("cpu" if how.background else how.device)
        )
        with optional_output():
            for sentence in config.change_history:
                if sentence not in before.change_history:
                    print(sentence)
    if how.background:
        from explorer.jobs import Jobs

        return _print_job(Jobs(how.folder.parent).resume(how.folder.name, how.device, **changes))
    if must_load:
        from explorer.training.loop import train_on

        return _finish(how, lambda report: train_on(how.folder, prepared, report))
    from explorer.training.loop import train_folder

    return _finish(how, lambda report: train_folder(how.folder, how.device, how.data_dir, report))


def _with_held_out_words(how: "_Options", changes: dict[str, Any]) -> dict[str, Any]:
    """The changes with the words of a share of the classes that the run holds out, as when it was begun."""
    from explorer.data import held_out_words, is_share

    held_out = changes.get("hold_out", ())
    if not (isinstance(held_out, tuple) and any(isinstance(one, str) and is_share(one) for one in held_out)):
        return changes
    from explorer.training.training_data import load_pictures

    config = TrainConfig.from_file(how.folder / "config.json")
    words = load_pictures(how.folder, config, how.data_dir, progress=True).words
    return changes | {"hold_out": held_out_words(held_out, words, config.seed)}


def _check_background(how: "_Options") -> None:
    if how.data_dir is not None:
        raise TrainingError(
            "A training in the background finds its data by GAN_EXPLORER_DATA: set it in place of --data-dir."
        )


def _print_estimate(config: TrainConfig, device: str | None) -> None:
    from explorer.training.trial import trial

    print(trial(config, device))


def _print_pictures(pictures: "ImageSet", space: "WordSpace", everything: bool = False) -> None:
    """Print the classes and notes of the pictures to train on."""
    from rich.console import Console

    from explorer.cli.data import print_classes
    from explorer.data.inspection import unknown_words

    console = Console()
    console.print(f"{pictures.name}: {len(pictures):,} pictures", markup=False)
    print_classes(console, pictures.counts(), unknown_words(pictures.words, space), everything)
    for note in pictures.notes:
        console.print(note, markup=False)


def _print_job(job: "Job") -> None:
    print(f"{job.name} is {job.state} on {job.device}; see: {command('jobs', '--runs', job.folder.parent)}")


def _finish(how: "_Options", work: Callable[["Report"], Path]) -> None:
    """Run `work` with its progress shown; afterwards start the next training that waits for the device."""
    from explorer.training.resuming import images_seen

    run, folder = how.run, how.folder
    is_main = os.environ.get("RANK", "0") == "0"  # one process of a distributed training prints
    seen = images_seen(folder)
    try:
        with _progress() if is_main else nullcontext(lambda line: None) as report:
            published = work(report)
    except Interrupted as stopped:
        if not is_main:
            raise typer.Exit(stopped.status) from None
        given = [("--data-dir", how.data_dir), ("--device", how.device)]
        again = command("train", "--run", run, *(part for pair in given if pair[1] for part in pair))
        raise Interrupted(f"{stopped} Go on with: {again}", stopped.signal) from None
    finally:
        if is_regular(folder / "job.json"):
            from explorer.jobs import Jobs

            Jobs(folder.parent).advance()
    if is_main:
        from explorer.checkpoint import describe, find

        by_name = is_bare(run) and find(run) == published  # no shipped one has that name
        name = run if by_name else folder
        if describe(published).translates:
            drawing = command("translate", name, "PICTURE", "-o", "out.png")
        else:
            drawing = command("sample", "WORD", "--checkpoint", name, "-o", "grid.png")
        with optional_output():
            if seen and images_seen(folder) == seen:
                longer = command("train", "--run", run, "--kimg", f"{2 * seen / 1000:g}")
                print(f"It had seen all its {seen / 1000:g} kimg already. To train on: {longer}")
            print(f"The checkpoint is {published}. Try it: {drawing}")


@contextmanager
def _progress() -> Iterator["Report"]:
    """Show the progress of a training: a bar on a terminal, a line a minute in a file."""
    from rich.console import Console

    console = Console()
    if not console.is_terminal:
        yield _print_lines()
        return
    from datetime import timedelta

    from rich.progress import BarColumn, Progress, TextColumn
    from rich.table import Column

    done = TextColumn("{task.description}", table_column=Column(min_width=14, no_wrap=True))
    columns = done, BarColumn(), TextColumn("{task.fields[now]}")
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("starting", total=None, now="")

        def show(line: dict) -> None:
            left = timedelta(seconds=line["eta_s"])  # rich's own estimate counts a resumed run from its first picture
            progress.update(
                task,
                description=f"{line['kimg']:.1f}/{line['budget_kimg']:.1f} kimg",
                completed=line["kimg"],
                total=line["budget_kimg"],
                now=f"{line['img_per_s']:.0f} img/s, {left} left{_losses(line)}",
            )

        yield show


def _losses(line: dict) -> str:
    """The losses of a line as text; G has none where only D was updated (d_steps)."""
    return "".join(f", {name} {line[loss]:.3f}" for name, loss in (("D", "loss_d"), ("G", "loss_g")) if loss in line)


def _print_lines(pause: float = 60.0) -> "Report":
    last = -math.inf

    def print_line(line: dict) -> None:
        nonlocal last
        if time.monotonic() - last >= pause:
            last = time.monotonic()
            with suppress(OSError):  # a full disk has no room for this line, and need not end the training
                print(
                    f"{line['kimg']:.1f} kimg, {line['img_per_s']:.0f} img/s, {line['eta_s']} s left{_losses(line)}",
                    flush=True,
                )

    return print_line


def publish(
    run: Annotated[str, typer.Argument(help="A run, finished or not: its folder, or its name among your own.")],
    folder: Annotated[Path, typer.Argument(help="Where the checkpoint is to go; its last part becomes its name.")],
    title: Annotated[str, typer.Option(help="The first line of the model card.")] = "",
    word: Annotated[
        list[str] | None, typer.Option(help="A word that is no label, for the card; may be repeated.")
    ] = None,
    about: Annotated[str, typer.Option(help="What one sees, in Markdown, for the card.")] = "",
    half: Annotated[bool, typer.Option("--half", help="Weights in float16: half the size.")] = False,
    nearest: Annotated[
        bool,
        typer.Option("--nearest", help="Show samples beside the real pictures nearest to them, if these may be shown."),
    ] = False,
    snapshots: Annotated[
        bool,
        typer.Option("--snapshots", help="Measure each snapshot that the run kept, for curves over its training."),
    ] = False,
    data_dir: Annotated[Path | None, typer.Option(help="Where the data sets lie, for --snapshots.")] = None,
    word_truncation: Annotated[
        float | None,
        typer.Option(
            help="What words are drawn with where nobody says another, 0 to 1 (default: what its evaluation chose, "
            "else 0)."
        ),
    ] = None,
) -> None:
    """Copy a run's checkpoint to a folder of its own, with a model card that shows what it draws and the curves of its
    training.

    Example: gan-explorer publish runs/fashion checkpoints/fashion-words --word slipper --word kimono
    """
    import torch

    from explorer.checkpoint import describe, find
    from explorer.compare.publishing import published_curves
    from explorer.data.progress import reporting
    from explorer.explore.card.publish import publish as publish_run
    from explorer.machine import best_device, working_threads
    from explorer.stopping import interruptible

    torch.set_num_threads(working_threads())
    about_run = describe(find(run))
    with reporting(True) as report, interruptible() as interrupted:
        curves = published_curves(run, snapshots, data_dir, best_device(), report, interrupted.is_set)
    if about_run.translates:
        from explorer.explore.card.translator import publish_translator

        if word or nearest or snapshots or word_truncation is not None:
            raise ExplorerError("A translator takes no words: leave out --word, --nearest, --snapshots and the like.")
        publish_translator(run, folder, title, about, half, APPLIES, curves)
        print(f"Published {folder}.")
        return
    options = {"title": title, "words": tuple(word or ()), "about": about, "half": half, "applies": APPLIES}
    options |= {"nearest": nearest, "curves": curves, "word_truncation": word_truncation}
    print(f"Published {publish_run(run, folder, **options)}.")
    if usual := describe(folder).word_truncation:
        print(f"Words are drawn with word truncation {usual:g} where nobody says another.")
