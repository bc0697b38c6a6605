"""Fidelity against diversity: the curve psi gives, measured once, kept, and drawn."""

import json

import numpy as np
import pytest
import torch
from tiny_checkpoint import publish_tiny

from explorer import checkpoint as checkpoints
from explorer.data import ImageSet
from explorer.errors import ExplorerError
from explorer.explore import Seeded, Spec
from explorer.explore.inside.identity import generator_hash
from explorer.explore.inside.tradeoff import PSIS, measure_tradeoff, stored_tradeoff, tradeoff_figure, tradeoff_of
from explorer.explore.render.forward import draw_tiles
from explorer.measure.judge.format import write_judge
from explorer.measure.judge.judge import open_judge
from explorer.measure.judge.network import JudgeNetwork
from explorer.stopping import Stopped

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return checkpoints.load(publish_tiny(tmp_path_factory.mktemp("home") / "tiny"))


@pytest.fixture(scope="module")
def pictures(tiny):
    """What the generator itself draws at psi 1, as if it were real: 60 of each label, in another order than its own."""
    words = tuple(reversed(tiny.labels))
    vectors = [tiny.label_vectors[tiny.labels.index(word)] for word in words]
    tiles = [draw_tiles(tiny, Spec(latents=Seeded(900 + row, 60)), vector) for row, vector in enumerate(vectors)]
    images = np.ascontiguousarray(np.concatenate(tiles).transpose(0, 3, 1, 2))
    return ImageSet("drawn", images, np.repeat(np.arange(4), 60), words)


@pytest.fixture
def home(tiny, pictures, tmp_path, monkeypatch):
    """A home with a judge of these pictures, untrained, whose source are these pictures."""
    torch.manual_seed(0)
    network = JudgeNetwork(1, 28, 4)
    tensors = {name: tensor.contiguous() for name, tensor in network.state_dict().items()}
    about = {"words": pictures.words, "shape": (1, 28, 28), "source": "drawn", "accuracy": 0.5, "made": {}}
    write_judge(tmp_path / "judges" / "own", tensors, **about)
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    monkeypatch.setattr("explorer.measure.training_pictures.load", lambda source, *_, **__: {"drawn": pictures}[source])
    return tmp_path


@pytest.fixture
def curve(home, tiny, pictures):
    return measure_tradeoff(tiny, open_judge("own"), pictures)


def test_a_generator_compared_with_itself_is_as_good_as_real_at_psi_1_and_loses_diversity_below(curve):
    assert curve.samples == 120 and [point.psi for point in curve.points] == list(PSIS)
    own = curve.at(1.0)
    assert abs(own.precision - curve.real.precision) < 0.1 and abs(own.recall - curve.real.recall) < 0.1
    assert curve.at(0.1).recall < 0.5 * own.recall and curve.at(0.1).precision >= own.precision
    assert curve.at(1.5).precision < own.precision
    assert curve.points[0].psi == 0 and curve.points[0].recall <= curve.at(0.1).recall  # a picture of each label alone
    assert all(0 <= value <= 1 for point in curve.points for value in (point.precision, point.recall))


def test_between_the_points_it_is_read_on_straight_lines(curve):
    low, high = curve.points[2], curve.points[3]
    middle = curve.at((low.psi + high.psi) / 2)
    assert middle.recall == pytest.approx((low.recall + high.recall) / 2)
    assert curve.at(0.0).recall == curve.points[0].recall and curve.at(9.0).precision == curve.points[-1].precision


def test_it_is_measured_once_and_kept_beside_the_users_data(home, tiny, curve, monkeypatch):
    judge, shares = open_judge("own"), []
    assert stored_tradeoff(tiny, judge) is None
    assert tradeoff_of(tiny, keep=False) == curve and not (home / "tradeoffs").exists()
    found = tradeoff_of(tiny, report=lambda what, done, total: shares.append(done / total))
    assert found == curve, "the same in every run"
    assert shares == sorted(shares) and shares[0] == 0 and shares[-1] == 1 and len(shares) > len(PSIS)
    (path,) = (home / "tradeoffs").iterdir()
    assert path.name == f"{generator_hash(tiny)[:16]}-{judge.hash[:16]}.json"
    monkeypatch.setattr("explorer.measure.training_pictures.load", lambda *_, **__: pytest.fail("measured again"))
    assert tradeoff_of(tiny) == found == stored_tradeoff(tiny, judge)


def test_it_can_be_stopped_and_leaves_nothing(home, tiny):
    asked = []
    with pytest.raises(Stopped):
        tradeoff_of(tiny, stop=lambda: asked.append(1) or len(asked) > 3)
    assert len(asked) == 4 and not (home / "tradeoffs").exists()


def _broken(text: str) -> dict[str, str]:
    good = json.loads(text)
    points = good["points"]
    return {
        "empty": "",
        "a list": "[]",
        "deep": "[" * 50_000,
        "long": text + " " * 200_000,
        "newer": json.dumps({**good, "version": 2}),
        "fewer points": json.dumps({**good, "points": points[:3]}),
        "text": json.dumps({**good, "points": [{**points[0], "recall": "1"}, *points[1:]]}),
        "NaN": json.dumps({**good, "points": [{**points[0], "recall": float("nan")}, *points[1:]]}),
        "beyond": json.dumps({**good, "real": {**good["real"], "precision": 3}}),
        "true": json.dumps({**good, "samples": [1]}),
    }


def test_a_kept_file_that_cannot_be_read_is_as_if_not_there(home, tiny):
    found = tradeoff_of(tiny)
    (path,) = (home / "tradeoffs").iterdir()
    text = path.read_text()
    for name, broken in _broken(text).items():
        path.write_text(broken)
        assert stored_tradeoff(tiny, open_judge("own")) is None, name
    assert tradeoff_of(tiny) == found and path.read_text() == text


def test_without_a_judge_or_pictures_there_is_a_sentence(home, tiny, pictures, monkeypatch):
    few = ImageSet("few", pictures.images[:9], pictures.labels[:9], pictures.words)
    with pytest.raises(ExplorerError, match="few"):
        measure_tradeoff(tiny, open_judge("own"), few)
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(home / "elsewhere"))
    with pytest.raises(ExplorerError, match="judge train"):
        tradeoff_of(tiny)


def test_the_figure_marks_the_present_psi(curve):
    figure = tradeoff_figure(curve, psi=0.7)
    assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == "rgba(0, 0, 0, 0)"
    curves = [trace for trace in figure.data if trace.mode == "lines+markers"]
    assert [list(trace.y) for trace in curves] == [
        [point.precision for point in curve.points],
        [point.recall for point in curve.points],
    ]
    marks = [trace for trace in figure.data if trace.mode == "markers+text"]
    assert [(trace.x[0], trace.y[0]) for trace in marks] == [
        (0.7, curve.at(0.7).precision),
        (0.7, curve.at(0.7).recall),
    ]
    assert 0.7 in [shape.x0 for shape in figure.layout.shapes]
    assert len(tradeoff_figure(curve).data) == 2
