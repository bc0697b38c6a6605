"""Inspecting pictures that a visitor brought: in a process of its own, so that nothing of theirs is decoded in the app.

A picture can be made to crash its decoder, to fill the memory or to take for ever. Then it is that process which ends,
and the visitor reads a sentence.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from explorer.app.server.auth import VARIABLE
from explorer.data import NAMES
from explorer.data.folders.broken_files import SKIP_HINT
from explorer.errors import ExplorerError
from explorer.jobs.launching import process_environment
from explorer.stopping import Stop, check

if TYPE_CHECKING:
    from explorer.data.inspection import Inspection

MODULE = (sys.executable, "-m", "explorer")
SECONDS = 600.0  # a hundred thousand photographs
MEMORY_MB = 4096
MOST_OUTPUT = 64 << 20  # bytes of an inspection, or of a process gone wild
_POLL = 0.05  # seconds between two looks at the process


class CanBeLeftOut(ExplorerError):
    """Some files of a set cannot be read; without them, the others can be trained on."""


def inspect(
    source: str | Path,
    space: str,
    report: Callable[[str, int, int], None] = lambda what, done, total: None,
    stop: Stop = lambda: False,
    seconds: float = SECONDS,
    fit: str = "crop",
    skip_broken: bool = False,
) -> "Inspection":
    """Inspect pictures as `gan-explorer data SOURCE --space SPACE` does.

    source: a built-in name, or the path of a folder, zip or tar. report: called with what is going on, how much is
    done, and the total. fit, skip_broken: how it is read, see `explorer.data.load`. No sentence, here or in the notes,
    says where the source lies: only what it is called.
    Raises ExplorerError with a sentence for whatever is wrong with the pictures or takes too long, and Stopped.
    """
    place = None if source in NAMES else Path(source).absolute()
    name = place.name if place else str(source)
    options = ["--json", f"--memory-mb={MEMORY_MB}", f"--space={space}", f"--fit={fit}"]
    options += ["--skip-broken"] if skip_broken else []
    command = [*MODULE, "data", *options, "--", str(place or name)]
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            start_new_session=True,
            **_environment(),
        )
        try:
            until = time.monotonic() + seconds
            while process.poll() is None:
                check(stop)
                if time.monotonic() > until:
                    raise ExplorerError(f"Looking at {name} took more than {seconds:.0f} s: take fewer pictures.")
                if max(os.fstat(file.fileno()).st_size for file in (output, errors)) > MOST_OUTPUT:
                    raise ExplorerError(_breakdown(name))
                _report_last(errors, report)
                time.sleep(_POLL)
        finally:
            _end(process)
        if process.returncode != 0:
            last = _last_sentence(errors) or _breakdown(name)
            kind = CanBeLeftOut if f" {SKIP_HINT}" in last else ExplorerError
            raise kind(_without_folder(place, last.replace(f" {SKIP_HINT}", "")))
        return _read(output, place, name)


def _environment() -> dict[str, Any]:
    """Environment of a worker, without our secret and with one thread for arithmetic: each takes a share of memory."""
    around = process_environment()
    kept = {key: value for key, value in around["env"].items() if key != VARIABLE}
    return around | {"env": kept | dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")}


def _end(process: subprocess.Popen) -> None:
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL) if os.name == "posix" else process.kill()
        process.wait()


def _last_lines(file: BinaryIO, size: int) -> list[str]:
    """The whole lines in the last `size` bytes."""
    file.seek(max(0, os.fstat(file.fileno()).st_size - size))
    return file.read(size).decode("utf-8", "replace").split("\n")[:-1]


def _report_last(errors: BinaryIO, report: Callable[[str, int, int], None]) -> None:
    for line in reversed(_last_lines(errors, 4096)):
        with contextlib.suppress(ValueError, TypeError, KeyError):
            step = json.loads(line)
            report(str(step["what"])[:200], int(step["done"]), int(step["total"]))
            return


def _last_sentence(errors: BinaryIO) -> str | None:
    """The error that the command printed."""
    lines = [line for line in _last_lines(errors, 8192) if line.startswith("gan-explorer: ")]
    return lines[-1].removeprefix("gan-explorer: ") if lines else None


def _breakdown(name: str) -> str:
    return f"{name} could not be looked at: a picture in it is made to do harm, or all of them take too much memory."


def _read(output: BinaryIO, place: Path | None, name: str) -> "Inspection":
    from explorer.data.inspection import Inspection

    output.seek(0)
    try:
        inspection = Inspection.from_json(output.read(MOST_OUTPUT))
    except ValueError as error:
        raise ExplorerError(_breakdown(name)) from error
    return replace(inspection, notes=tuple(_without_folder(place, note) for note in inspection.notes))


def _without_folder(place: Path | None, sentence: str) -> str:
    return sentence.replace(f"{place.parent}{os.sep}", "") if place else sentence
