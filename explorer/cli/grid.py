"""`gan-explorer grid` draws pictures over two axes at once."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from explorer.cli.spec_options import OneStyle, WordTruncation
from explorer.errors import ExplorerError, shown

if TYPE_CHECKING:
    from explorer.explore.grids.plan import GridAxis


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("grid")(grid)


def grid(
    across: Annotated[
        str, typer.Option("-x", "--across", metavar="WHAT=VALUES", help="What changes along the x axis, see above.")
    ],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="A .png that carries every tile's spec.")] = None,
    down: Annotated[
        str | None, typer.Option("-y", "--down", metavar="WHAT=VALUES", help="What changes along the y axis.")
    ] = None,
    checkpoint: Annotated[
        str, typer.Option(help="A name, a folder, a run, or hf:owner/name@revision.")
    ] = "fashion-words",
    word: Annotated[str, typer.Option(help="What all tiles show, if no side is words.")] = "slipper",
    seed: Annotated[int, typer.Option(help="Which latent, if no side is seeds.")] = 0,
    psi: Annotated[float, typer.Option(help="Spread of z that is kept, 0 to 1.5.")] = 1.0,
    style: OneStyle = "",
    word_truncation: WordTruncation = None,
    scale: Annotated[int, typer.Option(help="Pixels a pixel.")] = 2,
) -> None:
    """Draw a grid: checkpoint, word, style, psi, seed or epoch along x, another of them along y.

    WHAT=VALUES: psi=0,0.5,1 or word="boots,red boots" or seed=0-7 or checkpoint=fashion-words,my-run or epoch=25,50,100
    (thousands of pictures that a run had seen when it kept a snapshot; epoch=all for every one) or style="noto,doodle"
    (style=all for each that the checkpoint has; any is an open one).

    Example: gan-explorer grid -x psi=0,0.5,1 -y word=boots,dress,bag -o grid.png
    """
    if out is None:
        raise ExplorerError("Say where the picture goes: -o grid.png")
    if not 1 <= scale <= 64:
        raise ExplorerError(f"--scale must lie between 1 and 64, not {scale}.")
    from explorer.checkpoint import default_word_truncation
    from explorer.cli.sample import is_conditional
    from explorer.explore.grids.plan import plan_grid
    from explorer.explore.render.files import check_target
    from explorer.explore.spec.spec import Seeded, Spec

    check_target(out, {".png": "a picture"})
    sides = [_axis(side, checkpoint) for side in filter(None, (across, down))]
    usual = default_word_truncation(checkpoint) if word_truncation is None else word_truncation
    base = Spec(checkpoint, word, Seeded(seed, 1), psi=psi, style=style, word_truncation=usual)
    plan = plan_grid(base, *sides, own_truncation=word_truncation is None)
    print(f"{plan.size}.", flush=True)  # before it begins
    if any(side.kind == "word" for side in sides):
        for name in dict.fromkeys(spec.checkpoint for spec in plan.specs):
            if not is_conditional(name):
                print(f"{shown(name)} is not conditioned on words: its pictures will be the same for all of them.")
    from explorer.explore.grids.grid import draw_plan
    from explorer.explore.render.studio import Studio

    draw_plan(Studio(), plan).save(out, scale)
    print(f"Drawn to {out}.")


def _axis(written: str, checkpoint: str) -> "GridAxis":
    from explorer.explore.grids.plan import GridAxis, epochs, read_axis

    kind, equals, values = written.partition("=")
    if not equals:
        raise ExplorerError(f"Write what grows and its values, such as psi=0,0.5,1, not {shown(written, 60)!r}.")
    if (kind, values) == ("epoch", "all"):
        kept = epochs(checkpoint)
        if not kept:
            raise ExplorerError(f"{checkpoint} kept no snapshots; train with --snapshot-kimg to see how it learned.")
        return GridAxis("epoch", kept)
    if (kind, values) == ("style", "all"):
        from explorer.checkpoint import describe, find

        styles = describe(find(checkpoint)).styles
        if not styles:
            raise ExplorerError(f"{checkpoint} has no styles; let something else grow.")
        return GridAxis("style", styles)
    return read_axis(kind, values.split(","))
