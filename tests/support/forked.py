"""Processes that begin with torch and the project loaded, for tests that start many of them and watch how they end.

Each is forked from a server that has imported what all need and done nothing else; by itself it would spend most of
its seconds on that.
"""

import contextlib
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import explorer

ROOMS = ("cli", "data", "words", "models", "checkpoint", "training")
_FILES = (path for room in ROOMS for path in sorted(Path(explorer.__file__).parent.glob(f"{room}/*.py")))
_OURS = [f"explorer.{path.parent.name}.{path.stem}".removesuffix(".__init__") for path in _FILES]
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["torch", "torch._dynamo", "sklearn.datasets", *_OURS])


class Forked:
    """A started process, asked as a `subprocess.Popen`. What it writes goes to a file."""

    def __init__(self, target: Callable, *args: object, output: Path, errors: Path | None = None, **env: str):
        """errors: where stderr goes; None: where stdout goes. env: what differs from our own environment."""
        self._files = (output, errors or output)
        for file in self._files:
            file.write_text("")
        surroundings = (dict(os.environ) | env, os.getcwd(), tuple(map(str, self._files)))
        self._process = _CONTEXT.Process(target=_begin, args=(surroundings, target, args))
        self._process.start()
        self.pid = self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, seconds: float = 120) -> int:
        """The exit status; below 0: the signal that ended it."""
        self._process.join(seconds)
        assert self._process.exitcode is not None, f"still running after {seconds} s: {self.output}"
        return self._process.exitcode

    def send_signal(self, kind: int) -> None:
        os.kill(self.pid, kind)

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.send_signal(signal.SIGKILL)

    @property
    def output(self) -> str:
        return self._files[0].read_text()

    @property
    def errors(self) -> str:
        return self._files[1].read_text()

    def until(self, condition: Callable[[], object], seconds: float = 60) -> None:
        """Wait for what it does."""
        end = time.monotonic() + seconds
        while not condition():
            assert self.poll() is None and time.monotonic() < end, self.output
            time.sleep(0.02)


def command(*arguments: str, **options: object) -> Forked:
    """`python -m explorer ARGUMENTS`, but for what it does while it loads."""
    return Forked(_command, arguments, **options)


def script(code: str, *arguments: str, **options: object) -> Forked:
    """`python -c CODE ARGUMENTS`."""
    return Forked(_script, code, arguments, **options)


def _begin(surroundings: tuple[Mapping[str, str], str, tuple[str, str]], target: Callable, args: tuple) -> None:
    environment, folder, files = surroundings
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    for number, file in zip((1, 2), files, strict=True):
        os.dup2(os.open(file, flags), number)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - until the end
    sys.stderr = open(2, "w", encoding="utf-8", buffering=1, closefd=False)  # noqa: SIM115
    sys.exit(target(*args))


def _command(arguments: tuple[str, ...]) -> int:
    from explorer.__main__ import main

    sys.argv = ["explorer", *arguments]
    return main()


def _script(code: str, arguments: tuple[str, ...]) -> None:
    sys.argv = ["-c", *arguments]
    exec(code, {"__name__": "__main__"})
