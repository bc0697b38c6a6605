"""`gan-explorer words`: neighbours, similarities and imports; words_eval.py measures, words_train.py trains."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from explorer.cli.words_eval import evaluate_spaces
from explorer.cli.words_train import train
from explorer.errors import ExplorerError
from explorer.many_labels import ROWS
from explorer.places import DEFAULT_SPACE
from explorer.terminal import bar, print_json, waiting

if TYPE_CHECKING:
    from explorer.words import ResolvedExpression

app = typer.Typer(name="words", help="Ask a word space, measure it, import another one.", no_args_is_help=True)

Expression = Annotated[str, typer.Argument(help="Words, phrases, + and -, weights: 'red boots - leather'.")]
Space = Annotated[str, typer.Option("--space", help="A word space: a name, or the path of its file.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_BAR = 24  # characters of a bar for a cosine of 1


def register(parent: typer.Typer) -> None:
    """Add `words` and its commands to the command line."""
    parent.add_typer(app)


@app.command()
def neighbours(
    expression: Expression,
    count: Annotated[int, typer.Option("-n", "--count", help="How many, 1 to 1000.")] = 10,
    space: Space = DEFAULT_SPACE,
    json: Json = False,
) -> None:
    """The words nearest to an expression.

    Example: gan-explorer words neighbours "boots - leather + summer" -n 5
    """
    from explorer.words import open_space

    if not 1 <= count <= 1000:
        raise ExplorerError(f"-n must lie between 1 and 1000, not {count}.")
    opened = open_space(space)
    resolved = opened.resolve(expression)
    typed = {word for term in resolved.terms for word in term.words}
    _print_table(resolved, opened.name, opened.nearest(resolved.vector, count, exclude=typed), json)


@app.command()
def similar(
    expression: Expression,
    to: Annotated[
        str, typer.Option(help="Words to compare with, with commas between them; or the labels of --checkpoint.")
    ] = "labels",
    checkpoint: Annotated[
        str | None, typer.Option(help="Whose labels, and whose word space (default fashion-words).")
    ] = None,
    space: Annotated[
        str | None, typer.Option("--space", help="Another word space: a name, or the path of its file.")
    ] = None,
    json: Json = False,
    all_rows: Annotated[bool, typer.Option("--all", help=f"Print every label, not only the first {ROWS}.")] = False,
) -> None:
    """How alike an expression is to labels or to other words: cosines, highest first.

    Example: gan-explorer words similar slipper --to "sandals, boots, bag"
    """
    import numpy as np

    from explorer.checkpoint import describe, find
    from explorer.checkpoint.space import space_of_description
    from explorer.words import familiarity, label_table, open_space

    checkpoint = checkpoint or ("fashion-words" if to == "labels" else None)
    about = describe(find(checkpoint)) if checkpoint else None
    opened = space_of_description(checkpoint, about) if about and space is None else open_space(space or DEFAULT_SPACE)
    resolved = opened.resolve(expression)
    if to == "labels":
        others = list(about.labels)
    else:
        others = [other.strip() for other in to.split(",") if other.strip()]
        if not others:
            raise ExplorerError('--to needs words to compare with, for instance --to "sandals, boots".')
    vectors = np.stack([opened.resolve(other).vector for other in others])
    sentence = familiarity(opened, resolved.vector, vectors).sentence if to == "labels" else None
    rows = label_table(resolved.vector, others, vectors)
    most = None if json or all_rows or to != "labels" else ROWS  # what was typed is printed in full
    _print_table(resolved, opened.name, rows[:most], json, sentence)
    if most and len(rows) > most:
        print(f"The nearest {most} of {len(rows):,} labels; --all prints every one.")


@app.command("import")
def import_file(
    file: Annotated[
        Path,
        typer.Argument(help="word2vec or GloVe text, CSV, word2vec binary, gensim's; also .zip, .gz, .bz2, .xz."),
    ],
    name: Annotated[str | None, typer.Option(help="What to call it; its file's name if not given.")] = None,
    limit: Annotated[
        int | None, typer.Option(help="Keep the first words only; 500,000 if they come by frequency, else all.")
    ] = None,
    dim: Annotated[
        int | None, typer.Option("--dim", help="Which vectors of a zip: those of so many numbers.", min=1)
    ] = None,
    language: Annotated[
        str | None, typer.Option(help="Whose words of ConceptNet Numberbatch's keys, such as /c/de/; en if not given.")
    ] = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Write here, not among your own word spaces.")] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace a word space of yours that has this name.")
    ] = False,
    json: Json = False,
) -> None:
    """Convert word vectors into a word space. Nothing inside the file is ever run.

    Example: gan-explorer words import GoogleNews-vectors-negative300.bin.gz --name news --limit 200000
    """
    from explorer.words.importing import import_space

    with waiting("ResolvedExpression vectors ..."):
        made = import_space(file, name, limit, out, dim, language, replace)
    if json:
        print_json({**asdict(made), "path": str(made.path)})
        return
    for note in made.notes:
        print(note)
    print(f"{made.name}: {made.words:,} words of {made.dim} numbers, in {made.path}")


app.command("eval")(evaluate_spaces)
app.command("train")(train)


def _print_table(
    resolved: "ResolvedExpression", space: str, table: list[tuple[str, float]], json: bool, sentence: str | None = None
) -> None:
    """Print a table of (word, cosine), as bars, or whole as JSON, with the hints of the expression."""
    if json:
        fields: dict[str, Any] = {
            "expression": resolved.text,
            "space": space,
            "table": [{"word": word, "cosine": round(cosine, 6)} for word, cosine in table],
            "hints": list(resolved.hints),
        }
        if sentence is not None:
            fields["familiarity"] = sentence
        print_json(fields)
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    for hint in resolved.hints:
        print(hint)
    bars = Table(box=None, show_header=False, pad_edge=False)
    for word, cosine in table:
        length = round(max(0.0, cosine) * _BAR)
        bars.add_row(Text(word), f"{cosine:.2f}", Text(bar(length), style="green" if cosine > 0 else "red"))
    Console().print(bars)
    if sentence is not None:
        print(sentence)
