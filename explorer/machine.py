"""What this machine has."""

import contextlib
import os
from functools import cache
from pathlib import Path

import psutil


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
    """Lower this process, and what it starts, to the least priority: whoever uses the machine goes first."""
    with contextlib.suppress(OSError, psutil.Error):
        process = psutil.Process()
        process.nice(psutil.IDLE_PRIORITY_CLASS if os.name == "nt" else 19)
        # Where Linux groups processes by session, it is the group's priority that counts against others.
        group = Path("/proc/self/autogroup")
        if group.exists():
            group.write_text("19", "ascii")


def memory_mb(device: str) -> float:
    """MB that this process takes: the most that torch had on a `cuda` device, else what it has of the machine now."""
    if device == "cuda":
        import torch

        return round(torch.cuda.max_memory_reserved() / 1e6)
    return round(psutil.Process().memory_info().rss / 1e6)
