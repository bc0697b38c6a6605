"""The nearest real pictures, and whether a generator draws its training pictures again: answers known beforehand."""

import dataclasses
import json
import threading
from functools import partial

import numpy as np
import pytest
import torch
from tiny_checkpoint import publish_tiny
from tiny_judge import publish_tiny_judge

from explorer import checkpoint as checkpoints
from explorer.cli import main
from explorer.data import DataError, ImageSet, load
from explorer.errors import ExplorerError
from explorer.measure.memorising import memorising as module
from explorer.measure.memorising.index import RealPictures, real_pictures
from explorer.measure.memorising.memorising import copying_of, memorising
from explorer.measure.memorising.nearest import bank_of, nearest
from explorer.measure.memorising.reference import Reference
from explorer.stopping import Stopped

TRAIN, TEST = load("digits"), load("digits", split="test")


def gaussian(count: int, seed: int, dim: int = 4) -> torch.Tensor:
    return torch.randn((count, dim), generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("kind", ["bytes", "floats"])
def test_the_search_finds_what_measuring_all_distances_finds(kind):
    if kind == "bytes":
        points, queries = torch.from_numpy(TRAIN.images), torch.from_numpy(TEST.images)
    else:
        points, queries = gaussian(5000, 1, 30) + 100, gaussian(300, 2, 30) + 100
    before = points.clone()
    rows, distances = nearest(bank_of(points), queries, 3)
    every = torch.cdist(
        queries.flatten(1).double(), points.flatten(1).double(), compute_mode="donot_use_mm_for_euclid_dist"
    )
    wanted = every.topk(3, largest=False)
    assert torch.allclose(distances, wanted.values, rtol=1e-12) and distances.dtype == torch.float64
    assert torch.allclose(every.gather(1, rows), wanted.values)
    assert torch.equal(points, before), "a search changes nothing"


def test_a_copy_is_at_distance_zero_and_one_pixel_off_at_one():
    images = torch.from_numpy(TRAIN.images)
    queries = images[[7, 700]].clone()
    queries[1, 0, 5, 5] = queries[1, 0, 5, 5] ^ 1
    rows, distances = nearest(bank_of(images), queries, 1)
    assert rows[:, 0].tolist() == [7, 700] and distances[:, 0].tolist() == [0, 1]


def test_a_search_can_be_stopped_and_asks_for_no_more_than_there_is():
    bank = bank_of(gaussian(10, 0))
    with pytest.raises(Stopped):
        nearest(bank, gaussian(2, 1), stop=lambda: True)
    assert nearest(bank, gaussian(2, 1), 10)[0].sort().values.tolist() == [list(range(10))] * 2
    with pytest.raises(ValueError, match="11"):
        nearest(bank, gaussian(2, 1), 11)


def test_a_reference_compares_within_a_cell_where_it_can():
    reference = Reference(
        np.concatenate([np.arange(1, 101), np.arange(1001, 1101), [5.5]]), np.repeat([0, 1, 2], [100, 100, 1])
    )
    distances, cells = np.array([0.0, 50, 100, 1050, 50, 50]), np.array([0, 0, 0, 1, 1, 2])
    shares = reference.nearer_than(distances, cells)
    assert shares == pytest.approx([1, 0.5, 0, 0.5, 1, 150 / 201]), "a cell of one is compared with all"
    assert Reference(np.zeros(50), np.zeros(50, int)).nearer_than(np.zeros(1), np.zeros(1, int)).tolist() == [1]


def figures_of(samples: torch.Tensor):
    train, test = gaussian(6000, 1), gaussian(2000, 2)
    labels = torch.zeros(6000, dtype=torch.long)
    distances = nearest(bank_of(train), test)[1][:, 0].numpy()
    return copying_of(samples, bank_of(train), bank_of(test), labels, Reference(distances, np.zeros(2000, int)))


def test_fresh_points_of_the_same_law_copy_nothing():
    found = figures_of(gaussian(3000, 3))
    assert abs(found.copied) < 3 * found.error and found.error == pytest.approx((3 / 3000) ** 0.5)
    assert found.close == pytest.approx(0.05, abs=0.02) and found.copies == pytest.approx(0.01, abs=0.01)
    assert found.median_ratio == pytest.approx(1, abs=0.05)


def test_smooth_samples_are_near_but_not_copied():
    found = figures_of(0.6 * gaussian(3000, 3))
    assert found.close > 0.1 and found.median_ratio < 0.85 and abs(found.copied) < 3 * found.error


def test_copies_are_caught_in_full_and_in_part():
    train = gaussian(6000, 1)
    assert dataclasses.astuple(figures_of(train[:1000]))[0::2] == (1, 1, 0)
    assert figures_of(train[:1000]).copies == 1
    half = figures_of(torch.cat([train[:1500], gaussian(1500, 3)]))
    assert half.copied == pytest.approx(0.5, abs=3 * half.error) and half.close == pytest.approx(0.525, abs=0.02)


class PicturesByCondition(torch.nn.Module):
    """A generator that draws the training pictures, chosen by z."""

    def __init__(self, images: np.ndarray):
        super().__init__()
        self.images = torch.nn.Parameter(torch.from_numpy(images).float() / 127.5 - 1, requires_grad=False)

    def forward(self, z, c):
        return self.images[(torch.special.ndtr(z[:, 0]) * len(self.images)).long()]


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    publish_tiny(tmp_path / "checkpoints/tiny", data="digits")
    return tmp_path


@pytest.mark.slow
def test_a_generator_that_copies_is_distinguished_from_one_that_does_not(home):
    tiny = checkpoints.load("tiny")
    publish_tiny_judge(home / "judges/mine", tiny.labels)
    real = real_pictures(tiny)
    assert real.spaces == ("pixels", "mine") and len(real.train) == 1500 and len(real.test) == 297
    copier = dataclasses.replace(tiny, generator=PicturesByCondition(TRAIN.images))
    reports = []
    found = memorising(copier, real, 300, report=lambda what, done, total: reports.append((what, done, total)))
    assert [one.copied for one in found.spaces.values()] == [1, 1] == [one.copies for one in found.spaces.values()]
    assert found.copied == 1 and found.samples == 300 and reports[-1] == ("comparing", 2, 2)
    reader = dataclasses.replace(tiny, generator=PicturesByCondition(TEST.images))
    assert memorising(reader, real, 300).spaces["pixels"].copied < -3, "held-out pictures drawn again"
    assert memorising(copier, real, 300) == found


def test_making_ready_can_be_stopped_and_taken_up_again(home):
    publish_tiny_judge(home / "judges/mine", checkpoints.load("tiny").labels)
    real = real_pictures(checkpoints.load("tiny"))
    stop = threading.Event()

    def report(what, done, total):
        stop.set()

    with pytest.raises(Stopped):
        real.bank("mine", report=report, stop=stop.is_set)
    assert len(real.bank("mine")) == 1500 and real.bank("mine") is real.bank("mine")


def test_one_who_waits_for_another_can_leave(home):
    real = RealPictures(TRAIN, TEST, None)
    inside, leave = threading.Event(), threading.Event()

    def busy():
        with real._lock:
            inside.set()
            leave.wait(10)

    worker = threading.Thread(target=busy)
    worker.start()
    inside.wait(10)
    try:
        with pytest.raises(Stopped):
            real.bank("pixels", stop=lambda: True)
    finally:
        leave.set()
        worker.join()


def test_pictures_that_are_not_here_are_refused_with_a_sentence(home, tmp_path):
    publish_tiny(tmp_path / "a", data="cats of mine")
    with pytest.raises(DataError, match=r"a was trained on are not here: There is no data set 'cats of mine'"):
        real_pictures(checkpoints.load(tmp_path / "a"))
    for place in (7, "", str(home), "../cats", "~", "~root", "C:cats", "cats\\all", ".", ".."):
        publish_tiny(tmp_path / "b", data=place)
        with pytest.raises(DataError, match=r"does not say .* name them by --data\.$"):
            real_pictures(checkpoints.load(tmp_path / "b"))
    assert real_pictures(checkpoints.load(tmp_path / "b"), data="digits").train.name == "digits"


def test_without_held_out_pictures_there_is_no_number(home):
    real = RealPictures(TRAIN, None, None)
    assert real.reference("pixels") is None
    with pytest.raises(DataError, match="held out"):
        memorising(checkpoints.load("tiny"), real)
    with pytest.raises(ExplorerError, match="one sample or more"):
        memorising(checkpoints.load("tiny"), real, 0)


def test_colour_is_searched_too(home, tmp_path):
    publish_tiny(tmp_path / "colour", channels=3, data="digits")
    real = real_pictures(checkpoints.load(tmp_path / "colour"))
    assert real.train.images.shape[1] == 3
    assert nearest(real.bank("pixels"), torch.from_numpy(real.train.images[5:6]))[0].item() == 5


def test_labels_name_the_cells():
    images = np.zeros((40, 1, 28, 28), np.uint8)
    images[20:] = 255
    real = RealPictures(
        ImageSet("two", images, np.repeat([0, 1], 20), ("black", "white")),
        ImageSet("two", images, np.repeat([0, 1], 20), ("black", "white")),
        None,
    )
    assert np.bincount(real.reference("pixels").cells).tolist() == [20, 20]


@pytest.mark.slow
def test_the_command_prints_and_stores(home, capsys, monkeypatch):
    monkeypatch.setattr(module, "memorising", partial(memorising, samples=300))  # not 5,000
    path = home / "checkpoints/tiny/metrics.json"
    path.write_text('{"noted": 7}')
    assert main(["memorising", "tiny", "--no-store"]) == 0
    assert json.loads(path.read_text()) == {"noted": 7}
    assert main(["memorising", "tiny"]) == 0
    stored = json.loads(path.read_text())
    assert stored["noted"] == 7 and stored["memorising"]["train"] == 1500 and stored["memorising"]["samples"] == 300
    output = " ".join(capsys.readouterr().out.split())
    assert "copied" in output and f"{stored['memorising']['spaces']['pixels']['copied']:.3f}" in output
    assert main(["publish", "tiny", str(home / "shown")]) == 0
    card = (home / "shown/README.md").read_text()
    assert f"**{stored['memorising']['spaces']['pixels']['copied']:.3f} copied** (by pixels)" in card
