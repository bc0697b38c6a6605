"""What people type: the parser, what words it resolves to, and what it says when it cannot."""

import numpy as np
import pytest

from explorer.errors import ExplorerError
from explorer.words import ExpressionError, UnknownWord, open_space


@pytest.fixture(scope="module")
def space():
    return open_space("glove-minilm-100d")


def unit(vector):
    return vector / np.linalg.norm(vector)


def terms(reading):
    return [(round(term.weight, 6), " ".join(term.words)) for term in reading.terms]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("slipper", [(1, "slipper")]),
        ("  Slipper ", [(1, "slipper")]),
        ("KIMONOS", [(1, "kimonos")]),
        ("red boots", [(1, "red boots")]),
        ("boots - leather + summer", [(1, "boots"), (-1, "leather"), (1, "summer")]),
        ("boots -leather", [(1, "boots"), (-1, "leather")]),
        ("boots+leather", [(1, "boots"), (1, "leather")]),
        ("-coat", [(-1, "coat")]),
        ("0.7*coat + 0.3*dress", [(0.7, "coat"), (0.3, "dress")]),
        (".5 * red boots - 2e-1*coat", [(0.5, "red boots"), (-0.2, "coat")]),
        ("2*3*coat", [(6, "coat")]),
        ("coat + -0.5*-dress", [(1, "coat"), (0.5, "dress")]),
        ("coat - (dress - bag)", [(1, "coat"), (-1, "dress"), (1, "bag")]),
        ("2*(coat - (dress + 0.5*red boots))", [(2, "coat"), (-2, "dress"), (-1, "red boots")]),
        ("(coat)-(dress)", [(1, "coat"), (-1, "dress")]),
        ("((((coat))))", [(1, "coat")]),
        ("coat – dress", [(1, "coat"), (-1, "dress")]),
        ("0.5×coat − dress", [(0.5, "coat"), (-1, "dress")]),
        ("“slipper”,", [(1, "slipper")]),
        ("café", [(1, "cafe")]),
        ("cafe\u0301", [(1, "cafe")]),
    ],
)
def test_sums_phrases_weights_and_parentheses(space, text, expected):
    assert terms(space.resolve(text)) == expected
    assert space.resolve(text).hints == ()


@pytest.mark.parametrize(
    ("text", "expected", "hint"),
    [
        ("T-Shirt", "t-shirt", None),
        ("t shirt", "t-shirt", "one word t-shirt"),
        ("white t shirt", "white t-shirt", "one word t-shirt"),
        ("hand bag", "handbag", "one word handbag"),
        ("hand-bag", "handbag", "read as handbag"),
        ("red shirt", "red shirt", "redshirt is another word"),
        ("boots-leather", "boots leather", "write boots - leather"),
        ("boots-", "boots", None),
        ("high-heeled shoe", "high heeled shoe", "write high - heeled"),
        ("red_boots", "red boots", "phrase red boots"),
        ("women's shoes", "women shoes", "read as women"),
        ("anoraks-", "anoraks", None),
    ],
)
def test_hyphens_and_compounds_say_what_they_chose(space, text, expected, hint):
    reading = space.resolve(text)
    assert " ".join(reading.terms[0].words) == expected
    if hint is None:
        assert reading.hints == ()
    else:
        assert any(hint in sentence for sentence in reading.hints)


@pytest.mark.parametrize(
    ("text", "word"),
    [("yukatas", "yukata"), ("ponchoes", "poncho"), ("cufflink", "cufflinks"), ("Slingback", "slingbacks")],
)
def test_plurals_and_singulars_are_tried_before_giving_up(space, text, word):
    assert text.lower() not in space
    reading = space.resolve(text)
    assert terms(reading) == [(1, word)]
    assert reading.hints == (f"“{text}” is read as {word}.",)


def test_a_word_is_its_own_unit_vector(space):
    reading = space.resolve("slipper")
    np.testing.assert_allclose(reading.vector, space.vector("slipper"), atol=1e-6)
    assert reading.vector.dtype == np.float32
    assert not reading.vector.flags.writeable


