"""`gan-explorer map` draws a map of words."""

from pathlib import Path
from typing import Annotated

import typer

from explorer.cli.spec_options import OneStyle, WordTruncation
from explorer.errors import ExplorerError


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("map")(word_map)


def word_map(
    words: Annotated[
        list[str] | None, typer.Argument(help="Words to show beside the labels, the first with its neighbours.")
    ] = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="A .png that carries every thumbnail's spec.")] = None,
    method: Annotated[str, typer.Option(help="pca, or tsne: it takes some time, once for each set of labels.")] = "pca",
    seed: Annotated[int, typer.Option(help="Which latent all thumbnails share.")] = 0,
    style: OneStyle = "",
    word_truncation: WordTruncation = None,
    checkpoint: Annotated[str, typer.Option(help="A name, a folder, or hf:owner/name@revision.")] = "fashion-words",
    width: Annotated[int, typer.Option(help="Pixels across, 400 to 6000: a wider map shows more.")] = 1400,
) -> None:
    """Draw the labels of a generator where their vectors lie in a plane, a thumbnail each where there is room.

    Example: gan-explorer map slipper kimono -o map.png
    """
    if out is None:
        raise ExplorerError("Say where the picture goes: -o map.png")
    from explorer.explore.map.projection import read_method
    from explorer.explore.map.word_map import MOST_RECENT
    from explorer.explore.notebook import Explorer
    from explorer.explore.render.files import check_target

    check_target(out, {".png": "a picture"})
    if len(words or ()) > MOST_RECENT:
        raise ExplorerError(f"A map shows at most {MOST_RECENT} words beside the labels; name fewer.")
    settings = {"seed": seed, "style": style, "word_truncation": word_truncation, "width": width}
    drawn = Explorer(checkpoint).map(*(words or ()), method=read_method(method), **settings)
    drawn.save(out)
    print(f"{drawn.map.about}\n{len(drawn.shown)} of {len(drawn.map.words):,} words have a thumbnail.\nDrawn to {out}.")
