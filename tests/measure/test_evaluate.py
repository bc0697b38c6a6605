"""Measuring checkpoints: what is good, what is collapsed, grounding, and what is written down."""

import dataclasses
import json

import numpy as np
import pytest
import torch
from digits_home import TEST, TRAIN, PicturesByCondition, copying, publish

from explorer import checkpoint as checkpoints
from explorer.cli import main
from explorer.data import load
from explorer.errors import ExplorerError
from explorer.measure.grounding import Grounding
from explorer.measure.grounding import score as grounding_score
from explorer.measure.grounding.score import grounding_scores
from explorer.measure.judge.judge import open_judge
from explorer.measure.metrics.evaluation import evaluate
from explorer.measure.metrics.metrics_file import as_fields
from explorer.measure.sampling import draw
from explorer.words import open_space

pytestmark = pytest.mark.slow


def test_real_pictures_are_about_as_good_as_the_floor(tiny, judge):
    found = evaluate(copying(tiny, 1000), judge, TRAIN, TEST)
    assert found.samples == len(TEST) and found.judge == "digits" and found.judge_hash == judge.hash
    assert 0.3 < found.fd_over_floor < 3
    assert found.figures.label_accuracy > 0.9
    assert found.floor.label_accuracy == pytest.approx(judge.accuracy)
    for figure in ("precision", "recall", "coverage"):
        real, floor = (getattr(one.manifolds, figure) for one in (found.figures, found.floor))
        assert real == pytest.approx(floor, abs=0.1) and floor > 0.4


def test_a_collapsed_generator_is_caught(tiny, judge):
    found = evaluate(copying(tiny, 1), judge, TRAIN, TEST)
    assert found.figures.label_accuracy > 0.85, "each picture is a real one of its label ..."
    assert found.figures.manifolds.recall == 0 and found.figures.manifolds.coverage < 0.3
    assert found.floor.manifolds.recall > 0.4 and found.floor.manifolds.coverage > 0.7
    assert found.fd_over_floor > 2 * evaluate(copying(tiny, 1000), judge, TRAIN, TEST).fd_over_floor


def test_an_untrained_generator_is_far_from_everything(tiny, judge):
    found = evaluate(tiny, judge, TRAIN, TEST)
    assert found.fd_over_floor > 10 and found.figures.manifolds.coverage < 0.1
    assert found.figures.label_accuracy < 0.4 and found.grounding is None


def test_the_same_checkpoint_gives_the_same_figures(tiny, judge):
    threads = torch.get_num_threads()
    once = evaluate(tiny, judge, TRAIN, TEST, 150)
    assert evaluate(tiny, judge, TRAIN, TEST, 150) == once and once.samples == 150
    try:
        torch.set_num_threads(1 if threads > 1 else 2)
        other = evaluate(tiny, judge, TRAIN, TEST, 150)
    finally:
        torch.set_num_threads(threads)
    figures, others = (
        {key: value for key, value in as_fields(one)["figures"].items() if isinstance(value, float)}
        for one in (once, other)
    )
    assert len(figures) > 12 and others == pytest.approx(figures, rel=1e-3, abs=1e-3)


def test_the_order_of_the_labels_does_not_matter(home, judge):
    publish(home / "checkpoints/turned", TRAIN.words[::-1])
    turned = checkpoints.load("turned")
    copies = PicturesByCondition(turned.label_vectors[::-1], 1000)
    found = evaluate(dataclasses.replace(turned, generator=copies), judge, TRAIN, TEST)
    assert found.figures.label_accuracy > 0.9


def test_a_sample_does_not_depend_on_how_many_are_drawn(tiny):
    rows = tiny.label_vectors[[0, 1, 2, 3] * 10]
    pictures = draw(tiny, rows, seed=3)
    assert pictures.shape == (40, 1, 28, 28) and pictures.dtype == torch.uint8
    assert torch.equal(draw(tiny, rows, seed=3), pictures) and not torch.equal(draw(tiny, rows, seed=4), pictures)


@pytest.fixture
def words(monkeypatch):
    """A grounding list for the digits."""
    lists = Grounding(
        tune={"triple": ("three",), "ninth": ("nine", "eight"), "qzxw": ("one",)},
        test={"seventh": ("seven",), "banana": ("nine",)},
    )
    monkeypatch.setattr(grounding_score, "load", {"digits": lists}.get)
    return lists


def test_grounding_is_the_share_in_accepted_classes(tiny, judge, words, home):
    found = grounding_scores(copying(tiny, 1000), judge, 0.5)
    space = open_space(tiny.space_name)
    for half, accepted in (("tune", words.tune), ("test", words.test)):
        right = []
        for word in found[half].words:
            label = tiny.labels[int((tiny.label_vectors @ space.vector(word)).argmax())]
            right.append(label in accepted[word])
            assert found[half].words[word] == pytest.approx(float(right[-1]), abs=0.15), "it draws the nearest label"
        assert found[half].nearest_label == np.mean(right)
        assert found[half].times_accuracy == np.mean(right) / 2
        assert found[half].score == pytest.approx(np.mean(list(found[half].words.values())))
    assert found["tune"].unknown == ("qzxw",) and set(found["tune"].words) == {"triple", "ninth"}
    assert found["test"].unknown == ()


