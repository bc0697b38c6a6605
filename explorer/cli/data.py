"""`gan-explorer data`: look at somebody's pictures before a training is spent on them."""

from pathlib import Path
from typing import Annotated

import typer

from explorer.errors import ExplorerError
from explorer.models.families import ONE_CLASS
from explorer.places import DEFAULT_SPACE


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("data")(data)


def data(
    source: Annotated[
        str,
        typer.Argument(
            help="fashion-mnist, mnist, cifar10, digits, or a folder, zip or tar with one sub-folder per class."
        ),
    ],
    space: Annotated[str, typer.Option(help="The word space that is to know the classes' words.")] = DEFAULT_SPACE,
    sheet: Annotated[Path | None, typer.Option(help="Write a PNG with a row of pictures a class.")] = None,
    data_dir: Annotated[Path | None, typer.Option(help="A folder to look for the data in.")] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print one line of JSON, the sheet in base64; the progress goes to stderr.")
    ] = False,
    memory_mb: Annotated[
        int | None,
        typer.Option(min=1024, help="Give up rather than take more memory than this, where the system can bound it."),
    ] = None,
) -> None:
    """How many pictures each class has, what they look like, and which words the word space lacks.

    Example: gan-explorer data my-pets.zip --sheet my-pets.png
    """
    from explorer.data.inspecting import inspect

    if memory_mb is not None:
        _bound_memory(memory_mb << 20)
    try:
        found = inspect(source, space, data_dir, progress=_report if json else True)
    except MemoryError as error:
        raise ExplorerError(f"There is not enough memory to look at {source}: take fewer pictures.") from error
    if sheet is not None:
        _write(sheet, found.sheet)
    if json:
        print(found.to_json())
        return

    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console()
    colour = "grey" if found.channels == 1 else "RGB"
    about = f"{found.name}: {found.pictures:,} pictures of {len(found.counts):,} class{'es' * (len(found.counts) > 1)}"
    console.print(f"{about}, {found.side} x {found.side} {colour} when trained on", markup=False)
    table = Table("class", "pictures", *(["did you mean"] if found.unknown_words else []))
    for word, count in found.counts.items():
        others = [escape(", ".join(found.unknown_words.get(word, ())))] if found.unknown_words else []
        table.add_row(escape(word), f"{count:,}", *others)
    console.print(table)
    for note in found.notes:
        console.print(note, markup=False)
    if len(found.counts) == 1:
        console.print(ONE_CLASS, markup=False)
    if found.unknown_words:
        lacking = ", ".join(found.unknown_words)
        console.print(f"{space} lacks {lacking}: rename their folders before training.", markup=False)
    if sheet is not None:
        console.print(f"The pictures are in {sheet}.", markup=False)


def _bound_memory(most: int) -> None:
    import contextlib

    with contextlib.suppress(ImportError, OSError, ValueError):  # Windows has no such bound, some systems refuse it
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _report(what: str, done: int, total: int) -> None:
    import json
    import sys

    print(json.dumps({"what": what, "done": done, "total": total}), file=sys.stderr, flush=True)


def _write(path: Path, png: bytes) -> None:
    from explorer.whole import write_whole

    try:
        write_whole(path, png)
    except OSError as error:
        raise ExplorerError(f"The sheet cannot be written to {path} ({error.strerror}): choose another.") from error
