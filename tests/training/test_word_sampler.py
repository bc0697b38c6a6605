"""What a generator hears for a label: the right words, as often as said, and never one that is held out."""

import numpy as np
import pytest
import torch

from explorer.data.sources.mnist import SOURCES
from explorer.measure import grounding
from explorer.training.word_sampler import WordSampler, synonyms, vocabulary
from explorer.words import open_space

LABELS = SOURCES["fashion-mnist"].words


@pytest.fixture(scope="module")
def space():
    return open_space("glove-minilm-100d")


@pytest.fixture(scope="module")
def held_out():
    return grounding.load("fashion-mnist").held_out()


def test_bare_labels_when_there_is_nothing_else(space):
    heard = vocabulary(space, LABELS, neighbours=0, own=0.5)
    assert heard.words == LABELS
    assert np.allclose(heard.vectors, np.stack([space.vector(label) for label in LABELS]), atol=1e-6)
    assert (heard.chance == 1).all()


def test_neighbours_are_nearest_to_their_own_label(space, held_out):
    heard = vocabulary(space, LABELS, neighbours=20, own=0.5, held_out=held_out)
    labels = np.stack([space.vector(label) for label in LABELS])
    for row, label in enumerate(LABELS):
        own, *others = heard.of(row)
        assert own == label and len(others) == 20
        for word in others:
            assert (labels @ space.vector(word)).argmax() == row
            assert word not in held_out and word not in LABELS


def test_held_out_words_would_be_heard_otherwise(space, held_out):
    heard = vocabulary(space, LABELS, neighbours=60, own=0.5)
    assert held_out & set(heard.words)  # so that leaving them out means something


def test_synonyms_are_heard_where_they_are_listed_and_nowhere_else(space):
    heard = vocabulary(space, ("boots", "coat"), 30, 0.5, {"coat": ("leather", "zzqx"), "boots": ("gumboot",)})
    assert "leather" in heard.of(1) and "leather" not in heard.of(0)  # though it is nearer to boots
    assert "gumboot" in heard.of(0)
    assert "zzqx" not in heard.words


def test_chances_are_kept(space):
    heard = vocabulary(space, ("boots", "coat"), 3, 0.25, {"coat": ("cape",)})
    listener = WordSampler(heard)
    labels = torch.arange(2).repeat(20_000)
    uniform = torch.rand(len(labels), generator=torch.Generator().manual_seed(0))
    drawn = listener.draw(labels, uniform)
    vectors = torch.from_numpy(heard.vectors)
    which = torch.cdist(drawn, vectors).argmin(dim=1)
    for label in (0, 1):
        mine = which[labels == label]
        share = torch.bincount(mine, minlength=len(heard.words)) / len(mine)
        first, end = heard.start[label], heard.start[label] + len(heard.of(label))
        assert share[first].item() == pytest.approx(0.25, abs=0.02)
        assert share[first:end].sum().item() == pytest.approx(1)
        assert torch.allclose(share[first:end].double(), torch.from_numpy(heard.chance[first:end]), atol=0.02)


def test_the_ends_of_the_dice(space):
    heard = vocabulary(space, LABELS, neighbours=5, own=0.5)
    listener = WordSampler(heard)
    labels = torch.arange(len(LABELS))
    low = listener.draw(labels, torch.zeros(len(LABELS)))
    high = listener.draw(labels, torch.full((len(LABELS),), 1 - 2**-24))
    for row, label in enumerate(LABELS):
        assert np.allclose(low[row], space.vector(label), atol=1e-6)
        assert np.allclose(high[row], space.vector(heard.of(row)[-1]), atol=1e-6)


def test_the_house_list_of_synonyms_holds_no_word_that_is_measured_on(held_out):
    lists = synonyms("fashion-mnist")
    assert set(lists) == set(LABELS)
    words = {word for group in lists.values() for word in group}
    grounding.load("fashion-mnist").refuse(words)
    assert not words & held_out
    assert synonyms("digits") == {} and synonyms("../x") == {}
