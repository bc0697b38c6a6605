"""`gan-explorer judge train`: make the small classifier that samples are measured with."""

from pathlib import Path
from typing import Annotated

import typer

from explorer.errors import ExplorerError, shown
from explorer.machine import best_device, working_threads
from explorer.training.settings import SETTINGS

app = typer.Typer(name="judge", no_args_is_help=True)


def register(parent: typer.Typer) -> None:
    """Add `judge` and its command to the command line."""
    parent.add_typer(app)


@app.callback()
def start() -> None:
    """Train the small classifier of real pictures that samples are measured with.

    Example: gan-explorer judge train fashion-mnist --name my-judge
    """  # without this, typer would make its one command the whole of `judge`


@app.command()
def train(
    data: Annotated[
        str,
        typer.Argument(
            help="fashion-mnist, mnist, cifar10, digits, or a folder, zip or tar with train and test folders, or with "
            "styles."
        ),
    ],
    name: Annotated[str | None, typer.Option(help="What to call it; by default as the data set.")] = None,
    epochs: Annotated[
        int | None, typer.Option(min=1, help="Times each picture is seen; by default what takes some minutes.")
    ] = None,
    of: Annotated[str, typer.Option(help="What it tells apart: words or, where pictures have them, styles.")] = "words",
    unseen_style: Annotated[
        list[str] | None,
        typer.Option(help="A style to ask it and not to fit it on; by default every third family. May be repeated."),
    ] = None,
    flips: Annotated[
        bool, typer.Option("--flips", help="Mirror pictures with styles too, where that keeps their meaning.")
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="Seed of everything that is drawn.")] = 0,
    threads: Annotated[
        int | None, typer.Option(min=1, help="CPU threads; by default all cores but one, up to 8.")
    ] = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Write this folder, not among your judges.")] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Where the data sets lie, if not in the usual places.")] = None,
    size: Annotated[
        int | None, typer.Option(help="16, 28, 32 or 64 pixels: those of the checkpoints that it is to measure.")
    ] = None,
    fit: Annotated[str, typer.Option(help=SETTINGS["fit"].help)] = "crop",
    names: Annotated[Path | None, typer.Option(help=SETTINGS["names"].help)] = None,
    skip_broken: Annotated[bool, typer.Option("--skip-broken", help=SETTINGS["skip_broken"].help)] = False,
) -> None:
    """Train a judge: minutes on one core. Stopped, it goes on from there when the same command is given again.

    Of pictures in several styles it is fitted on some styles and asked the others, as variants of one drawing leak.

    Example: gan-explorer judge train fashion-mnist --name my-judge
    Example: gan-explorer judge train emoji-styles.zip --unseen-style noto --unseen-style noto-v1
    Example: gan-explorer judge train emoji-styles.zip --of styles
    """
    import re

    import torch

    from explorer import places
    from explorer.checkpoint import is_name
    from explorer.data import NAMES, ReadOptions, load
    from explorer.data.folders.names_file import read_names
    from explorer.data.progress import reporting
    from explorer.measure.judge.format import STYLES, WORDS, check_target
    from explorer.measure.judge.training import train_judge
    from explorer.stopping import interruptible

    if of not in (WORDS, STYLES):
        raise ExplorerError(f"A judge is one of words or of styles (--of), not of {shown(of, 40)!r}.")
    given = () if names is None else tuple(read_names(names).items())
    options = ReadOptions(fit, skip_broken, given)
    pictures = load(data, data_dir=data_dir, size=size, **options.keywords)
    test = None
    if not pictures.styles:
        mode = "L" if pictures.image_shape[0] == 1 else "RGB"
        test = load(data, "test", data_dir, size=pictures.image_shape[1], mode=mode, **options.keywords)
    name = name or re.sub(r"[^\w.-]+", "-", pictures.name)[:90] + ("-styles" if of == STYLES else "")
    if not is_name(name):
        raise ExplorerError(f"A judge cannot be called {name!r}: give letters, digits, dots, - and _ by --name.")
    folder = out or places.user_data() / "judges" / name
    check_target(folder)
    torch.set_num_threads(threads or working_threads())
    with reporting(True) as report, interruptible() as stop:
        accuracy = train_judge(
            folder,
            pictures,
            test,
            source=str(path.absolute()) if data not in NAMES and (path := places.expand(data)).exists() else data,
            of=of,
            unseen=unseen_style or (),
            flips=flips,
            epochs=epochs,
            seed=seed,
            device=torch.device(best_device()),
            report=report,
            stop=stop.is_set,
            options=options,
        )
    asked = f"the {len(test):,} test pictures" if test else "the pictures that it was not fitted on"
    print(f"{accuracy:.2%} of {asked} judged right. The judge is {folder}.")
    if out is None and (places.shipped("judges") / name).is_dir():
        print(f"There is a shipped judge {name}, which goes first; give yours another --name to use it.")
