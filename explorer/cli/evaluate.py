"""`gan-explorer evaluate`: how good a generator is, in figures that stand beside what real pictures get."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from explorer.errors import ExplorerError

if TYPE_CHECKING:
    from explorer.checkpoint import Checkpoint
    from explorer.measure.evaluation import Evaluation
    from explorer.measure.judge import Judge


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("evaluate")(evaluate)


def evaluate(
    checkpoint: Annotated[str, typer.Argument(help="A name, a folder, a run, or hf:owner/name@revision.")],
    judge: Annotated[
        str | None, typer.Option(help="The judge's name; by default the one that knows the checkpoint's labels.")
    ] = None,
    samples: Annotated[
        int | None, typer.Option(help="How many; by default as many as there are test pictures, at most 10,000.")
    ] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Where the data sets lie, if not in the usual places.")] = None,
    no_store: Annotated[bool, typer.Option("--no-store", help="Print the figures only.")] = False,
) -> None:
    """Measure a checkpoint: distance to the real pictures, variety, labels, and words that it never heard.

    Example: gan-explorer evaluate fashion-words --no-store
    """
    from explorer import checkpoint as checkpoints
    from explorer.data import load
    from explorer.data.progress import reporting
    from explorer.measure.device import best_device
    from explorer.measure.evaluation import check_fit
    from explorer.measure.evaluation import evaluate as measure
    from explorer.measure.storing import store

    device = best_device()
    opened = checkpoints.load(checkpoint, device=str(device))
    chosen = _judge(opened, judge, str(device))
    check_fit(opened, chosen)
    about = chosen.description
    shape = {"size": about.shape[1], "mode": "L" if about.shape[0] == 1 else "RGB"}
    train, test = (load(about.source, split, data_dir, **shape) for split in ("train", "test"))
    with reporting(True) as report:
        found = measure(opened, chosen, train, test, samples, report)
    _show(opened.name, chosen, found)
    if checkpoint.startswith("hf:"):
        print("A checkpoint from the hub is another's: its figures are not stored.")
    elif not no_store:
        print(f"Stored in {store(opened.path, found)}.")


def _judge(checkpoint: "Checkpoint", name: str | None, device: str) -> "Judge":
    from explorer.measure.judge import judge_of, open_judge

    if name is not None:
        return open_judge(name, device)
    found = judge_of(checkpoint, device)
    if found is None:
        labels = ", ".join(map(repr, checkpoint.labels[:4])) + (" ..." if len(checkpoint.labels) > 4 else "")
        raise ExplorerError(
            f"No judge knows the labels of {checkpoint.name} ({labels}): train one on the pictures that it was "
            "trained on, with gan-explorer judge train SOURCE."
        )
    return found


def _show(name: str, judge: "Judge", found: "Evaluation") -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    samples, floor = found.figures, found.floor
    table = Table(escape(name), "samples", "real", box=None, pad_edge=False)
    table.add_row(escape(f"FD[{judge.name}]"), f"{samples.fd:.3f}", f"{floor.fd:.3f}")
    table.add_row("  times the floor", f"{found.fd_over_floor:.1f}", "1")
    for figure in ("precision", "recall", "density", "coverage"):
        table.add_row(figure, *(f"{getattr(one.manifolds, figure):.3f}" for one in (samples, floor)))
    table.add_row("labels judged right", f"{samples.label_accuracy:.3f}", f"{floor.label_accuracy:.3f}")
    console = Console()
    console.print(table)
    for half, words in (found.grounding or {}).items():
        unknown = f"; unknown: {', '.join(words.unknown)}" if words.unknown else ""
        console.print(
            f"grounding, {half} half: {words.score:.3f} of {len(words.words)} words (nearest label "
            f"{words.nearest_label:.3f}, times label accuracy {words.times_accuracy:.3f}{unknown})",
            markup=False,
            highlight=False,
        )
    console.print(
        f"{found.samples:,} samples against as many test pictures; real: as many training pictures in their place. "
        f"By the judge {judge.name} ({judge.accuracy:.1%} right, {judge.hash[:8]}): compare such figures with each "
        "other only, never with published FID or Inception Scores.",
        markup=False,
        highlight=False,
    )
