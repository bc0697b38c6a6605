"""A headless Chromium and a running app, for the live benchmark, the app's tests and its screenshots."""

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from queue import Empty, Queue

from explorer.errors import ExplorerError

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def find_chromium() -> str | None:
    """The path of a Chromium on this machine: the environment variable CHROMIUM, else the first on the PATH."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return next(filter(None, map(shutil.which, _NAMES)), None)


@contextmanager
def chromium() -> Iterator:
    """A headless playwright browser. Raises ExplorerError where playwright or a Chromium is missing."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise ExplorerError("This needs playwright: pip install 'gan-explorer[test]'.") from error
    path = find_chromium()
    if path is None:
        raise ExplorerError("No Chromium was found: install one, or name it in the environment variable CHROMIUM.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def running_app(*options: str, env: Mapping[str, str] | None = None, seconds: float = 120.0) -> Iterator[str]:
    """Run the app in a process of its own, on a free port; gives its address.

    options go to `gan-explorer app`; env is added to this process's environment.
    """
    command = [sys.executable, "-m", "explorer", "app", "--no-browser", "--port", "0", *options]
    environment = {**os.environ, **(env or {})}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)
    lines: Queue[str | None] = Queue()
    threading.Thread(target=_read, args=(process.stdout, lines), daemon=True).start()
    output = []
    try:
        while True:
            try:
                line = lines.get(timeout=seconds)
            except Empty:
                raise ExplorerError(f"The app did not open within {seconds:.0f} s.") from None
            if line is None:
                raise ExplorerError(f"The app did not open; it said: {' '.join(output)[-400:] or 'nothing'}")
            output.append(line.strip())
            address = re.search(r"http://\S+?(?=/?\s)", line)
            if address:
                yield address[0]
                return
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def _read(stream, lines: Queue) -> None:
    for line in stream:
        lines.put(line)
    lines.put(None)
