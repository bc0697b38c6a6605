"""Ending trainings with the program that started them: for benchmarks and tests, not for a user's own trainings.

A training in the background is a process of its own and outlives whoever started it, even if that was killed. So a
benchmark or a test run writes its process into the environment, which everything that it starts inherits, and every
training checks that this process is alive.
"""

import os
import threading
import time

from explorer.machine import process_started

VARIABLE = "GAN_EXPLORER_PARENT"
EVERY = 0.5  # seconds between two checks
_watching = threading.Lock()


def end_trainings_with_this_process() -> None:
    """Let every training that this process starts from now on, and whatever those start, end when it does."""
    os.environ[VARIABLE] = f"{os.getpid()} {process_started(os.getpid())}"


def watch() -> None:
    """End this process, as a kill would, when the process in the environment is gone; without one, do nothing."""
    pid, _, started = os.environ.get(VARIABLE, "").partition(" ")
    if not pid.isdecimal() or int(pid) == os.getpid() or not _watching.acquire(blocking=False):
        return
    threading.Thread(target=_watch, args=(int(pid), started), name="parent", daemon=True).start()


def _watch(pid: int, started: str) -> None:
    while process_started(pid) == started:
        time.sleep(EVERY)
    os._exit(1)  # at once, whatever other threads do: saved files are whole, as after a kill
