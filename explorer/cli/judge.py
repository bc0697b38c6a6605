"""`gan-explorer judge train`: make the small classifier that samples are measured with."""

from pathlib import Path
from typing import Annotated

import typer

from explorer.errors import ExplorerError
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
            help="fashion-mnist, mnist, cifar10, digits, or a folder, zip or tar with train and test folders."
        ),
    ],
    name: Annotated[str | None, typer.Option(help="What to call it; by default as the data set.")] = None,
    epochs: Annotated[
        int | None, typer.Option(min=1, help="Times each picture is seen; by default what takes some minutes.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of everything that is drawn.")] = 0,
    threads: Annotated[
        int | None, typer.Option(min=1, help="CPU threads; by default all cores but one, up to 8.")
    ] = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Write this folder, not among your judges.")] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Where the data sets lie, if not in the usual places.")] = None,
    fit: Annotated[str, typer.Option(help=SETTINGS["fit"].help)] = "crop",
    names: Annotated[Path | None, typer.Option(help=SETTINGS["names"].help)] = None,
    skip_broken: Annotated[bool, typer.Option("--skip-broken", help=SETTINGS["skip_broken"].help)] = False,
) -> None:
    """Train a judge: minutes on one core. Stopped, it goes on from there when the same command is given again.

    Example: gan-explorer judge train fashion-mnist --name my-judge
    """
    import re

    import torch

    from explorer import places
    from explorer.checkpoint import is_name
    from explorer.data import NAMES, ReadOptions, load
    from explorer.data.folders.class_names import read_names
    from explorer.data.progress import reporting
    from explorer.measure.judge.format import check_target
    from explorer.measure.judge.training import train_judge
    from explorer.stopping import interruptible

    given = () if names is None else tuple(read_names(names).items())
    options = ReadOptions(fit, skip_broken, given)
    pictures = load(data, data_dir=data_dir, **options.keywords)
    mode = "L" if pictures.image_shape[0] == 1 else "RGB"
    side = pictures.image_shape[1]
    test = load(data, split="test", data_dir=data_dir, size=side, mode=mode, **options.keywords)
    name = name or re.sub(r"[^\w.-]+", "-", pictures.name)[:100]
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
            source=data if data in NAMES else str(places.expand(data).absolute()),
            epochs=epochs,
            seed=seed,
            device=torch.device(best_device()),
            report=report,
            stop=stop.is_set,
            options=options,
        )
    print(f"{accuracy:.2%} of the {len(test):,} test pictures judged right. The judge is {folder}.")
    if out is None and (places.shipped("judges") / name).is_dir():
        print(f"There is a shipped judge {name}, which goes first; give yours another --name to use it.")
