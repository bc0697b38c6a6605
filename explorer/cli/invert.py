"""`gan-explorer invert`: the latent and the words that a picture may be drawn from."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from explorer.terminal import command

if TYPE_CHECKING:
    from explorer.explore.inside.inversion import Inversion


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("invert")(invert)


def invert(
    picture: Annotated[Path, typer.Argument(help="The picture to look for: a photograph or a drawing of one thing.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="A .png of what was found; it carries its spec.")],
    checkpoint: Annotated[str, typer.Option(help="A name, a folder, or hf:owner/name@revision.")] = "fashion-words",
    seed: Annotated[int, typer.Option(help="Where the search starts: the same seed finds the same.")] = 0,
    swap: Annotated[
        bool | None, typer.Option(help="Let light and dark change places; by default where the papers differ.")
    ] = None,
    centre: Annotated[
        bool, typer.Option(help="Cut out what is drawn on plain paper, and put it into the middle.")
    ] = True,
    space: Annotated[
        str | None,
        typer.Option(help="z: the latent and the words alone; w+: a w for each layer as well, nearer by some 6 dB."),
    ] = None,
    scale: Annotated[int, typer.Option(min=1, max=64, help="Pixels a pixel in the .png.")] = 8,
) -> None:
    """Find the latent and the words that a generator draws a picture from: the reverse of typing a word.

    Where the generator has a mapping network, a w for each layer is sought too (the space w+), unless --space z.

    Example: gan-explorer invert shoe.png -o found.png
    """
    from explorer.data.progress import reporting
    from explorer.explore.inside.inversion import invert as find
    from explorer.explore.render.files import check_target, write
    from explorer.explore.render.studio import Studio

    out = check_target(out, {".png": "a picture"})
    with reporting(True) as report:
        found = find(
            Studio(),
            picture,
            checkpoint,
            seed,
            swap,
            centre,
            space,
            watch=lambda done, tile: report("searching", round(1000 * done), 1000),
        )
    write(out, found.picture.png(scale))
    _print_inversion(found)
    print(f"Drawn to {out}; {command('sample', '--from-png', out, '-o', 'again.png')} draws it again.")


def _print_inversion(found: "Inversion") -> None:
    for note in found.notes:
        print(note)
    print(
        f"Found in {found.space} to {found.error:.1f} of 255 grey levels a pixel (root mean square): "
        f"{found.psnr:.1f} dB."
    )
    for what, rows in (("words", found.picture.nearest[:5]), ("labels", found.picture.table[:3])):
        near = ", ".join(
            f"{''.join(c if c.isprintable() else '?' for c in word)} {cosine:.2f}" for word, cosine in rows
        )
        print(f"Nearest {what}: {near}.")
