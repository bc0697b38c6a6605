"""`gan-explorer words eval`: how good word spaces are, in one table."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from explorer.places import DEFAULT_SPACE
from explorer.terminal import print_json, waiting

if TYPE_CHECKING:
    from explorer.words import WordSpace


def evaluate_spaces(
    spaces: Annotated[list[str] | None, typer.Argument(help="Names or paths; the default space alone if none.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Measure word spaces: similarity, analogies, and how garments stand to the labels of Fashion-MNIST.

    Spearman's rho on WordSim-353 and SimLex-999; accuracy on Google's analogies; the share of garment words whose
    nearest label a person would accept, in the half to choose by (tune) and the half to report (test).

    Example: gan-explorer words eval glove-minilm-100d my-vectors
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from explorer.words import open_space

    opened = [open_space(name) for name in spaces or [DEFAULT_SPACE]]
    with waiting("Comparing words, which takes about a minute a space ..."):
        found = [_measure(space) for space in opened]
    if json:
        print_json(found)
        return
    table = Table(box=None, pad_edge=False, collapse_padding=True)
    for heading in ("space", "words", "numbers", "WordSim\n353", "SimLex\n999", "ana-\nlogies", "tune", "test", "MB"):
        table.add_column(heading, overflow="fold", no_wrap=heading in ("space", "words"))
    for one in found:
        halves = one["nearest_label"] or {}
        table.add_row(
            Text(one["space"]),
            f"{one['words']:,}",
            str(one["dim"]),
            *(_score(one[test], one[f"{test}_known"]) for test in ("wordsim", "simlex", "analogies")),
            *(_score(halves[half]["share"], halves[half]["known"]) if halves else "-" for half in ("tune", "test")),
            f"{one['megabytes']:.2f}",
        )
    Console().print(table)
    print(
        "Spearman's rho, rho, and accuracy; then the share of garment words whose nearest label is accepted. In "
        "parentheses the share of a test's words that are known, where not all are."
    )


def _measure(space: "WordSpace") -> dict[str, Any]:
    """The figures of one space, as in the JSON."""
    from explorer.measure.grounding.nearest_label import nearest_label
    from explorer.words.evaluation import evaluate

    halves = nearest_label(space)
    return {
        **asdict(evaluate(space)),
        "nearest_label": halves and {half: asdict(found) for half, found in halves.items()},
        "megabytes": space.path.stat().st_size / 1e6,
    }


def _score(value: float | None, known: float) -> str:
    if value is None:
        return "-"
    share = f"{known:.0%}"
    return f"{value:.3f}" if share == "100%" else f"{value:.3f} ({share})"
