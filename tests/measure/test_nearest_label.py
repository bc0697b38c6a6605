"""The nearest-label rule on the grounding list, in spaces made by hand and in the shipped ones."""

import numpy as np
import pytest

from explorer.data.sources.mnist import SOURCES
from explorer.measure import grounding
from explorer.measure.grounding.nearest_label import nearest_label
from explorer.words import label_table, open_space
from explorer.words.format import write_space

LABELS = SOURCES["fashion-mnist"].words


@pytest.fixture
def space_of(tmp_path):
    """Makes a space of words, each at the vector of one label."""

    def make(near, labels=LABELS):
        vectors = [np.eye(len(LABELS))[LABELS.index(label)] for label in (*labels, *near.values())]
        write_space(tmp_path / "made.words", "made", (*labels, *near), np.stack(vectors), {})
        return open_space(tmp_path / "made.words")

    return make


@pytest.fixture(scope="module")
def lists():
    return grounding.load("fashion-mnist")


def test_every_word_at_an_accepted_label(space_of, lists):
    halves = nearest_label(space_of({word: accepted[-1] for word, accepted in (lists.tune | lists.test).items()}))
    assert {half: (found.share, found.known, found.unknown) for half, found in halves.items()} == {
        "tune": (1, 1, ()),
        "test": (1, 1, ()),
    }


def test_unknown_words_are_missed_and_named(space_of, lists):
    halves = nearest_label(space_of({"slipper": "boots", "jeans": "trousers", "handbag": "coat"}))
    size = len(lists.tune)
    assert halves["tune"].share == pytest.approx(2 / size)
    assert halves["tune"].known == pytest.approx(3 / size)
    assert set(halves["tune"].unknown) == set(lists.tune) - {"slipper", "jeans", "handbag"}
    assert (halves["test"].share, halves["test"].unknown) == (0, tuple(lists.test))


def test_an_unknown_label_is_never_the_nearest(space_of, lists):
    space = space_of({"sweater": "pullover", "jeans": "trousers"}, tuple(set(LABELS) - {"pullover"}))
    assert nearest_label(space)["tune"].share == pytest.approx(1 / len(lists.tune))


def test_a_space_without_labels_has_no_figure(space_of):
    assert nearest_label(space_of({"jeans": "trousers"}, labels=())) is None


@pytest.mark.parametrize("name", ["glove-minilm-100d"])
def test_the_shipped_spaces_by_hand(name, lists):
    space = open_space(name)
    vectors = np.stack([space.vector(label) for label in LABELS])
    for half, found in nearest_label(space).items():
        accepted = getattr(lists, half)
        hits = [label_table(space.vector(word), LABELS, vectors)[0][0] in accepted[word] for word in accepted]
        assert found.share == pytest.approx(np.mean(hits))
        assert found.known == 1
