"""`gan-explorer words`: ask a word space, bring in another one; measuring and making them have their own files."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from explorer.cli.words_eval import evaluate_spaces
from explorer.cli.words_retrofit import retrofit
from explorer.cli.words_train import train
from explorer.errors import ExplorerError
from explorer.places import DEFAULT_SPACE
from explorer.terminal import bar, print_json, waiting

if TYPE_CHECKING:
    from explorer.words import Reading

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
    reading = opened.read(expression)
    typed = {word for term in reading.terms for word in term.words}
    _print_table(reading, opened.name, opened.nearest(reading.vector, count, exclude=typed), json)


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
) -> None:
    """How alike an expression is to labels or to other words: cosines, highest first.

    Example: gan-explorer words similar slipper --to "sandals, boots, bag"
    """
    import numpy as np

    from explorer.checkpoint import describe, find
    from explorer.checkpoint.space import space_described
    from explorer.words import familiarity, label_table, open_space

    checkpoint = checkpoint or ("fashion-words" if to == "labels" else None)
    about = describe(find(checkpoint)) if checkpoint else None
    opened = space_described(checkpoint, about) if about and space is None else open_space(space or DEFAULT_SPACE)
    reading = opened.read(expression)
    if to == "labels":
        others = list(about.labels)
    else:
        others = [other.strip() for other in to.split(",") if other.strip()]
        if not others:
            raise ExplorerError('--to needs words to compare with, for instance --to "sandals, boots".')
    vectors = np.stack([opened.read(other).vector for other in others])
    sentence = familiarity(opened, reading.vector, vectors).sentence if to == "labels" else None
    _print_table(reading, opened.name, label_table(reading.vector, others, vectors), json, sentence)


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
    json: Json = False,
) -> None:
    """Convert word vectors into a word space. Nothing inside the file is ever run.

    Example: gan-explorer words import GoogleNews-vectors-negative300.bin.gz --name news --limit 200000
    """
    from explorer.words.importing import import_space

    with waiting("Reading vectors ..."):
        made = import_space(file, name, limit, out, dim, language)
    if json:
        print_json({**asdict(made), "path": str(made.path)})
        return
    for note in made.notes:
        print(note)
    print(f"{made.name}: {made.words:,} words of {made.dim} numbers, in {made.path}")


app.command("eval")(evaluate_spaces)
app.command("retrofit")(retrofit)
app.command("train")(train)


def _print_table(
    reading: "Reading", space: str, table: list[tuple[str, float]], json: bool, sentence: str | None = None
) -> None:
    """Print a table of (word, cosine), as bars or as JSON, with the hints of the expression."""
    if json:
        fields: dict[str, Any] = {
            "expression": reading.text,
            "space": space,
            "table": [{"word": word, "cosine": round(cosine, 6)} for word, cosine in table],
            "hints": list(reading.hints),
        }
        if sentence is not None:
            fields["familiarity"] = sentence
        print_json(fields)
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    for hint in reading.hints:
        print(hint)
    bars = Table(box=None, show_header=False, pad_edge=False)
    for word, cosine in table:
        length = round(max(0.0, cosine) * _BAR)
        bars.add_row(Text(word), f"{cosine:.2f}", Text(bar(length), style="green" if cosine > 0 else "red"))
    Console().print(bars)
    if sentence is not None:
        print(sentence)
