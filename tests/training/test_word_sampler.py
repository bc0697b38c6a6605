"""The words of a label: the right ones, as often as set, and never one that is held out."""

import numpy as np
import pytest
import torch

from explorer.data.sources.mnist import SOURCES
from explorer.measure import grounding
from explorer.training.word_sampler import WordSampler, build_vocabulary, synonyms
from explorer.words import open_space

LABELS = SOURCES["fashion-mnist"].words


@pytest.fixture(scope="module")
def space():
    return open_space("glove-minilm-100d")


@pytest.fixture(scope="module")
def held_out():
    return grounding.load("fashion-mnist").held_out()


def test_bare_labels_when_there_is_nothing_else(space):
    found = build_vocabulary(space, LABELS, neighbours=0, own=0.5)
    assert found.words == LABELS
    assert np.allclose(found.vectors, np.stack([space.vector(label) for label in LABELS]), atol=1e-6)
    assert (found.chance == 1).all()


def test_neighbours_are_nearest_to_their_own_label(space, held_out):
    found = build_vocabulary(space, LABELS, neighbours=20, own=0.5, held_out=held_out)
    labels = np.stack([space.vector(label) for label in LABELS])
    for row, label in enumerate(LABELS):
        own, *others = found.of(row)
        assert own == label and len(others) == 20
        for word in others:
            assert (labels @ space.vector(word)).argmax() == row
            assert word not in held_out and word not in LABELS


def test_held_out_words_would_be_taken_otherwise(space, held_out):
    found = build_vocabulary(space, LABELS, neighbours=60, own=0.5)
    assert held_out & set(found.words)  # so that leaving them out means something


def test_synonyms_are_taken_where_they_are_listed_and_nowhere_else(space):
    found = build_vocabulary(space, ("boots", "coat"), 30, 0.5, {"coat": ("leather", "zzqx"), "boots": ("gumboot",)})
    assert "leather" in found.of(1) and "leather" not in found.of(0)  # though it is nearer to boots
    assert "gumboot" in found.of(0)
    assert "zzqx" not in found.words


def test_chances_are_kept(space):
    found = build_vocabulary(space, ("boots", "coat"), 3, 0.25, {"coat": ("cape",)})
    sampler = WordSampler(found)
    labels = torch.arange(2).repeat(20_000)
    uniform = torch.rand(len(labels), generator=torch.Generator().manual_seed(0))
    drawn = sampler.sample(labels, uniform)
    vectors = torch.from_numpy(found.vectors)
    which = torch.cdist(drawn, vectors).argmin(dim=1)
    for label in (0, 1):
        mine = which[labels == label]
        share = torch.bincount(mine, minlength=len(found.words)) / len(mine)
        first, end = found.start[label], found.start[label] + len(found.of(label))
        assert share[first].item() == pytest.approx(0.25, abs=0.02)
        assert share[first:end].sum().item() == pytest.approx(1)
        assert torch.allclose(share[first:end].double(), torch.from_numpy(found.chance[first:end]), atol=0.02)


def test_the_ends_of_the_dice(space):
    found = build_vocabulary(space, LABELS, neighbours=5, own=0.5)
    sampler = WordSampler(found)
    labels = torch.arange(len(LABELS))
    low = sampler.sample(labels, torch.zeros(len(LABELS)))
    high = sampler.sample(labels, torch.full((len(LABELS),), 1 - 2**-24))
    for row, label in enumerate(LABELS):
        assert np.allclose(low[row], space.vector(label), atol=1e-6)
        assert np.allclose(high[row], space.vector(found.of(row)[-1]), atol=1e-6)


def test_the_shipped_list_of_synonyms_holds_no_word_that_is_measured_on(held_out):
    lists = synonyms("fashion-mnist")
    assert set(lists) == set(LABELS)
    words = {word for group in lists.values() for word in group}
    grounding.load("fashion-mnist").refuse(words)
    assert not words & held_out
    assert synonyms("digits") == {} and synonyms("../x") == {}
