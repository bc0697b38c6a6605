"""What this machine has."""

import os


def cores() -> int:
    """The cores this process may use: those it is bound to where the system tells, else all of them."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
