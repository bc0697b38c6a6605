"""Progress of long work: a rich bar for people, a callback for programs, or nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Report = Callable[[str, int, int], None]
"""Called with what is going on, how much is done, and the total (0 where it is unknown)."""


@contextmanager
def reporting(progress: bool | Report) -> Iterator[Report]:
    """A `Report` to call: the given one, a bar on stderr that goes away when done (True), or a silent one (False)."""
    if callable(progress):
        yield progress
        return
    if not progress:
        yield lambda what, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    seen = console.is_terminal or console.is_jupyter
    with Progress(*columns, console=console, transient=True, disable=not seen) as bar:
        tasks = {}

        def report(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total or None)
            bar.update(tasks[what], completed=done, total=total or None)

        yield report
