"""What this machine has."""

import os


def cores() -> int:
    """The cores this process may use: those it is bound to where the system tells, else all of them."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def working_threads() -> int:
    """Threads for drawing or training: all cores but one, which the rest needs; these networks use no more than 8."""
    return max(1, min(8, cores() - 1))
