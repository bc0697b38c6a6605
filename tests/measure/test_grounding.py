"""The grounding list: what it holds, and that no training can use it."""

from hashlib import blake2b

import pytest

from explorer.data.sources.mnist import SOURCES
from explorer.errors import ExplorerError
from explorer.measure import grounding
from explorer.words import open_space

LABELS = SOURCES["fashion-mnist"].words


@pytest.fixture(scope="module")
def lists() -> grounding.Grounding:
    found = grounding.load("fashion-mnist")
    assert found is not None
    return found


def test_two_halves_of_words_that_are_no_labels(lists):
    assert len(lists.tune) == len(lists.test) >= 30
    assert not set(lists.tune) & set(lists.test)
    label_forms = {form for label in LABELS for form in grounding.forms(label)}
    for word, accepted in (lists.tune | lists.test).items():
        assert word not in label_forms
        assert accepted and set(accepted) <= set(LABELS)


def test_no_half_holds_a_form_of_the_other(lists):
    for word in lists.test:
        assert not grounding.forms(word) & set(lists.tune)


def test_every_label_is_accepted_somewhere(lists):
    for half in (lists.tune, lists.test):
        assert {label for accepted in half.values() for label in accepted} == set(LABELS)


def test_the_shipped_space_knows_every_word(lists):
    space = open_space("glove-minilm-100d")
    assert all(word in space for word in lists.tune | lists.test)


def test_forms_are_numbers_and_hyphens():
    assert {"flip-flop", "flip-flops", "flipflops", "flip flop"} <= grounding.forms("flip-flops")
    assert {"purse", "purses"} <= grounding.forms("purse")
    assert "knapsack" in grounding.forms("knapsacks") and "bag" not in grounding.forms("handbag")


def test_held_out_words_are_refused_in_any_form(lists):
    lists.refuse(["boots", "sandal", "wool"])
    for form in ("handbags", "FlipFlop", "jeans"):
        with pytest.raises(ExplorerError, match="may not be used in training"):
            lists.refuse(["boots", form])


@pytest.mark.parametrize(("name", "count"), [("emoji-styles", 80), ("icons-styles", 113)])
def test_lists_of_many_words_have_two_halves_by_their_hashes(name, count):
    found, space = grounding.load(name), open_space("glove-minilm-100d")
    by_hash = sorted(found.tune | found.test, key=lambda word: blake2b(word.encode(), digest_size=8).digest())
    half = count // 2
    assert set(by_hash[:half]) == set(found.tune) and set(by_hash[half:]) == set(found.test) and len(by_hash) == count
    heads = {label for accepted in (found.tune | found.test).values() for label in accepted}
    for word in by_hash:
        assert word in space and not grounding.forms(word) & heads
        assert not any(grounding.forms(word) & grounding.forms(other) for other in by_hash if other != word)


def test_of_several_data_sets_the_first_with_a_list_less_what_another_has_pictures_of():
    alone, several = grounding.load("emoji-styles"), grounding.load("icons + emoji-styles", ("palaces", "dog"))
    assert {**alone.tune, **alone.test}.keys() - {**several.tune, **several.test}.keys() == {"palace"}


def test_other_data_has_no_list():
    assert grounding.load("digits") is None
    assert grounding.load("../fashion-mnist") is None
