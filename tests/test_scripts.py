"""The pages' scripts under TypeScript, eslint and Node's own test runner: what `npm run check` runs."""

import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

TREE = Path(__file__).resolve().parent.parent


def test_the_scripts_pass_their_checks():
    if shutil.which("npm") is None:
        pytest.skip("no npm here: the scripts are not checked")
    if not (TREE / "node_modules").is_dir():
        pytest.skip("no node_modules here: run npm ci first")
    checked = subprocess.run(["npm", "run", "check"], cwd=TREE, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr
