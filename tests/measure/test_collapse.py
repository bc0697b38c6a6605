"""Mode collapse: seen in the record of a training, and in one evaluation."""

import pytest

from explorer.measure.metrics.collapse import collapses, has_collapsed

WORDS = ("coat", "bag", "boots")


def record(*shares):
    """A line each 10 kimg, with the figures of a batch between."""
    lines = []
    for number, row in enumerate(shares):
        lines.append({"images": number * 10_000, "coverage": dict(zip(WORDS, row, strict=True))})
        lines.append({"images": number * 10_000 + 1024, "loss_d": 1.0})
    return lines


def test_a_healthy_training_has_none():
    assert collapses([]) == () and collapses([{"images": 64, "loss_d": 1.0}]) == ()
    assert collapses(record((0, 0, 0.02), (0.1, 0.2, 0.1), (0.5, 0.6, 0.4), (0.7, 0.6, 0.8), (0.9, 0.5, 0.9))) == ()


def test_a_class_that_falls_is_named_with_the_moment():
    rows = (0, 0, 0), (0.6, 0.5, 0.6), (0.9, 0.8, 0.8), (0.9, 0.3, 0.8), (0.9, 0.1, 0.9), (0.9, 0.2, 0.9)
    (found,) = collapses(record(*rows))
    assert (found.label, found.since, found.best, found.share) == ("bag", 30.0, 0.8, 0.2)
    assert "30 kimg" in found.sentence and "0.20" in found.sentence and "0.80" in found.sentence
    assert collapses(record(*rows[:4])) == (), "one line alone may be chance"
    assert [one.label for one in collapses(record(*rows[:5]))] == ["bag"]


def test_a_class_that_came_back_is_not_collapsed_any_more():
    rows = (0.8, 0.8, 0.8), (0.8, 0.1, 0.8), (0.8, 0.1, 0.8), (0.8, 0.5, 0.8)
    assert collapses(record(*rows[:3])) and collapses(record(*rows)) == ()
    again = collapses(record(*rows, (0.8, 0.1, 0.8), (0.8, 0.1, 0.8)))
    assert again[0].since == 40.0, "since the last time"


def test_one_line_that_is_off_says_nothing():
    assert collapses(record((0.7, 0.7, 0.7), (0.8, 0.2, 0.8), (0.8, 0.7, 0.8), (0.8, 0.2, 0.8))) == ()


def test_a_class_that_never_came_up_beside_others():
    rows = (0, 0, 0), (0.3, 0.1, 0.4), (0.6, 0.05, 0.7), (0.8, 0.1, 0.8)
    (found,) = collapses(record(*rows))
    assert (found.label, found.since, found.best) == ("bag", 20.0, 0.1) and "never came up" in found.sentence


def test_a_training_of_which_nothing_ever_came_up():
    rows = [(0.05, 0.02, 0.1)] * 8
    assert collapses(record(*rows[:5])) == (), "early it may be anything"
    assert [(one.label, one.since) for one in collapses(record(*rows))] == [(word, 50.0) for word in WORDS]


def test_all_classes_at_once():
    found = collapses(record((0.7, 0.8, 0.7), (0.05, 0.1, 0.02), (0.05, 0.1, 0.02)))
    assert [one.label for one in found] == list(WORDS) and {one.since for one in found} == {10.0}


@pytest.mark.parametrize(
    ("coverage", "precision", "variation", "collapsed"),
    [
        (0.9, 0.95, 1.0, False),
        (0.35, 0.9, 0.6, False),  # narrow, but there
        (0.05, 1.0, 0.5, True),  # a few pictures over and over, each of them real
        (0.1, 0.9, 1.1, True),  # a few that differ
        (0.0, 0.0, 0.0, True),  # none at all
        (0.3, 1.0, 0.01, True),  # a single one, in the middle of few real ones
        (0.1, 0.1, 0.9, False),  # it cannot draw yet
    ],
)
def test_by_one_evaluation(coverage, precision, variation, collapsed):
    assert has_collapsed(coverage, 0.97, precision, variation) is collapsed
