"""`gan-explorer data`: inspect a person's pictures before a training."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from explorer import many_labels
from explorer.errors import ExplorerError
from explorer.models.families import ONE_CLASS
from explorer.places import DEFAULT_SPACE
from explorer.terminal import command
from explorer.training.settings import SETTINGS

MOST_LACKING = 10  # unknown words in the sentence; the table has them all
MOST_ROWS = 40  # of a table that is printed whole
ENDS = 10  # rows of the largest and of the smallest
MOST_UNKNOWN = 20


if TYPE_CHECKING:
    from rich.console import Console

    from explorer.data import ReadOptions


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("data", cls=_Data)(data)


class _Data(TyperCommand):
    """`data SOURCE...`, and `data build-emoji` and `data build-icons` beside it."""

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        name = args[0] if args else ""
        if name not in _BUILDS:
            return super().make_context(info_name, args, parent, **extra)
        single = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        single.command(name)(_BUILDS[name])
        command = typer.main.get_command(single)
        return command.make_context(f"{info_name} {name}", args[1:], parent, **extra)


def data(
    sources: Annotated[
        list[str], typer.Argument(metavar="SOURCE...", help=SETTINGS["data"].help + " Several become one set.")
    ],
    space: Annotated[str, typer.Option(help="The word space that should have the classes' words.")] = DEFAULT_SPACE,
    sheet: Annotated[Path | None, typer.Option(help="Write a PNG with a row of pictures a class.")] = None,
    data_dir: Annotated[Path | None, typer.Option(help="A folder to look for the data in.")] = None,
    fit: Annotated[str, typer.Option(help=SETTINGS["fit"].help)] = "crop",
    names: Annotated[Path | None, typer.Option(help=SETTINGS["names"].help)] = None,
    skip_broken: Annotated[bool, typer.Option("--skip-broken", help=SETTINGS["skip_broken"].help)] = False,
    variants: Annotated[int, typer.Option(min=1, max=64, help=SETTINGS["variants"].help)] = 2,
    write_names: Annotated[
        Path | None, typer.Option(help="Write a names file (.csv) to be filled in, and look at no picture.")
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="A row for each class, even of hundreds.")] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print one line of JSON, the sheet in base64; the progress goes to stderr.")
    ] = False,
    memory_mb: Annotated[
        int | None,
        typer.Option(min=512, help="Give up rather than take more memory than this, where the system can bound it."),
    ] = None,
) -> None:
    """How many pictures each class has, what they look like, and which words the word space lacks.

    Beside it: data build-emoji PATH OUT.zip and data build-icons PATH OUT.zip make data sets of unpacked npm packages.

    Example: gan-explorer data my-pets.zip --sheet my-pets.png
    """
    from explorer.data import ReadOptions
    from explorer.data.folders.broken_files import BrokenFiles
    from explorer.data.folders.names_file import read_names
    from explorer.data.inspection import inspect

    if memory_mb is not None:
        _limit_memory(memory_mb << 20)
    given = () if names is None else tuple(read_names(names).items())
    options = ReadOptions(fit, skip_broken, given, variants=variants)
    source = " + ".join(sources)
    if write_names is not None:
        if len(sources) > 1:
            raise ExplorerError("A names file is of one source: write one for each, and join their rows.")
        _write_names(write_names, source, space, data_dir, options)
        return
    try:
        found = inspect(sources, space, data_dir, progress=_report_as_json if json else True, options=options)
    except BrokenFiles as error:
        if json:
            print(_to_json({"error": str(error), "count": error.count, "broken": error.files}))
        raise
    except MemoryError as error:
        raise ExplorerError(f"There is not enough memory to look at {source}: take fewer pictures.") from error
    if sheet is not None:
        _write(sheet, found.sheet)
    if json:
        print(found.to_json())
        return

    from rich.console import Console

    console = Console()
    colour = "grey" if found.channels == 1 else "RGB"
    about = f"{found.name}: {found.pictures:,} pictures of {len(found.counts):,} class{'es' * (len(found.counts) > 1)}"
    console.print(f"{about}, {found.side} x {found.side} {colour} when trained on", markup=False)
    print_classes(console, found.counts, found.unknown_words, all_)
    if found.styles:
        listed = many_labels.names([f"{name} {count:,}" for name, count in found.styles.items()])
        styles = f"{len(found.styles)} style{'s' * (len(found.styles) > 1)}"
        console.print(f"{styles} (pictures): {listed}", markup=False)
    for note in found.notes:
        console.print(note, markup=False)
    if len(found.counts) == 1:
        console.print(ONE_CLASS, markup=False)
    if found.unknown_words:
        console.print(_unknown_sentence(list(found.unknown_words), space, sources), markup=False)
    if sheet is not None:
        console.print(f"The pictures are in {sheet}.", markup=False)


def build_emoji(
    packages: Annotated[
        Path,
        typer.Argument(
            help="Where @iconify/json, unicode-emoji-json, emojilib and @lobehub/fluent-emoji-3d were unpacked."
        ),
    ],
    out: Annotated[Path, typer.Argument(help="The zip to write.")],
) -> None:
    """A data set of emoji by several artists, each a style, from unpacked npm packages.

    Example: gan-explorer data build-emoji node_modules emoji-styles.zip
    """
    from explorer.data.build.emoji import build_emoji as build

    _print_built(out, build(packages, out))


def build_icons(
    packages: Annotated[Path, typer.Argument(help="Where @iconify/json was unpacked.")],
    out: Annotated[Path, typer.Argument(help="The zip to write.")],
    families: Annotated[int, typer.Option(min=1, help="Families of icon sets that must draw a word.")] = 8,
    words: Annotated[int, typer.Option(min=1, help="Words that a set must draw to be a style.")] = 250,
) -> None:
    """A data set of pictograms by many icon sets, each a style, from an unpacked npm package.

    Example: gan-explorer data build-icons node_modules icons-styles.zip
    """
    from explorer.data.build.icons import build_icons as build

    _print_built(out, build(packages, out, families, words))


def _print_built(out: Path, counts: Mapping[str, int]) -> None:
    styles = ", ".join(f"{style} {count:,}" for style, count in counts.items())
    print(f"{out} has {sum(counts.values()):,} pictures in {len(counts)} styles: {styles}. See its LICENSES.json.")


_BUILDS = {"build-emoji": build_emoji, "build-icons": build_icons}


def print_classes(
    console: "Console", counts: Mapping[str, int], unknown: Mapping[str, Sequence[str]], everything: bool = False
) -> None:
    """Print how many pictures each class has, and words that may be meant in place of unknown ones.

    counts: word -> pictures, in label order. unknown: words that the word space lacks -> others. everything: print a
    row for each; of hundreds otherwise the largest, the smallest and the unknown ones.
    """
    from rich.markup import escape
    from rich.table import Table

    table = Table("class", "pictures", *(["did you mean"] if unknown else []))

    def rows(words: Sequence[str]) -> None:
        for word in words:
            meant = [escape(", ".join(unknown.get(word, ())))] if unknown else []
            table.add_row(escape(word), f"{counts[word]:,}", *meant)
        table.add_section()

    if everything or len(counts) <= MOST_ROWS:
        rows(list(counts))
        console.print(table)
        return
    ranked = sorted(counts, key=lambda word: -counts[word])
    largest, smallest = ranked[:ENDS], ranked[-ENDS:]
    others = [word for word in unknown if word not in {*largest, *smallest}][:MOST_UNKNOWN]
    rows(largest)
    table.add_row("...", "")
    rows(smallest)
    rows(others)
    console.print(table)
    more = f", and {len(others)} more whose words are unknown" if others else ""
    ends = f"The {ENDS} largest and the {ENDS} smallest of {len(counts):,} classes"
    console.print(f"{ends}{more}; --all prints every one.", markup=False)


def _unknown_sentence(words: list[str], space: str, sources: list[str]) -> str:
    from explorer.data import NAMES
    from explorer.errors import shown

    more = len(words) - MOST_LACKING
    named = ", ".join(shown(word, 60) for word in words[:MOST_LACKING]) + (f" and {more} more" if more > 0 else "")
    if all(source in NAMES for source in sources):
        return f"{space} lacks {named}: choose another word space."
    template = command("data", next(one for one in sources if one not in NAMES), "--write-names", "names.csv")
    folders = "its folder" if len(words) == 1 else "their folders"
    return (
        f"{space} lacks {named}: rename {folders} (or mend the rows, where a table says the words) before training, "
        f"or give them words by a names file: {template}"
    )


def _write_names(file: Path, source: str, space: str, data_dir: Path | None, options: "ReadOptions") -> None:
    import os

    from explorer.data.inspection import names_template
    from explorer.words import open_space

    if file.suffix.lower() != ".csv":
        raise ExplorerError(f"A names file is written as CSV, and {file} is not called so: name it names.csv.")
    if os.path.lexists(file):
        raise ExplorerError(f"{file} is there already, maybe filled in: choose another name for the new one.")
    text, rows, blank = names_template(source, open_space(space), data_dir, options)
    _write(file, text.encode("utf-8-sig" if not text.isascii() else "ascii"), "names file")
    fill = f"{blank:,} have no word yet: fill them in" if blank else "each has a word: change what you like"
    print(
        f"{file} has a row for each of {rows:,} folders, and {fill}. Then give it with --names, or put it beside the "
        "folders as names.csv."
    )


def _to_json(value: object) -> str:
    import json

    return json.dumps(value)


def _limit_memory(most: int) -> None:
    import contextlib

    with contextlib.suppress(ImportError, OSError, ValueError):  # Windows has no such bound, some systems refuse it
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _report_as_json(what: str, done: int, total: int) -> None:
    import json
    import sys

    print(json.dumps({"what": what, "done": done, "total": total}), file=sys.stderr, flush=True)


def _write(path: Path, content: bytes, what: str = "sheet") -> None:
    from explorer.atomic import write_atomic

    try:
        write_atomic(path, content)
    except OSError as error:
        raise ExplorerError(f"The {what} cannot be written to {path} ({error.strerror}): choose another.") from error
