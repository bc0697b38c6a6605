"""`gan-explorer arithmetic` draws a sum of words, or of pictures, with its operands."""

from pathlib import Path
from typing import Annotated

import typer

from explorer.cli.sample import print_picture
from explorer.cli.spec_options import Style, WordTruncation
from explorer.errors import shown


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("arithmetic")(arithmetic)


def arithmetic(
    words: Annotated[str, typer.Argument(help="A sum such as 'boots - leather + summer'; with --latents, a word.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="A .png that carries its specs, or an .npz of raw tiles.")],
    latents: Annotated[
        str | None,
        typer.Option(
            help="A sum of pictures of the word, as seed.index, three or more a term: "
            "'7.0,7.3,7.5 - 7.1,7.2,7.9 + 7.4,7.6,7.8'."
        ),
    ] = None,
    count: Annotated[int, typer.Option("-n", "--count", help="Tiles of each word, 1 to 256.")] = 16,
    seed: Annotated[int, typer.Option(help="Which tiles; with --latents, which variations around the result.")] = 0,
    psi: Annotated[float, typer.Option(help="Spread of z that is kept, 0 to 1.5.")] = 1.0,
    style: Style = "",
    word_truncation: WordTruncation = None,
    checkpoint: Annotated[str, typer.Option(help="A name, a folder, or hf:owner/name@revision.")] = "fashion-words",
    scale: Annotated[int, typer.Option(min=1, max=64, help="Pixels a pixel in a .png.")] = 2,
) -> None:
    """Draw a sum, its operands above it: of words, or of the latents of pictures that you picked.

    The result of a sum of pictures stands in the middle of its nine, with eight variations around it.

    Example: gan-explorer arithmetic "boots - leather + summer" -o sheet.png
    """
    from explorer.explore.notebook import Explorer
    from explorer.explore.render.files import check_target

    check_target(out)
    settings = {"psi": psi, "style": style, "word_truncation": word_truncation}
    total = Explorer(checkpoint).arithmetic(words, latents, n=count, seed=seed, **settings)
    total.save(out, scale)
    print_picture(total.result)
    if latents is None:
        print(f"  Nearest words: {', '.join(f'{shown(word)} ({cosine:.2f})' for word, cosine in total.nearest[:5])}.")
    print(f"Drawn to {out}.")
