"""`gan-explorer name-labels`: what the labels of a checkpoint are called, where that is not their word."""

from typing import Annotated

import typer

from explorer.errors import ExplorerError, shown


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("name-labels")(name_labels)


def name_labels(
    checkpoint: Annotated[str, typer.Argument(help="A name, a folder or a run.")],
    names: Annotated[
        list[str] | None, typer.Argument(metavar="LABEL=NAME...", help="A label and its name; LABEL= takes it back.")
    ] = None,
) -> None:
    """Name labels whose words could be taken for another: tables and pages show the name beside the same vector.

    Only the checkpoint's config.json changes. Without names, those that it has are printed.

    Example: gan-explorer name-labels my-clothes "shirts=T-shirt/top"
    """
    from explorer.checkpoint import describe, find, set_display_names

    if checkpoint.startswith("hf:"):
        raise ExplorerError("A checkpoint from the hub is another's: copy its folder to name its labels.")
    given = {}
    for text in names or ():
        label, equals, name = text.partition("=")
        if not equals:
            raise ExplorerError(f"{shown(text, 60)!r} names no label: write it as LABEL=NAME.")
        given[label] = name or label
    folder = find(checkpoint)
    about = set_display_names(folder, given) if given else describe(folder)
    for label, name in about.display_names.items():
        print(f"{shown(label)}: {shown(name)}")
    if not about.display_names:
        print("Every label is called by its word.")
