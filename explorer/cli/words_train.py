"""`gan-explorer words train`: a word space from a corpus."""

import time
from pathlib import Path
from typing import Annotated

import typer

from explorer.errors import ExplorerError


def train(
    corpus: Annotated[
        Path, typer.Argument(help="Text with a sentence or paragraph a line (also .gz, .bz2), or a MediaWiki .xml.bz2.")
    ],
    name: Annotated[str | None, typer.Option(help="What to call the space; its file's name if not given.")] = None,
    run: Annotated[
        Path | None, typer.Option("--run", help="The run folder, runs/NAME by default; the same command resumes it.")
    ] = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Write here, not among your own word spaces.")] = None,
    epochs: Annotated[int, typer.Option(help="Times the corpus is read.")] = 5,
    dim: Annotated[int, typer.Option(help="Numbers in a vector.")] = 100,
    min_count: Annotated[int, typer.Option(help="Rarer words are not learned.")] = 2,
    window: Annotated[int, typer.Option(help="Words to either side that count as context.")] = 5,
    negative: Annotated[int, typer.Option(help="Random words that each pair is contrasted with.")] = 5,
    keep: Annotated[int, typer.Option(min=1, help="The most frequent words to keep, beside all listed ones.")] = 50_000,
    threads: Annotated[int | None, typer.Option(min=1, help="CPU threads; all cores by default.")] = None,
    about: Annotated[str, typer.Option(help="What the corpus is, and its licence, for the card.")] = "",
) -> None:
    """Learn word vectors from a text of your own (skip-gram Word2Vec), or go on with a training that was stopped.

    Example: gan-explorer words train enwiki-latest-pages-articles.xml.bz2 --name wiki
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    from explorer.machine import cores
    from explorer.words.naming import name_for, own_file
    from explorer.words.training import Config, train_words, write_trained
    from explorer.words.training import Progress as Now

    name = name_for(corpus, name, otherwise="trained")
    target = out if out is not None else own_file(name)
    if target.is_dir():
        raise ExplorerError(f"{target} is a folder; name the file to write with --out.")
    config = Config(dim=dim, min_count=min_count, window=window, negative=negative, epochs=epochs)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("reading")
        doing, began = "", 0.0

        def show(now: Now) -> None:
            nonlocal doing, began
            if now.doing != doing:
                doing, began = now.doing, time.monotonic()
                progress.reset(task, description=doing)
            progress.update(task, completed=now.done, total=now.total)
            if now.unit == "words" and now.done == now.total:  # an epoch is saved: a line that also a log keeps
                seconds = time.monotonic() - began
                progress.console.print(f"{doing}: {seconds:.0f} s, {now.total / seconds:,.0f} words a second")

        trained = train_words(corpus, run or Path("runs") / name, config, threads or cores(), show)
    kept = write_trained(trained, target, name, keep, about)
    print(f"{name}: {kept:,} words of {config.dim} numbers, in {target}")
