"""What a training would cost, asked of a process of its own."""

import pytest
from run_folder import TINY

from explorer.jobs import JobError, estimate
from explorer.training.settings import TrainConfig

pytestmark = pytest.mark.slow


def test_an_estimate():
    found = estimate(TrainConfig(**TINY, kimg=60.0), "cpu")
    assert set(found) == {"img_per_s", "minutes", "memory_mb", "device"} and found["device"] == "cpu"
    assert 60_000 / found["img_per_s"] / 60 == pytest.approx(found["minutes"], rel=0.05, abs=0.1)
    assert 50 < found["memory_mb"] < 8000


def test_what_cannot_be_tried_is_a_sentence():
    with pytest.raises(JobError, match="no device"):
        estimate(TrainConfig(**TINY), "cpu --help")
    with pytest.raises(JobError, match=r"cuda:99.*\.$"):
        estimate(TrainConfig(**TINY), "cuda:99")
