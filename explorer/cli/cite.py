"""`gan-explorer cite`: BibTeX of this program, of a checkpoint and of its data."""

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("cite")(cite)


def cite(
    checkpoint: Annotated[
        str | None, typer.Argument(help="A name, a folder, a run, or hf:owner/name@revision; none: this program alone.")
    ] = None,
) -> None:
    """Print BibTeX: of this program, and of a checkpoint with the pictures and the word vectors that it learned from.

    Example: gan-explorer cite fashion-words > sources.bib
    """
    from explorer import checkpoint as checkpoints
    from explorer.checkpoint.space import space_of
    from explorer.export.citing import bibtex

    opened = checkpoints.load(checkpoint) if checkpoint is not None else None
    print(bibtex(opened, space_of(opened) if opened else None), end="")