def test_grounding_needs_the_space_of_the_training(home, judge, words):
    publish(home / "checkpoints/strange", space_hash="0" * 64)
    with pytest.raises(ExplorerError, match="another version"):
        grounding_scores(checkpoints.load("strange"), judge, 1)


def test_every_word_of_the_shipped_list_is_scored(monkeypatch):
    monkeypatch.setattr(grounding_score, "PICTURES", 16)
    judge = open_judge("fashion-mnist")
    found = grounding_scores(checkpoints.load("fashion-words"), judge, judge.accuracy)
    assert set(found) == {"tune", "test"}
    for half in found.values():
        assert len(half.words) + len(half.unknown) >= 30 and len(half.unknown) < 5
        assert 0.2 < half.score <= 1 and half.times_accuracy == pytest.approx(half.nearest_label * judge.accuracy)


def test_the_command_prints_and_stores(home, capsys):
    path = home / "checkpoints/tiny/metrics.json"
    assert main(["evaluate", "tiny", "--no-store"]) == 0
    assert json.loads(path.read_text()) == {}
    path.write_text('{"noted": 7}')
    assert main(["evaluate", "tiny", "--samples", "200"]) == 0
    output = " ".join(capsys.readouterr().out.split())
    assert "FD[digits]" in output and "never with published FID or Inception Scores" in output
    stored = json.loads(path.read_text())
    assert stored["noted"] == 7 and stored["evaluation"]["samples"] == 200
    assert stored["evaluation"]["judge_hash"] == open_judge("digits").hash
    assert set(stored["evaluation"]["floor"]) == set(stored["evaluation"]["figures"])
    assert stored["evaluation"]["fd_over_floor"] == pytest.approx(
        stored["evaluation"]["figures"]["fd"] / stored["evaluation"]["floor"]["fd"], rel=0.01
    )
    assert checkpoints.load("tiny").labels == TRAIN.words, "a checkpoint with figures is a checkpoint"


def test_the_command_measures_a_run(home, tmp_path, capsys):
    publish(tmp_path / "run/checkpoint")
    (tmp_path / "run/config.json").write_text("{}")
    assert main(["evaluate", str(tmp_path / "run"), "--samples", "100"]) == 0
    assert "evaluation" in json.loads((tmp_path / "run/checkpoint/metrics.json").read_text())


def test_what_was_measured_is_published_and_stands_in_the_card(home, tmp_path):
    assert main(["evaluate", "tiny", "--samples", "100"]) == 0
    assert main(["publish", "tiny", str(tmp_path / "shown"), "--word", "ten"]) == 0
    stored, shown = (
        json.loads((folder / "metrics.json").read_text()) for folder in (home / "checkpoints/tiny", tmp_path / "shown")
    )
    card = (tmp_path / "shown/README.md").read_text()
    assert shown == stored and f"| FD[digits] | {stored['evaluation']['figures']['fd']:.3f} |" in card
    line = next(line for line in card.splitlines() if line.startswith("| ten |"))
    shares = [float(part.split()[-1]) for part in line.rstrip(" |").split("|")[-1].split(",")]
    assert 0.3 < sum(shares) <= 1.01 and max(shares) == shares[0], "the classes of the sixteen pictures"


@pytest.mark.parametrize("content", ["", "[1]", "[" * 100_000])
def test_a_broken_file_of_figures_is_replaced(home, content):
    path = home / "checkpoints/tiny/metrics.json"
    path.write_text(content)
    assert main(["evaluate", "tiny", "--samples", "100"]) == 0
    assert set(json.loads(path.read_text())) == {"evaluation"}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("tiny --samples 99", "between 100 and 297"),
        ("tiny --samples 10000", "between 100 and 297"),
        ("tiny --judge nobody", "no judge 'nobody'"),
        ("letters", "judge train SOURCE --size 28"),
        ("letters --judge digits", "judge train SOURCE"),
        ("nobody-made-this", "no checkpoint"),
    ],
)
def test_what_cannot_be_measured_is_refused_with_a_sentence(home, line, expected, capsys):
    publish(home / "checkpoints/letters", ("alpha", "beta"))
    assert main(["evaluate", *line.split()]) == 2
    sentence = capsys.readouterr().err
    assert expected in sentence and sentence.count("\n") == 1 and "Traceback" not in sentence
    assert json.loads((home / "checkpoints/tiny/metrics.json").read_text()) == {}


def test_a_judge_of_other_pictures_is_refused(tiny, judge):
    other = load("digits", size=32), load("digits", split="test", size=32)
    with pytest.raises(ExplorerError, match="other pictures"):
        evaluate(tiny, judge, *other)
