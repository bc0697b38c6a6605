"""`gan-explorer directions`: axes of z along which the pictures change most, shown and kept under names."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from explorer.cli.spec_options import OneStyle
from explorer.errors import ExplorerError, shown

if TYPE_CHECKING:
    from explorer.checkpoint import Checkpoint
    from explorer.explore.inside.directions import FoundDirections

app = typer.Typer(name="directions", no_args_is_help=True)
Method = Literal["pca", "sefa"]
Kind = Annotated[Method, typer.Option(help="pca (GANSpace, of early activations) or sefa (closed form, of weights).")]
From = Annotated[str, typer.Option("--checkpoint", help="A name, a folder, or hf:owner/name@revision.")]


def register(parent: typer.Typer) -> None:
    """Add `directions` and its commands to the command line."""
    parent.add_typer(app)


@app.callback()
def start() -> None:
    """Find directions in z along which pictures change most; keep them by name.

    Example: gan-explorer directions show bag -o strips.png
    """


@app.command()
def show(
    word: Annotated[str, typer.Argument(help="What to draw, as in sample.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="A .png that carries its specs, or an .npz of raw tiles.")],
    method: Kind = "pca",
    saved: Annotated[str | None, typer.Option(help="Show this kept direction instead.")] = None,
    number: Annotated[int, typer.Option("-n", "--number", min=1, max=10, help="How many directions.")] = 6,
    seed: Annotated[int, typer.Option(help="Which picture is pushed.")] = 0,
    psi: Annotated[float, typer.Option(help="Spread of z that is kept before it is pushed, 0 to 1.5.")] = 0.5,
    style: OneStyle = "",
    checkpoint: From = "fashion-words",
    scale: Annotated[int, typer.Option(min=1, max=64, help="Pixels a pixel in a .png.")] = 2,
) -> None:
    """Draw one picture pushed along each direction, a row each, from -3 to 3 standard deviations of z.

    Example: gan-explorer directions show bag -o strips.png
    """
    from explorer.explore.inside.directions import sweep
    from explorer.explore.inside.saved_directions import open_direction
    from explorer.explore.render.files import check_target, save_pictures
    from explorer.explore.render.studio import Studio
    from explorer.explore.spec.spec import Seeded, Spec

    check_target(out)
    studio = Studio()
    opened = studio.checkpoint(checkpoint)
    if saved is not None:
        rows = {saved: open_direction(saved, opened).axis}
    else:
        found = _find(opened, method, number, style)
        names = (f"{method} {row} ({share:.1%})" for row, share in enumerate(found.shares, 1))
        rows = dict(zip(names, found.axes, strict=True))
        print(f"By its share of all that z changes in straight lines: {', '.join(rows)}.")
    spec = Spec(checkpoint, word, Seeded(seed, 1), psi, style=style)
    save_pictures(out, [studio.render(sweep(spec, axis), read=False) for axis in rows.values()], scale, list(rows))
    print(f"Drawn to {out}, from -3 on the left to 3 standard deviations of z on the right.")


@app.command()
def save(
    name: Annotated[str, typer.Argument(help="What to call it, such as 'longer handle'.")],
    number: Annotated[int, typer.Option("-n", "--number", min=1, max=64, help="Which row of `show`.")],
    method: Kind = "pca",
    style: OneStyle = "",
    checkpoint: From = "fashion-words",
) -> None:
    """Keep a direction under a name, with the generator that it steers.

    Example: gan-explorer directions save "longer handle" -n 2
    """
    from explorer import checkpoint as checkpoints
    from explorer.explore.inside.saved_directions import save_direction

    opened = checkpoints.load(checkpoint)
    found = _find(opened, method, number, style)
    if len(found.axes) < number:
        raise ExplorerError(f"{opened.name} has {len(found.axes)} directions, so there is no number {number}.")
    print(f"Kept as {save_direction(name, found.axes[number - 1], opened, f'{method} {number}')}.")


@app.command("list")
def list_() -> None:
    """List the directions that are kept.

    Example: gan-explorer directions list
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from explorer.explore.inside.saved_directions import list_directions

    kept = list_directions()
    if not kept:
        print('None is kept yet; keep one: gan-explorer directions save "longer handle" -n 2')
        return
    table = Table("name", "checkpoint", "from", "z")
    for one in kept:
        cells = (one.name, f"{one.checkpoint} ({one.checkpoint_hash[:8]})", one.about, str(len(one.axis)))
        table.add_row(*(Text(shown(cell)) for cell in cells))
    Console().print(table)


@app.command()
def rename(
    name: Annotated[str, typer.Argument(help="What it is called.")],
    new: Annotated[str, typer.Argument(help="What to call it.")],
) -> None:
    """Give a kept direction another name.

    Example: gan-explorer directions rename "longer handle" tote
    """
    from explorer.explore.inside.saved_directions import rename_direction

    rename_direction(name, new)


@app.command()
def delete(name: Annotated[str, typer.Argument(help="What it is called.")]) -> None:
    """Delete a kept direction.

    Example: gan-explorer directions delete tote
    """
    from explorer.explore.inside.saved_directions import delete_direction

    delete_direction(name)


def _find(checkpoint: "Checkpoint", method: Method, count: int, style: str) -> "FoundDirections":
    from explorer.explore.inside.directions import pca, sefa

    return pca(checkpoint, count=count, style=style) if method == "pca" else sefa(checkpoint, count)
