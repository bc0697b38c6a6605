"""`gan-explorer neighbours`: what is drawn, beside the training pictures that lie nearest to it."""

from pathlib import Path
from typing import Annotated

import typer

from explorer.cli.spec_options import Style


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("neighbours")(neighbours)


def neighbours(
    checkpoint: Annotated[str, typer.Argument(help="A name, a folder, a run, or hf:owner/name@revision.")],
    words: Annotated[str, typer.Argument(help="What to draw, quoted: 'slipper', 'boots - leather'.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="A .png: a row a tile; it carries the tiles' spec.")],
    count: Annotated[int, typer.Option("-n", "--count", help="Tiles, 1 to 256.")] = 8,
    seed: Annotated[int, typer.Option(help="Which tiles: the same seed, the same tiles.")] = 0,
    psi: Annotated[float, typer.Option(help="Spread of z that is kept, 0 to 1.5.")] = 1.0,
    style: Style = "",
    nearest: Annotated[int, typer.Option("-k", "--nearest", help="Neighbours of each tile, 1 to 20.")] = 5,
    data: Annotated[
        str | None, typer.Option(help="Its pictures, where the name in its config is not enough: a folder, zip or tar.")
    ] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Where the data sets lie, if not in the usual places.")] = None,
) -> None:
    """Look tiles up among all training pictures, by pixels and as a judge sees them: does it memorise?

    Example: gan-explorer neighbours fashion-words "slipper" -o sheet.png
    """
    from explorer.checkpoint import default_word_truncation
    from explorer.data.progress import reporting
    from explorer.explore.inside.neighbours import neighbours as find
    from explorer.explore.render.files import check_target, write
    from explorer.explore.render.studio import Studio
    from explorer.explore.spec.spec import Seeded, Spec

    out = check_target(out, {".png": "a sheet"})
    usual = default_word_truncation(checkpoint)
    spec = Spec(checkpoint, words, Seeded(seed, count), psi, style=style, word_truncation=usual)
    with reporting(True) as report:
        found = find(Studio(), spec, nearest, data, data_dir, download=True, report=report)
    write(out, found.png())
    for tile in range(count):
        print(f"Tile {tile + 1}:")
        for near in found.spaces:
            print(f"  {near.sentence(tile)}")
    print(f"Drawn to {out}.")
