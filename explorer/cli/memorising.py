"""`gan-explorer memorising`: whether a generator draws its training pictures again."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from explorer.machine import best_device

if TYPE_CHECKING:
    from explorer.measure.memorising.memorising import Memorising


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("memorising")(memorising)


def memorising(
    checkpoint: Annotated[str, typer.Argument(help="A name, a folder, a run, or hf:owner/name@revision.")],
    data: Annotated[
        str | None, typer.Option(help="Its pictures, where the name in its config is not enough: a folder, zip or tar.")
    ] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Where the data sets lie, if not in the usual places.")] = None,
    no_store: Annotated[bool, typer.Option("--no-store", help="Print the figures only.")] = False,
) -> None:
    """Look 5,000 samples up among the pictures it was trained on, and among those held out.

    Where its pictures have styles, none is held out: 2,000 samples, and as many of novel words, are looked up then.

    Example: gan-explorer memorising fashion-words --no-store
    """
    from explorer import checkpoint as checkpoints
    from explorer.cli.evaluate_tables import print_summaries
    from explorer.data.progress import reporting
    from explorer.measure.memorising.index import real_pictures
    from explorer.measure.memorising.memorising import KEY
    from explorer.measure.memorising.memorising import memorising as measure
    from explorer.measure.memorising.near_copies import KEY as NEAR
    from explorer.measure.memorising.near_copies import near_copies
    from explorer.measure.metrics.metrics_file import store_fields
    from explorer.measure.summaries import near_copy_tables

    opened = checkpoints.load(checkpoint, device=best_device())
    real = real_pictures(opened, data, data_dir, download=True)
    with reporting(True) as report:
        if real.train.styles:  # nothing is held out as a rule
            key, found = NEAR, near_copies(opened, real, report)
        else:
            key, found = KEY, measure(opened, real, report=report)
    if key == NEAR:
        print_summaries(opened.name, real.judge, near_copy_tables(found.as_fields()))
    else:
        _print_memorising(opened.name, found)
    if checkpoint.startswith("hf:"):
        print("A checkpoint from the hub is another's: its figures are not stored.")
    elif not no_store:
        print(f"Stored in {store_fields(opened.path, key, found.as_fields())}.")


def _print_memorising(name: str, found: "Memorising") -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(escape(name), *map(escape, found.spaces), "real", box=None, pad_edge=False)
    every = found.spaces.values()
    table.add_row("copied", *(f"{one.copied:.3f}" for one in every), "0")
    table.add_row("  give or take", *(f"{one.error:.3f}" for one in every), "")
    table.add_row("nearer than 95% of held-out ones", *(f"{one.close:.3f}" for one in every), "0.05")
    table.add_row("nearer than 99%", *(f"{one.copies:.3f}" for one in every), "0.01")
    table.add_row("median distance, over theirs", *(f"{one.median_ratio:.2f}" for one in every), "1")
    console = Console()
    console.print(table)
    console.print(
        f"{found.samples:,} samples, each looked up among {found.train:,} training and {found.test:,} held-out "
        "pictures. copied: 0 where the nearest is a held-out one as often as chance has it, 1 where it never is. Many "
        "near ones without copies mean that samples are smooth, or keep to what is usual.",
        markup=False,
        highlight=False,
    )
