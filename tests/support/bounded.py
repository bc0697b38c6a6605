"""Runs what a hostile file might hang or blow up in a process of its own, with little time and little memory."""

import multiprocessing
from collections.abc import Callable
from pathlib import Path

SECONDS = 20  # of the processor; no case takes two, and a hang takes for ever
PATIENCE = 120  # seconds by the clock, of which others may take most
MEMORY = 1 << 29  # bytes more than the tests have themselves


def error_text_of(function: Callable, *arguments: object) -> str:
    """The text of the error that `function` raises, with its class before it; "nothing" if it raises none.

    Fails where it takes more than SECONDS or MEMORY.
    """
    forking = multiprocessing.get_context("fork")
    ours, theirs = forking.Pipe(duplex=False)
    process = forking.Process(target=_run, args=(theirs, function, arguments))
    process.start()
    theirs.close()
    try:
        assert ours.poll(PATIENCE), f"it did not end in {PATIENCE} seconds"
        return ours.recv()
    except EOFError:
        raise AssertionError(f"it died, perhaps after {SECONDS} seconds of work") from None
    finally:
        process.kill()
        process.join()


def _run(pipe, function: Callable, arguments: tuple) -> None:
    import resource  # which not every system has

    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        function(*arguments)
        pipe.send("nothing")
    except BaseException as error:
        pipe.send(f"{type(error).__name__}: {error}")
