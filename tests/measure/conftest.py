"""One trained judge for all files that measure digits: some seconds, once for both processes."""

import os
import shutil
from pathlib import Path

import pytest
from digits_home import make_home
from filelock import FileLock

from explorer import checkpoint as checkpoints
from explorer.measure.judge.judge import open_judge


@pytest.fixture(scope="session")
def digits_home(tmp_path_factory) -> Path:
    """A home with the judge `digits` and the checkpoint `tiny`; to be copied, not changed."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    with FileLock(shared / "digits.lock"):
        return shared / "digits" if (shared / "digits").exists() else make_home(shared / "digits")


@pytest.fixture
def home(digits_home, tmp_path, monkeypatch) -> Path:
    shutil.copytree(digits_home, tmp_path / "home")
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def judge(home):
    return open_judge("digits")


@pytest.fixture
def tiny(home):
    return checkpoints.load("tiny")
