"""`gan-explorer library`: the pictures that were kept."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from explorer.errors import ExplorerError, shown
from explorer.terminal import print_json

if TYPE_CHECKING:
    from explorer.explore.library.entry import Entry
    from explorer.explore.library.library import Library

app = typer.Typer(name="library")
Ids = Annotated[list[str], typer.Argument(help="Ids as `list` shows them; the beginning or the end of one will do.")]
Id = Annotated[str, typer.Argument(help="An id as `list` shows it; its beginning or end will do.")]
Tags = Annotated[list[str] | None, typer.Option("--tag", help="A tag; given again, another.")]
MAX_ROWS = 200  # of a list in a terminal


def register(parent: typer.Typer) -> None:
    """Add `library` and its commands to the command line."""
    parent.add_typer(app)


@app.callback(invoke_without_command=True)
def start(context: typer.Context) -> None:
    """See and change your library: what the hearts of the app kept; alone, it lists them.

    Example: gan-explorer library list slipper
    """
    if context.invoked_subcommand is None:
        list_()


@app.command("list")
def list_(
    words: Annotated[
        list[str] | None, typer.Argument(help="Only those with these in their word, tags, note, generator or date.")
    ] = None,
    tag: Tags = None,
    kind: Annotated[str, typer.Option(help="picture, tile, walk, sum, direction, sheet or translation.")] = "",
    trash: Annotated[bool, typer.Option("--trash", help="What was deleted in the last thirty days.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List what is kept, the newest first.

    Example: gan-explorer library list slipper --tag nice
    """
    from explorer.explore.library.entry import KINDS

    if kind and kind not in KINDS:
        raise ExplorerError(f"--kind is one of {', '.join(KINDS)}, not {shown(kind, 40)!r}.")
    library = _library()
    library = library.trash() if trash else library
    found = library.entries(" ".join(words or ()), tag or (), kind)
    if json:
        print_json([{"id": entry.id, "date": entry.date.isoformat(), **entry.fields()} for entry in found])
    elif found:
        _print_entries(found)
    elif words or tag or kind or trash:
        print("Nothing of that kind is kept." if not trash else "The trash is empty.")
    else:
        print("Nothing is kept yet; press a heart in the app, or add a PNG: gan-explorer library add slipper.png")
    if not json:
        for sentence in library.left_out:
            print(sentence)


