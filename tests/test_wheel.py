"""A wheel built from the tree, unpacked elsewhere, draws with nothing else around."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

pytestmark = pytest.mark.slow

TREE = Path(__file__).resolve().parent.parent


def test_a_wheel_installed_elsewhere_draws(tmp_path):
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    build = [*pip, "wheel", str(TREE), "--no-deps", "--no-build-isolation", "--no-index", "-w", str(tmp_path)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    place = tmp_path / "elsewhere"
    subprocess.run([*pip, "install", "--no-deps", "--no-index", "--target", place, wheel], check=True)
    alone = {**os.environ, "PYTHONPATH": str(place), "GAN_EXPLORER_HOME": str(tmp_path / "home")}

    def run(*arguments: str) -> str:
        command = [sys.executable, *arguments]
        return subprocess.run(command, cwd=tmp_path, env=alone, check=True, capture_output=True, text=True).stdout

    assert run("-c", "import explorer; print(explorer.__file__)").startswith(str(place))
    found = run("-m", "explorer", "checkpoints")
    assert "fashion-words" in found and run("-c", "from explorer.app import OPENING; print(OPENING)").strip() in found
    run("-m", "explorer", "sample", "slipper", "-n", "16", "-o", "grid.png")
    picture = Image.open(tmp_path / "grid.png")
    assert picture.size == (112, 112) and picture.getextrema()[1] > 128
