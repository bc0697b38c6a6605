"""How many cores a program may count on."""

import os
import subprocess
import sys

import pytest

from explorer.machine import cores, our_python


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system binds no program to cores")
def test_a_program_bound_to_one_core_counts_one():
    bound = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}); "
    code = bound + "from explorer.machine import cores; print(cores())"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "1"


def test_every_core_counts_where_the_system_does_not_tell(monkeypatch):
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 6)
    assert cores() == 6
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert cores() == 1


def test_our_own_module_runs_without_what_lies_in_the_present_folder(tmp_path, monkeypatch):
    (tmp_path / "json.py").write_text("raise SystemExit('a stranger was run')")
    monkeypatch.chdir(tmp_path)
    done = subprocess.run([*our_python(), "-m", "json.tool"], input="[1]", capture_output=True, text=True)
    assert (done.returncode, done.stdout.split()) == (0, ["[", "1", "]"]), done.stderr
