"""What this machine has."""

import contextlib
import os
import time
from collections import deque
from functools import cache
from pathlib import Path

import psutil

NICE = 10  # of work that steps aside, on the scale of POSIX


def cores() -> int:
    """The cores this process may use: those it is bound to where the system tells, else all of them."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def working_threads() -> int:
    """Threads for drawing or training: all cores but one, which the rest needs; these networks use no more than 8."""
    return max(1, min(8, cores() - 1))


def process_started(pid: int) -> str | None:
    """When a running process began, as a text that no other process of this machine shares; None if there is none.

    A pid alone is used again by another process; the pair is not. On Linux it is counted from a named boot, so setting
    the clock changes nothing.
    """
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        with contextlib.suppress(OSError, IndexError):
            boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
            # After the name, which is in brackets and may hold anything, the start is the twentieth field.
            ticks = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()[19]
            return f"{boot}/{ticks}"
        return f"{process.create_time():.2f}"
    except (psutil.Error, ValueError, OverflowError):
        return None


@cache
def devices() -> tuple[str, ...]:
    """What torch can compute on here, the best first: `cuda:0`, `cuda:1` .. or `mps`, and always `cpu`. Loads torch."""
    import torch

    found = [f"cuda:{index}" for index in range(torch.cuda.device_count())] if torch.cuda.is_available() else []
    return (*found, *(["mps"] if torch.backends.mps.is_available() else []), "cpu")


def step_aside() -> None:
    """Lower the priority of this process, and of what it starts: whoever uses the machine goes first.

    Not to the least there is: on a busy machine that gets seconds of work in minutes.
    """
    with contextlib.suppress(OSError, psutil.Error):
        process = psutil.Process()
        process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS if os.name == "nt" else max(NICE, process.nice()))


def cpu_seconds(pid: int) -> tuple[float, float] | None:
    """Seconds of CPU time that a process has had, all its threads together, and seconds since it began, if it could do
    with more right now; None for one that waits for something else (a disk, a network, a signal) or is gone."""
    try:
        process = psutil.Process(pid)
        times = process.cpu_times()
        return (times.user + times.system, time.time() - process.create_time()) if _is_runnable(process) else None
    except psutil.Error:
        return None


class CpuShare:
    """How much of the last half minute the thread that asks had a CPU: near 1 where it always has something to do and
    nobody is in its way."""

    def __init__(self, window: float = 30.0):
        self._window = window
        self._marks = deque([(time.monotonic(), time.thread_time())])

    def measure(self) -> float:
        """The share, from 0 to 1, since the last time that is at least the window ago, or else the first one."""
        now, had = time.monotonic(), time.thread_time()
        self._marks.append((now, had))
        while now - self._marks[1][0] >= self._window:
            self._marks.popleft()
        before, had_before = self._marks[0]
        return round(min(1.0, (had - had_before) / max(now - before, 1e-9)), 3)


def _is_runnable(process: psutil.Process) -> bool:
    with contextlib.suppress(OSError, IndexError):  # any of its threads, where Linux tells; the letter follows the name
        states = [(task / "stat").read_text("utf-8", "replace") for task in Path(f"/proc/{process.pid}/task").iterdir()]
        return any(state.rpartition(")")[2].split()[0] == "R" for state in states)
    return process.status() == psutil.STATUS_RUNNING


def memory_mb(device: str) -> float:
    """MB that this process takes: the most that torch had on a `cuda` device, else what it has of the machine now."""
    if device == "cuda":
        import torch

        return round(torch.cuda.max_memory_reserved() / 1e6)
    return round(psutil.Process().memory_info().rss / 1e6)
