"""`gan-explorer bench`: a group of measurements, each a module of `explorer.bench`."""

import typer

from explorer.bench import kills, live, render, training


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    bench = typer.Typer(
        name="bench",
        help="Measure this machine: how fast it draws and shows pictures, how fast it trains, what a kill costs.",
        no_args_is_help=True,
    )
    for measurement in (render, live, training, kills):
        measurement.register(bench)
    app.add_typer(bench)