def test_each_part_is_unit_before_weighting_and_the_sum_after(space):
    red, boots, bag = (space.vector(word).astype(float) for word in ("red", "boots", "bag"))
    expected = unit(0.7 * unit(red + boots) - 0.3 * bag)
    np.testing.assert_allclose(space.resolve("0.7*red boots - 0.3*bag").vector, expected, atol=1e-6)


@pytest.mark.parametrize(
    ("text", "position", "says"),
    [
        ("", 0, "type one"),
        (" \t ", 0, "type one"),
        ("coat +", 6, "text ends"),
        ("0.7*", 4, "text ends"),
        ("+", 1, "text ends"),
        ("(coat", 0, "never closed"),
        ("red (coat", 4, "Put + or -"),
        ("coat)", 4, "closes nothing"),
        ("()", 1, "character 2"),
        ("coat (red)", 5, "character 6"),
        ("(red) coat", 6, "“coat” at character 7"),
        ("coat*2", 4, "weights stand before"),
        ("nan*coat", 3, "weights stand before"),
        ("* coat", 0, "character 1"),
        ("1e9*coat", 0, "too large"),
        ("coat + 1e999*bag", 7, "too large"),
        ("0.7 0.3*coat", 4, "character 5"),
        ("coat\x00", 4, "U+0000"),
        ("coat\u200bs", 4, "U+200B"),
        ("coat \ud800", 5, "U+D800"),
        ("x" * 201, 200, "201 characters"),
        ("(" * 60 + "coat" + ")" * 60, 20, "parentheses"),
        ("-" * 150, 150, "text ends"),
    ],
)
def test_errors_say_where(space, text, position, says):
    with pytest.raises(ExpressionError) as caught:
        space.resolve(text)
    assert not isinstance(caught.value, UnknownWord)
    assert caught.value.position == position
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["coat - coat", "0*coat", "coat + bag - (coat + bag)", "0.1*coat + 0.2*coat - 0.3*coat"]
)
def test_sums_that_cancel_have_no_direction(space, text):
    with pytest.raises(ExpressionError, match="cancel out"):
        space.resolve(text)


def test_python_is_never_run(space):
    for text in ("__import__('os').system('x')", "lambda: 0", "{}", "'coat' if 1 else 0", "[c for c in ()]", "1 + 1"):
        with pytest.raises(ExplorerError):
            space.resolve(text)


@pytest.mark.parametrize(
    ("text", "position"),
    [("sliper", 0), ("sliper - coat", 0), ("coat - sliper ", 7), ("red sliper", 4), ("sliper-", 0)],
)
def test_an_unknown_word_is_named_placed_and_never_replaced(space, text, position):
    with pytest.raises(UnknownWord) as caught:
        space.resolve(text)
    error = caught.value
    assert error.position == position
    assert error.word.startswith("sliper")
    assert error.suggestions[0] == "slipper"
    assert len(error.suggestions) <= 5
    assert "slipper" in str(error)
    assert position == 0 or f"character {position + 1}" in str(error)


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("sliper", "slipper"),
        ("SLIPPR", "slipper"),
        ("sneekers", "sneakers"),
        ("pulover", "pullover"),
        ("tshirt", "t-shirt"),
        ("t-shrit", "t-shirt"),
        ("redboots", "red boots"),
        ("kimo", "kimono"),
        ("trous", "trousers"),
        ("moccassin", "moccasin"),
        ("galoshs", "galoshes"),
        ("boots-leathr", "boots-leather"),
    ],
)
def test_suggestions_find_what_was_meant(space, typed, wanted):
    with pytest.raises(UnknownWord) as caught:
        space.resolve(typed)
    assert wanted in caught.value.suggestions
    space.resolve(wanted)  # what is suggested can be read


@pytest.mark.parametrize("typed", ["", " ", "👟", "<img src=x onerror=alert(1)>", "x" * 5000, "qwertzuiopqwertzuiop"])
def test_nothing_is_suggested_for_what_resembles_nothing(space, typed):
    assert space.suggest(typed) == []


def test_suggestions_are_at_most_n_and_never_the_word_itself(space):
    assert len(space.suggest("boot", 3)) == 3
    assert "boot" not in space.suggest("boot")
    assert space.suggest("boot", 0) == []
