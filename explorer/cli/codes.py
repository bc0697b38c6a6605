"""`gan-explorer codes` shows what the codes of an InfoGAN do."""

from pathlib import Path
from typing import Annotated

import typer

from explorer.errors import ExplorerError


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("codes")(codes)


def codes(
    checkpoint: Annotated[str, typer.Option(help="An InfoGAN: a name, a folder, or hf:owner/name@revision.")],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="A .png that carries every tile's spec.")] = None,
    across: Annotated[int | None, typer.Option(help="The code of the x axis: 1 for c1 ...")] = None,
    down: Annotated[int | None, typer.Option(help="The code of the y axis.")] = None,
    seed: Annotated[int, typer.Option(help="Which latent all tiles share.")] = 0,
    psi: Annotated[float, typer.Option(help="Spread of z that is kept, 0 to 1.5.")] = 1.0,
    code: Annotated[
        list[float] | None,
        typer.Option(help="All codes, one after the other, for those that do not grow: a category from 0, or -2 to 2."),
    ] = None,
    scale: Annotated[int, typer.Option(help="Pixels a pixel.")] = 2,
) -> None:
    """Draw a grid over two of an InfoGAN's codes, all its tiles on one latent.

    Example: gan-explorer codes --checkpoint mnist-infogan --across 2 --down 1 -o codes.png
    """
    if out is None:
        raise ExplorerError("Say where the picture goes: -o codes.png")
    if not 1 <= scale <= 64:
        raise ExplorerError(f"--scale must lie between 1 and 64, not {scale}.")
    from explorer.explore.grids.codes import code_grid
    from explorer.explore.render.files import check_target
    from explorer.explore.render.studio import Studio
    from explorer.explore.spec.spec import Seeded, Spec

    check_target(out, {".png": "a picture"})
    studio = Studio()
    word = studio.checkpoint(checkpoint).labels[0]  # any word: it is conditioned on codes alone
    spec = Spec(checkpoint, word, Seeded(seed, 1), psi=psi, codes=tuple(code or ()))
    grid = code_grid(studio, spec, across, down)
    grid.save(out, scale)
    ways = [f"{grid.across.name} along the x axis"] + ([f"{grid.down.name} along the y axis"] if grid.down else [])
    print(f"{len(grid.tiles)} tiles of one latent: {', '.join(ways)}.\nDrawn to {out}.")
