"""A style as typed becomes weights, or a sentence; a spec keeps it as typed, and old specs know nothing of it."""

import json

import numpy as np
import pytest

from explorer.explore.spec.spec import Mixed, Seeded, Spec, SpecError, Stored
from explorer.explore.spec.style import UnknownStyle, read_style, style_between, style_names, style_rows

STYLES = ("noto", "fluent-flat", "3d", "doodle_2")


def weights(text, styles=STYLES):
    return read_style(text, styles, "tiny").tolist()


@pytest.mark.parametrize(
    "text, expected",
    [
        ("", [0, 0, 0, 0]),
        (" Any ", [0, 0, 0, 0]),
        ("noto", [1, 0, 0, 0]),
        ("NOTO", [1, 0, 0, 0]),
        ("Fluent Flat", [0, 1, 0, 0]),
        ("doodle_2", [0, 0, 0, 1]),
        ("noto + 0.5*3d", [2 / 3, 0, 1 / 3, 0]),
        ("2*noto+2 × fluent-flat", [0.5, 0.5, 0, 0]),
        ("noto + noto + .5*3d + 0*doodle_2", [0.8, 0, 0.2, 0]),
        ("noto + 3*any", [0.25, 0, 0, 0]),
    ],
)
def test_mixtures_are_typed_and_sum_to_one(text, expected):
    assert weights(text) == pytest.approx(expected)


@pytest.mark.parametrize(
    "text, message",
    [
        ("notto", "did you mean noto"),
        ("fluent", "fluent-flat"),
        ("zzzz", "it has noto, fluent-flat, 3d and doodle_2"),
        ("noto - 3d", "none can be taken away"),
        ("-noto", "none can be taken away"),
        ("noto + -1*3d", "none can be taken away"),
        ("-1*noto", "none can be taken away"),
        ("0*noto", "all 0"),
        ("noto +", "cannot be read"),
        ("*noto", "cannot be read"),
        ("2*", "cannot be read"),
        ("2*3*noto", "cannot be read"),
        ("1001*noto", "at most 1000"),
        ("noto + each", "stands alone"),
        ("0.5 noto", "has no style"),
        ("all", "write each"),
        ("1e9*noto", "cannot be read"),
        ("<img src=x onerror=alert(1)>", "has no style"),
        ("noto*" * 200, "cannot be read"),
        ("+".join(["noto"] * 33), "at most 32"),
        ("9" * 1000, "has no style"),
        ("\N{KELVIN SIGN}" * 900, "has no style"),
    ],
)
def test_what_is_no_style_gets_one_sentence(text, message):
    with pytest.raises(SpecError, match=message) as caught:
        weights(text)
    assert len(str(caught.value)) < 300 and str(caught.value).endswith((".", "?"))


def test_a_near_miss_comes_with_suggestions():
    with pytest.raises(UnknownStyle) as caught:
        weights("notp + 3d")
    assert caught.value.suggestions[0] == "noto"


def test_many_styles_make_no_long_sentence():
    with pytest.raises(SpecError, match="and 188 more"):
        weights("?", tuple(f"style-{number}" for number in range(200)))


def test_a_checkpoint_without_styles():
    assert style_rows(Spec(), (), "tiny").shape == (16, 0) and style_names(Spec(style="any"), (), "tiny") == ()
    for style in ("noto", "each"):
        with pytest.raises(SpecError, match="tiny has no styles"):
            style_rows(Spec(style=style), (), "tiny")


def test_each_tile_has_the_style_of_its_index():
    spec = Spec(latents=Seeded(3, 10), style="Each")
    rows = style_rows(spec, STYLES, "tiny")
    assert rows.dtype == np.float32 and rows.argmax(axis=1).tolist() == [0, 1, 2, 3, 0, 1, 2, 3, 0, 1]
    assert set(rows.sum(axis=1)) == {1} and style_names(spec, STYLES, "tiny")[:2] == STYLES[:2]
    mixed = spec.replace(latents=Mixed((((1.0, 3, 6),), ((0.3, 3, 1), (-0.9, 4, 7)))))
    assert style_names(mixed, STYLES, "tiny") == ("3d", "doodle_2")
    assert style_names(spec.replace(latents=Stored(((0.0,),) * 2)), STYLES, "tiny") == STYLES[:2]


def test_half_way_between_two_styles_lies_what_could_be_typed():
    a, b = (read_style(text, STYLES, "tiny") for text in ("noto", "3d + fluent-flat"))
    for share in (0.001, 0.25, 0.7):
        typed = style_between(a, b, share, STYLES)
        assert weights(typed) == pytest.approx((1 - share) * a + share * b, abs=1e-4)
    fading = style_between(np.zeros(4), a, 0.25, STYLES)
    assert weights(fading) == pytest.approx([0.25, 0, 0, 0])


def test_a_spec_keeps_style_and_word_truncation_and_writes_them_only_where_there_are_some():
    assert not {"style", "word_truncation"} & json.loads(Spec().to_json()).keys()
    spec = Spec(style="Noto + 0.5*doodle", word_truncation=0.25)
    written = json.loads(spec.to_json())
    assert written["style"] == "Noto + 0.5*doodle" and written["word_truncation"] == 0.25
    assert Spec.from_json(spec.to_json()) == spec


@pytest.mark.parametrize(
    "wrong",
    [{"style": 3}, {"style": "a" * 1001}, {"style": "a\nb"}, {"style": None}, {"style": ["noto"]}]
    + [{"word_truncation": value} for value in (-0.1, 1.1, "1", True, None, float("nan"))],
)
def test_style_and_word_truncation_out_of_range(wrong):
    with pytest.raises(SpecError, match=r"\.$"):
        Spec(**wrong)
    with pytest.raises(SpecError):
        Spec.from_json(json.dumps({**json.loads(Spec().to_json()), **wrong}))
