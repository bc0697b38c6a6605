"""A share of the words, or of the pairs of word and style, that a training leaves out."""

import pytest

from explorer.data import DataError, held_out_words
from explorer.data.held_out import is_held_out_pair

WORDS = [f"word{number}" for number in range(1000)]


def test_a_share_is_of_the_words_and_the_same_wherever_it_is_chosen():
    chosen = held_out_words(["10%"], WORDS, 0)
    assert 70 < len(chosen) < 130 and set(chosen) < set(WORDS)
    assert set(held_out_words([" 10 %"], WORDS[::-1], 0)) == set(chosen)
    assert set(chosen) < set(held_out_words(["20%"], WORDS, 0))
    assert set(held_out_words(["10%"], WORDS, 1)) != set(chosen)


def test_words_and_shares_stand_side_by_side_and_a_class_of_that_name_is_meant():
    assert held_out_words(["word1", "other", "word1"], WORDS, 0) == ("word1", "other")
    both = held_out_words(["word1", "0.5%"], WORDS, 0)
    assert both[0] == "word1" and 1 < len(both) < 20
    assert held_out_words(["10%"], ["10%", "word"], 0) == ("10%",)


@pytest.mark.parametrize("wrong", ["0%", "100%", "250%", "1.2.3%", "..%"])
def test_what_can_be_no_share_is_refused(wrong):
    with pytest.raises(DataError, match=r"No share of the classes can be .*: write it as 10%"):
        held_out_words([wrong], WORDS, 0)


def test_pairs_are_a_share_of_all():
    pairs = [(word, style) for word in WORDS for style in ("flat", "round")]
    assert 150 < sum(is_held_out_pair(*pair, 0.1, 0) for pair in pairs) < 250
