"""`gan-explorer probe`: how well a discriminator's features separate the classes of its pictures."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from explorer.machine import best_device

if TYPE_CHECKING:
    from explorer.measure.discriminator.probe import Probe


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("probe")(probe)


def probe(
    checkpoint: Annotated[str, typer.Argument(help="A name, a folder, a run, or hf:owner/name@revision.")],
    pictures: Annotated[
        int, typer.Option(help="Training pictures that the classifiers are fitted on; more take longer.")
    ] = 10_000,
    data: Annotated[
        str | None, typer.Option(help="Its pictures, where the name in its config is not enough: a folder, zip or tar.")
    ] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Where the data sets lie, if not in the usual places.")] = None,
    no_store: Annotated[bool, typer.Option("--no-store", help="Print the figures only.")] = False,
) -> None:
    """Read classes off a discriminator's features, as the DCGAN paper did, beside raw pixels and random weights.

    The paper's 82.8 % on CIFAR-10 were read off features learned on ImageNet, which is no part of this: here D has seen
    the pictures of its own training alone.

    Example: gan-explorer probe fashion-words --pictures 5000 --no-store
    Example: gan-explorer probe runs/cifar10 --pictures 50000
    """
    from explorer import checkpoint as checkpoints
    from explorer.data.progress import reporting
    from explorer.measure.discriminator.load import discriminator_of
    from explorer.measure.discriminator.probe import KEY
    from explorer.measure.discriminator.probe import probe as measure
    from explorer.measure.results_file import store_fields
    from explorer.measure.training_pictures import own_pictures, read_options_of, source_of

    opened = checkpoints.load(checkpoint, device=best_device())
    discriminator_of(opened)  # a missing one is an error before pictures are fetched
    source = data or source_of(opened)
    options = read_options_of(opened)
    train, test = (
        own_pictures(source, opened.image_shape, split, data_dir, True, options) for split in ("train", "test")
    )
    with reporting(True) as report:
        found = measure(opened, train, test, pictures, report)
    _print_probe(opened.name, found)
    if checkpoint.startswith("hf:"):
        print("A checkpoint from the hub is another's: its figures are not stored.")
    elif not no_store:
        print(f"Stored in {store_fields(opened.path, KEY, found.as_fields())}.")


def _print_probe(name: str, found: "Probe") -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(escape(f"{name}, read from"), "right", "numbers", "C", box=None, pad_edge=False)
    rows = {
        "its discriminator": found.discriminator,
        "the same, weights random": found.random,
        "raw pixels": found.pixels,
    }
    for what, score in rows.items():
        table.add_row(what, f"{score.accuracy:.3f}", f"{score.features:,}", f"{score.strength:g}")
    console = Console()
    console.print(table)
    paper = (
        "The DCGAN paper's 82.8 % on CIFAR-10: by features learned on ImageNet, 28,672 of them, and 50,000 pictures."
    )
    console.print(
        f"Linear L2-SVMs fitted on {found.pictures:,} training pictures of {found.source} and asked on {found.test:,} "
        f"test pictures, {found.classes} classes. Of a discriminator they see all layers, max-pooled to 4 x 4: "
        f"{', '.join(found.layers)}." + (f" {paper}" if found.source == "cifar10" else ""),
        markup=False,
        highlight=False,
    )
