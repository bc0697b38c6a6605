"""How many cores a program may count on."""

import os
import subprocess
import sys

import pytest

from explorer.machine import cores


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system binds no program to cores")
def test_a_program_bound_to_one_core_counts_one():
    bound = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}); "
    code = bound + "from explorer.machine import cores; print(cores())"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "1"


@pytest.mark.skipif(not hasattr(os, "nice"), reason="this system has other priorities")
def test_stepping_aside_is_a_lower_priority_and_not_the_least():
    code = (
        "import os, sys; os.nice({}); from pathlib import Path; from explorer.machine import lower_priority;"
        "group = Path('/proc/self/autogroup'); before = group.exists() and group.read_text(); lower_priority();"
        "print(os.nice(0), before == (group.exists() and group.read_text()))"
    )
    usual = os.nice(0)
    for lower, most in ((0, 10), (5, 10), (15, 15)):
        command = [sys.executable, "-c", code.format(max(0, lower - usual))]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        assert said == [str(max(most, usual)), "True"]


def test_every_core_counts_where_the_system_does_not_tell(monkeypatch):
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 6)
    assert cores() == 6
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert cores() == 1
