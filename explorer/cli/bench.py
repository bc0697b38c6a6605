"""`gan-explorer bench`: a group of measurements, each a module of `explorer.bench`."""

import typer

from explorer.bench import live, render, training


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    bench = typer.Typer(
        name="bench",
        help="Measure this machine: how fast pictures are drawn and shown, and how fast a training goes.",
        no_args_is_help=True,
    )
    for measurement in (render, live, training):
        measurement.register(bench)
    app.add_typer(bench)
