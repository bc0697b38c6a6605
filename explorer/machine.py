"""What this machine has: cores, devices, processes, memory."""

import contextlib
import os
import re
import time
from collections import deque
from functools import cache
from pathlib import Path

import psutil

from explorer.errors import ExplorerError, shown

NICE = 10  # of work at a low priority, on the scale of POSIX


def cores() -> int:
    """Cores that this process may use: those it is bound to where the system says so, else all."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def working_threads() -> int:
    """Threads for drawing or training: all cores but one, up to the 8 that these networks can use."""
    return max(1, min(8, cores() - 1))


def process_started(pid: int) -> str | None:
    """Start of a running process, as a text that no other process of this machine shares; None if there is none.

    A pid alone is used again by another process; the pair is not. On Linux the start is counted from a named boot, so
    setting the clock changes nothing.
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


def device_name(name: object) -> str | None:
    """A device's name as torch writes it, with its number; None where it is no such name. Does not load torch."""
    if not isinstance(name, str) or not re.fullmatch(r"cpu|mps|cuda(:\d{1,3})?", name):
        return None
    return "cuda:0" if name == "cuda" else name


@cache
def devices() -> tuple[str, ...]:
    """Devices of torch here, the best first: `cuda:0`, `cuda:1` .. or `mps`, and always `cpu`. Loads torch."""
    import torch

    found = [f"cuda:{index}" for index in range(torch.cuda.device_count())] if torch.cuda.is_available() else []
    return (*found, *(["mps"] if torch.backends.mps.is_available() else []), "cpu")


def best_device() -> str:
    """The kind of the best device here, `cuda`, `mps` or `cpu`: torch takes its current one. Loads torch."""
    return devices()[0].partition(":")[0]


def check_device(name: str) -> str:
    """Return the name of a device that torch has here; raises ExplorerError for another. Loads torch."""
    known = devices()
    if name not in (*known, best_device()):
        raise ExplorerError(f"There is no device {shown(name, 40)!r} here; choose one of {', '.join(known)}.")
    return name


def lower_priority() -> None:
    """Lower the priority of this process and of those it starts, so that other programs go first.

    Not to the lowest: on a busy machine that gets seconds of work in minutes.
    """
    with contextlib.suppress(OSError, psutil.Error):
        process = psutil.Process()
        process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS if os.name == "nt" else max(NICE, process.nice()))


def cpu_seconds(pid: int) -> tuple[float, float] | None:
    """CPU seconds of all threads of a process and seconds since it began, if it could use more CPU right now; None for
    one that waits for something else (a disk, a network, a signal) or is gone."""
    try:
        process = psutil.Process(pid)
        times = process.cpu_times()
        return (times.user + times.system, time.time() - process.create_time()) if _is_runnable(process) else None
    except psutil.Error:
        return None


class CpuShare:
    """Share of the last half minute in which the calling thread had a CPU: near 1 for a busy one on an idle
    machine."""

    def __init__(self, window: float = 30.0):
        self._window = window
        self._marks = deque([(time.monotonic(), time.thread_time())])

    def measure(self) -> float:
        """The share, from 0 to 1, since the last call that is at least the window ago, or else the first one."""
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
    """Memory of this process in MB: the most that torch had on a `cuda` device, else what it has of the machine now."""
    if device == "cuda":
        import torch

        return round(torch.cuda.max_memory_reserved() / 1e6)
    return round(psutil.Process().memory_info().rss / 1e6)
