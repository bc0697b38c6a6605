"""`gan-explorer compare`: runs and checkpoints side by side, in one page that opens offline."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from explorer.errors import printable, shown
from explorer.machine import best_device, working_threads

if TYPE_CHECKING:
    from explorer.compare.comparison import Comparison


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("compare")(compare)


def compare(
    entries: Annotated[
        list[str], typer.Argument(metavar="RUNS_OR_CHECKPOINTS...", help="Names or folders, as many as you like.")
    ],
    out: Annotated[
        Path, typer.Option("--out", "-o", help="A folder for the report: index.html, metrics.json, tables to copy.")
    ],
    samples: Annotated[
        int, typer.Option(min=100, help="How many of each generator, where there are as many real pictures.")
    ] = 5000,
    moments: Annotated[
        int, typer.Option(min=100, help="How many of each snapshot that a run kept while it learned.")
    ] = 2000,
    cas: Annotated[
        bool, typer.Option("--cas", help="Train a classifier on the samples of each, too (minutes each).")
    ] = False,
    features: Annotated[
        str | None,
        typer.Option(help="In the judges' place, a network that learned ImageNet: lite0 or inception; see evaluate."),
    ] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Where the data sets lie, if not in the usual places.")] = None,
) -> None:
    """Generators side by side: what they draw from the same latents, how good it is, and how they learned it.

    Measured once, figures are kept beside the run. Two seeds of one recipe give a spread; distances of
    different judges are never put in one table.

    Example: gan-explorer compare fashion-words fashion-word2vec -o report/
    """
    import torch

    from explorer.compare.comparing import compare as compare_all
    from explorer.compare.report import check_folder, write_report
    from explorer.data.progress import reporting
    from explorer.stopping import interruptible

    check_folder(out)  # before minutes are spent
    torch.set_num_threads(working_threads())
    device = best_device()
    with reporting(True) as report, interruptible() as interrupted:
        found = compare_all(entries, samples, moments, data_dir, device, report, interrupted.is_set, cas, features)
    page = write_report(out, found)
    _print_comparison(found)
    print(f"Written to {page}.")


def _print_comparison(found: "Comparison") -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from explorer.compare.columns import COLUMNS, FLOOR
    from explorer.compare.tables import REAL, measured_with, said_of

    console = Console()
    columns = [one for one in COLUMNS if one.key in ("fd", "precision", "recall", "coverage", "in_class_variation")]
    for place, group in enumerate(found.groups):
        heads = [escape(one.named(group.judge)) for one in columns]
        table = Table("", heads[0], FLOOR, *heads[1:], box=None, pad_edge=False)
        for column in table.columns:
            column.overflow = "fold"
        table.columns[0].no_wrap = True  # of names, which often differ at their ends
        rows = [(REAL, group.real, 1.0)]
        for number in found.of(place):
            entry = found.entries[number]
            fields = entry.evaluation
            rows.append((entry.name, fields["figures"], fields["fd_over_floor"]))
        for name, figures, over in rows:
            first, *rest = (one.written(figures) for one in columns)
            table.add_row(escape(shown(name)), first, f"{over:.1f}", *rest)
        console.print(table)
        console.print(printable(measured_with(group, columns)), markup=False, highlight=False)
    for entry in found.entries:
        for said in said_of(entry):
            console.print(printable(f"{entry.name}: {said}"), markup=False, highlight=False)
