"""`gan-explorer train` and `publish`: make a generator, and make it ready to be shown."""

from pathlib import Path
from typing import Annotated

import typer

from explorer.machine import working_threads
from explorer.models.families import FAMILIES
from explorer.training.config import TrainConfig


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("train")(train)
    app.command("publish")(publish)


def train(
    data: Annotated[
        str, typer.Argument(help="fashion-mnist, mnist, digits, or a folder or zip with one sub-folder per class.")
    ],
    run: Annotated[Path, typer.Option("--run", help="The run folder; the same command again resumes it.")],
    kimg: Annotated[float, typer.Option(help="The budget in thousands of pictures.")] = TrainConfig.kimg,
    size: Annotated[int, typer.Option(help="The width of the networks.")] = TrainConfig.size,
    resolution: Annotated[int | None, typer.Option(help="28, 32 or 64 pixels; by default as the pictures are.")] = None,
    space: Annotated[str, typer.Option(help="The word space that the generator hears.")] = TrainConfig.space,
    batch: Annotated[int, typer.Option(help="Pictures a step.")] = TrainConfig.batch,
    lr: Annotated[float, typer.Option(help="Adam's learning rate.")] = TrainConfig.lr,
    gamma: Annotated[float, typer.Option(help="Weight of the R1 and R2 penalties.")] = TrainConfig.gamma,
    family: Annotated[str, typer.Option(help=f"The game: {', '.join(FAMILIES)}.")] = TrainConfig.family,
    jitter: Annotated[float, typer.Option(help="The largest step of the word jitter.")] = TrainConfig.jitter,
    outside: Annotated[
        float, typer.Option(help="How much is heard of what lies outside the span of the labels' vectors; 1 is all.")
    ] = TrainConfig.outside,
    synonyms: Annotated[
        bool, typer.Option(help="Say pictures with other words for their class too, where the house has a list.")
    ] = TrainConfig.synonyms,
    neighbours: Annotated[
        int, typer.Option(help="Words of the space around each label that its pictures are said with too.")
    ] = TrainConfig.neighbours,
    mismatch: Annotated[
        float, typer.Option(help="Weight of one another's real pictures for a word, as fakes for D.")
    ] = TrainConfig.mismatch,
    seed: Annotated[int, typer.Option(help="Seed of everything that is drawn.")] = TrainConfig.seed,
    threads: Annotated[
        int | None,
        typer.Option(min=1, help="CPU threads, fixed for the run; by default all cores but one, up to 8."),
    ] = None,
    precision: Annotated[str, typer.Option(help="no (float32) or bf16.")] = TrainConfig.precision,
    preview: Annotated[list[str] | None, typer.Option(help="A word for the sheets; may be repeated.")] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Where the data sets lie, if not in the usual places.")] = None,
) -> None:
    """Train a word-conditional GAN, or go on with one that was stopped.

    Example: gan-explorer train fashion-mnist --run runs/fashion --kimg 400 --preview slipper
    """
    import shlex
    from datetime import timedelta

    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, Progress, TextColumn
    from rich.table import Table

    from explorer.data import load
    from explorer.training.loop import train as train_run
    from explorer.words import open_space

    console = Console()
    heard = open_space(space)
    pictures = load(data, data_dir=data_dir, size=resolution)
    console.print(f"{pictures.name}: {len(pictures):,} pictures", markup=False)
    counts = Table("class", "pictures")
    for word, count in pictures.counts().items():
        counts.add_row(escape(word), f"{count:,}")
    console.print(counts)
    for note in pictures.notes:
        console.print(note, markup=False)
    channels, side, _ = pictures.image_shape
    config = TrainConfig(
        data=data,
        space=space,
        resolution=side,
        channels=channels,
        c_dim=heard.dim,
        size=size,
        kimg=kimg,
        batch=batch,
        lr=lr,
        gamma=gamma,
        family=family,
        jitter=jitter,
        outside=outside,
        synonyms=synonyms,
        neighbours=neighbours,
        mismatch=mismatch,
        seed=seed,
        threads=threads or _threads_of(run),
        precision=precision,
        preview=tuple(preview or ()),
    )
    columns = (
        TextColumn("{task.completed:.1f}/{task.total:.1f} kimg"),
        BarColumn(),
        TextColumn("{task.fields[speed]:.0f} img/s"),
        TextColumn("{task.fields[left]} left"),
        TextColumn("D {task.fields[loss_d]:.3f}  G {task.fields[loss_g]:.3f}"),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=config.images / 1000, speed=0, left="-", loss_d=0, loss_g=0)

        def show(line: dict) -> None:
            progress.update(
                task,
                completed=line["kimg"],
                speed=line["img_per_s"],
                left=timedelta(seconds=line["eta_s"]),  # rich's own guess counts a resumed run from its first picture
                loss_d=line["loss_d"],
                loss_g=line["loss_g"],
            )

        published = train_run(run, config, pictures, heard, report=show)
    word = shlex.quote(pictures.words[0])
    print(f"The checkpoint is {published}. Draw from it: gan-explorer sample {word} --checkpoint {run} -o grid.png")


def _threads_of(run: Path) -> int:
    """A run's own thread count, or what suits this machine for a new one."""
    if (run / "config.json").is_file():
        return TrainConfig.from_file(run / "config.json").threads
    return working_threads()


def publish(
    run: Annotated[Path, typer.Argument(help="A run folder, finished or not.")],
    folder: Annotated[Path, typer.Argument(help="Where the checkpoint is to go; its last part becomes its name.")],
    title: Annotated[str, typer.Option(help="The first line of the model card.")] = "",
    word: Annotated[list[str] | None, typer.Option(help="An unheard word for the card; may be repeated.")] = None,
    about: Annotated[str, typer.Option(help="What one sees, in Markdown, for the card.")] = "",
) -> None:
    """Copy a run's checkpoint to a folder of its own, with a model card that shows what it draws.

    Example: gan-explorer publish runs/fashion checkpoints/fashion-words --word slipper --word kimono
    """
    from explorer.explore.publish import publish as publish_run

    print(f"Published {publish_run(run, folder, title=title, words=tuple(word or ()), about=about)}.")
