"""Asks of the Inside tab as a stranger may send them."""

import base64
import io
import math
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from explorer.app.inside_asks import Slider, number_of, picture_of, read_inside, region_of, tab_of, text_of
from explorer.errors import ExplorerError
from explorer.explore import Edits, Seeded, Spec

TAB = "0123456789abcdef" * 2
TINY = SimpleNamespace(image_shape=(1, 28, 28))


def ask(*more: str, **fields):
    return read_inside({"tab": TAB, "w": "coat", **fields}, {"mine": "/home/somebody/run"}.get, "mine", more)


def test_an_ask_becomes_a_spec_with_units_off_and_sliders_beside_it():
    read = ask("layer", s="7", psi=0.5, off=[["start", 3], ["start", 1]], push=[["pca", 2, -3], ["own", "é", 0.5]])
    spec = Spec("/home/somebody/run", "coat", Seeded(7, 16), 0.5, edits=Edits(off=(("start", 1), ("start", 3))))
    assert (read.tab, read.name, read.spec, read.save, read.more) == (TAB, "mine", spec, False, {})
    assert read.sliders == (Slider("pca", 2, -3.0), Slider("own", "é", 0.5))
    assert ask("layer", layer=5).more == {"layer": 5}  # checked by what reads it


@pytest.mark.parametrize(
    "fields",
    [
        {"tab": "x"},
        {"c": "../mine"},
        {"j": 0.5},
        {"layer": "start"},
        {"data": "/etc"},
        {"off": "start"},
        {"off": [["start"]]},
        {"off": [["start", 1.0]]},
        {"off": [["start", True]]},
        {"off": [["start", -1]]},
        {"off": [["start", 10**9]]},
        {"off": [["x" * 41, 1]]},
        {"off": [[{}, 1]]},
        {"off": [["start", 1]] * 257},
        {"push": {}},
        {"push": [["pca", 1]]},
        {"push": [["axis", 1, 1]]},
        {"push": [["pca", "1", 1]]},
        {"push": [["pca", -1, 1]]},
        {"push": [["own", 1, 1]]},
        {"push": [["own", "x" * 61, 1]]},
        {"push": [["own", "", 1]]},
        {"push": [["pca", 1, 3.01]]},
        {"push": [["pca", 1, math.nan]]},
        {"push": [["pca", 1, 10**400]]},
        {"push": [["pca", 1, True]]},
        {"push": [["pca", 1, "1"]]},
        {"push": [["pca", 1, 1]] * 17},
    ],
)
def test_what_no_page_of_ours_sends_is_refused_in_a_sentence(fields):
    with pytest.raises(ExplorerError) as refusal:
        ask(**fields)
    assert 10 < len(str(refusal.value)) < 200


@pytest.mark.parametrize("raw", [None, [], "coat", 7, {}, {"tab": None}, {"tab": TAB + "\n"}])
def test_what_is_no_ask_at_all_is_refused(raw):
    for read in (tab_of, lambda raw: read_inside(raw, dict, "mine"), lambda raw: number_of(raw, "unit")):
        with pytest.raises(ExplorerError):
            read(raw)


@pytest.mark.parametrize("value", [None, 1.0, True, -1, 10**30, "1", [1]])
def test_a_number_is_whole_and_bounded(value):
    with pytest.raises(ExplorerError):
        number_of({"unit": value}, "unit", 100)


@pytest.mark.parametrize("value", [None, "", "x" * 11, "a\nb", "a\0", 5, ["a"]])
def test_a_text_is_printable_and_bounded(value):
    with pytest.raises(ExplorerError):
        text_of({"layer": value}, "layer", 10)


def test_a_region_is_a_bit_a_pixel():
    region = np.zeros((16, 28, 28), bool)
    region[3, 10:20, 5:9] = True
    sent = base64.b64encode(np.packbits(region).tobytes()).decode()
    assert (region_of({"region": sent}, TINY, 16) == region).all()
    assert region_of({}, TINY, 16) is None


@pytest.mark.parametrize("value", ["", "!!!!", "AAAA", 5, [], "A" * (2**20 + 4), "é" * 8])
def test_a_region_of_other_pictures_is_refused(value):
    with pytest.raises(ExplorerError):
        region_of({"region": value}, TINY, 16)


def png(width: int, height: int, kind: str = "PNG") -> str:
    buffer = io.BytesIO()
    Image.new("L", (width, height)).save(buffer, kind)
    return base64.b64encode(buffer.getvalue()).decode()


def test_a_picture_that_is_sent_is_a_png_of_bounded_size():
    assert picture_of({"picture": png(280, 300)}).startswith(b"\x89PNG")
    for value in (png(1025, 1), png(10, 10, "BMP"), "AAAA", "", None, 5, "A" * (4 * 2**20 + 4)):
        with pytest.raises(ExplorerError):
            picture_of({"picture": value})
