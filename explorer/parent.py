"""Trainings that end with the program that started them, which a user's own do not: for benchmarks and tests.

A training in the background is a process of its own, and lives on when whoever started it is gone, even killed. One
that a benchmark or a test run started would then train for ever what nobody wants. So these put themselves down in the
environment, which everything that they start inherits, and every training looks whether who stands there still lives.
"""

import os
import threading
import time

from explorer.machine import process_started

VARIABLE = "GAN_EXPLORER_PARENT"
EVERY = 0.5  # seconds between two looks
_watching = threading.Lock()


def end_trainings_with_us() -> None:
    """Every training that this process starts from now on, and whatever those start, ends when it does, or before."""
    os.environ[VARIABLE] = f"{os.getpid()} {process_started(os.getpid())}"


def watch() -> None:
    """End this process, as a kill would, when the one in the environment is gone. Where there is none, do nothing."""
    pid, _, started = os.environ.get(VARIABLE, "").partition(" ")
    if not pid.isdecimal() or int(pid) == os.getpid() or not _watching.acquire(blocking=False):
        return
    threading.Thread(target=_watch, args=(int(pid), started), name="parent", daemon=True).start()


def _watch(pid: int, started: str) -> None:
    while process_started(pid) == started:
        time.sleep(EVERY)
    os._exit(1)  # at once, whatever the other threads do: what was saved is whole, as after a kill
