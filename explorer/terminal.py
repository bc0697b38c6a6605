"""Printing on any terminal or pipe, in whatever encoding it has."""

import contextlib
import json
import os
import shlex
import stat
import subprocess
import sys
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:  # rich takes a while to load, and not every command needs it
    from rich.status import Status


def accept_any_text() -> None:
    """Make stdout and stderr write a mark for each character that their encoding lacks, in place of an error."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def waiting(text: str) -> "Status":
    """A context manager that shows a spinner and `text` on stderr, on a terminal alone."""
    from rich.console import Console

    return Console(stderr=True).status(text, spinner="dots" if can_write("⠋", sys.stderr) else "line")


def can_write(text: str, stream: IO[str]) -> bool:
    """Whether the encoding of `stream` has all characters of `text`."""
    try:
        text.encode(getattr(stream, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def bar(length: int) -> str:
    """A bar of `length` characters for stdout."""
    return ("█" if can_write("█", sys.stdout) else "#") * length


def print_json(value: Any, indent: int | None = 2) -> None:
    """Print a value as JSON on stdout: readable where the encoding is UTF-8, with escapes elsewhere."""
    utf8 = (getattr(sys.stdout, "encoding", None) or "").lower().replace("-", "") == "utf8"
    text = json.dumps(value, indent=indent, ensure_ascii=not utf8)
    print(text if can_write(text, sys.stdout) else json.dumps(value, indent=indent))


def detach_lost_terminal() -> None:
    """Read from and write to the null device in place of a terminal that is gone, where each write is an error."""
    for descriptor in range(3):
        with contextlib.suppress(OSError):
            if stat.S_ISCHR(os.fstat(descriptor).st_mode) and not os.isatty(descriptor):
                null = os.open(os.devnull, os.O_RDWR)
                os.dup2(null, descriptor)
                os.close(null)


def discard_stdout() -> None:
    """Write to the null device in place of a stdout that fails: a full disk, or a pipe that nobody reads."""
    with contextlib.suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)
        sys.stdout.flush()


@contextlib.contextmanager
def optional_output() -> Iterator[None]:
    """A context in which printing may fail: work goes on without output where stdout takes no more."""
    try:
        yield
        sys.stdout.flush()
    except OSError as error:
        if error.filename is not None:
            raise
        discard_stdout()
    except SystemExit as end:
        if not isinstance(end.__context__, BrokenPipeError):  # which is what rich makes of one
            raise
        discard_stdout()


def command(*arguments: object) -> str:
    """`gan-explorer` with these arguments, quoted so that it can be pasted into a shell."""
    parts = ["gan-explorer", *map(str, arguments)]
    return subprocess.list2cmdline(parts) if os.name == "nt" else shlex.join(parts)