@app.command()
def show(number: Id, json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Print what is known of one: its recipe, its file, and the address that opens it in the app.

    Example: gan-explorer library show 3fa1c2
    """
    library = _library()
    entry = library.find(number)
    contents = library.contents(entry.id)
    try:
        addresses = [(recipe.title, f"?{recipe.address()}") for recipe in contents.recipes]
    except ExplorerError as error:
        addresses = [(str(error), "")]
    if json:
        fields = {"id": entry.id, "date": entry.date.isoformat(), **entry.fields()}
        print_json(fields | {"file": str(_file(library, entry)), "recipe": contents.text, "addresses": addresses})
        return
    print(
        f"{shown(entry.word)} ({entry.kind}), kept {entry.date:%Y-%m-%d %H:%M} UTC, {entry.size[0]} x {entry.size[1]}"
    )
    print(f"generator  {shown(entry.generator)}")
    if entry.tags:
        print(f"tags       {', '.join(map(shown, entry.tags))}")
    if entry.note:
        print(f"note       {shown(entry.note, 2000)}")
    print(f"file       {_file(library, entry)}")
    for title, address in addresses:
        print(f"open       {address or title}" + (f"  ({shown(title)})" if address and len(addresses) > 1 else ""))
    print(f"recipe     {shown(contents.text, 2000)}")


@app.command("open")
def open_(
    number: Id,
    app_address: Annotated[str, typer.Option("--app", help="Where the app runs.")] = "http://127.0.0.1:7860/",
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the address alone.")] = False,
) -> None:
    """Open one in the app, which must be running, with all of its recipe.

    Example: gan-explorer library open 3fa1c2
    """
    import webbrowser

    if not app_address.startswith(("http://", "https://")):
        raise ExplorerError(f"--app is an address such as http://127.0.0.1:7860/, not {shown(app_address, 80)!r}.")
    library = _library()
    for recipe in library.contents(library.find(number).id).recipes:
        address = f"{app_address.partition('?')[0].rstrip('/')}/?{recipe.address()}"
        print(address)
        if not no_browser:
            webbrowser.open(address)


@app.command()
def add(
    files: Annotated[list[Path], typer.Argument(help="PNGs that GAN Explorer saved: pictures, filmstrips, sheets.")],
    tag: Tags = None,
    note: Annotated[str, typer.Option(help="A note on all of them.")] = "",
) -> None:
    """Keep PNGs that carry their recipe.

    Example: gan-explorer library add slipper.png --tag nice
    """
    library = _library()
    for file in files:
        entry = library.keep(file, tags=tag or (), note=note)
        print(f"{entry.id}  {shown(entry.word)}")


@app.command()
def tag(
    numbers: Ids,
    tags: Annotated[list[str] | None, typer.Option("--tag", "-t", help="A tag to add; given again, another.")] = None,
    remove: Annotated[list[str] | None, typer.Option("--remove", "-r", help="A tag to take away.")] = None,
) -> None:
    """Add tags, or take some away.

    Example: gan-explorer library tag 3fa1c2 --tag nice --remove odd
    """
    if not tags and not remove:
        raise ExplorerError("Say which: --tag nice adds a tag, --remove odd takes one away.")
    library, gone = _library(), {tag.casefold() for tag in remove or ()}
    for entry in _found(library, numbers):
        kept = [tag for tag in entry.tags if tag.casefold() not in gone]
        changed = library.change(entry.id, tags=[*kept, *(tags or ())])
        print(f"{changed.id}  {', '.join(map(shown, changed.tags)) or 'no tags'}")


@app.command()
def note(number: Id, text: Annotated[str, typer.Argument(help="The note; an empty one takes it away.")]) -> None:
    """Write a note on one.

    Example: gan-explorer library note 3fa1c2 "the best heel so far"
    """
    library = _library()
    library.change(library.find(number).id, note=text)


@app.command()
def export(
    out: Annotated[Path | None, typer.Option("-o", "--out", help="A .zip: the PNGs, and a CSV of their specs.")] = None,
    words: Annotated[list[str] | None, typer.Argument(help="Only those that `list` would show for these.")] = None,
    tag: Tags = None,
    kind: Annotated[str, typer.Option(help="picture, tile, walk, sum, direction, sheet or translation.")] = "",
) -> None:
    """Write a zip of the PNGs, each with its recipe inside, and a CSV of all their specs.

    Example: gan-explorer library export slipper -o slippers.zip
    """
    if out is None:
        raise ExplorerError("Say where the zip goes: -o library.zip")
    from explorer.atomic import open_atomic
    from explorer.explore.library.export import export as write_zip
    from explorer.explore.render.files import check_target

    check_target(out, {".zip": "the pictures and a table"})
    library = _library()
    found = library.entries(" ".join(words or ()), tag or (), kind)
    if not found:
        raise ExplorerError("Nothing of that kind is kept, so there is nothing to export.")
    with open_atomic(out) as file:
        left_out = write_zip(library, found, file)
    for sentence in left_out:
        print(sentence)
    print(f"{len(found) - len(left_out)} pictures and a table of their specs written to {out}.")


@app.command()
def delete(numbers: Ids) -> None:
    """Move some to the trash, where they stay for thirty days.

    Example: gan-explorer library delete 3fa1c2
    """
    library = _library()
    for number in library.delete([entry.id for entry in _found(library, numbers)]):
        print(f"{number}  deleted; bring it back: gan-explorer library restore {number[-6:]}")


@app.command()
def restore(numbers: Ids) -> None:
    """Bring some back from the trash.

    Example: gan-explorer library restore 3fa1c2
    """
    library = _library()
    for number in library.restore([entry.id for entry in _found(library.trash(), numbers)]):
        print(f"{number}  restored")


def _library() -> "Library":
    from explorer.explore.library.library import Library

    return Library()


def _found(library: "Library", numbers: list[str]) -> list["Entry"]:
    return [library.find(number) for number in numbers]


def _file(library: "Library", entry: "Entry") -> Path:
    from explorer.explore.library.library import PICTURE

    return library.folder / entry.id / PICTURE


def _print_entries(found: "tuple[Entry, ...]") -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("id", "word", "kind", "seed", "generator", "tags", "note")
    for entry in found[:MAX_ROWS]:
        seed = "" if entry.seed is None else str(entry.seed)
        cells = (entry.word, entry.kind, seed, entry.generator, ", ".join(entry.tags), entry.note)
        table.add_row(Text(entry.id, no_wrap=True), *(Text(shown(cell, 60)) for cell in cells))
    table.columns[0].no_wrap = True
    Console().print(table)
    if len(found) > MAX_ROWS:
        print(f"And {len(found) - MAX_ROWS:,} more; say what to look for, or use --json.")
