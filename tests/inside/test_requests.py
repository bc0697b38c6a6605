"""Asks of the Inside tab as a stranger may send them."""

import asyncio
import base64
import io
import math
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from tiny_checkpoint import publish_tiny

from explorer.app.header.header import Header
from explorer.app.inside.request import Slider, read_inside_request, read_picture, read_region
from explorer.app.inside.tab import InsideTab
from explorer.app.shared.answering import Answering, LazyStudio
from explorer.app.shared.catalog import Catalog
from explorer.app.shared.request import read_tab, read_text, read_whole
from explorer.app.shared.worker import RenderWorker
from explorer.errors import ExplorerError
from explorer.explore import Edits, Seeded, Spec

TAB = "0123456789abcdef" * 2
TINY = SimpleNamespace(image_shape=(1, 28, 28))


def ask(*more: str, **fields):
    return read_inside_request({"tab": TAB, "w": "coat", **fields}, {"mine": "/home/somebody/run"}.get, "mine", more)


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
    for read in (read_tab, lambda raw: read_inside_request(raw, dict, "mine"), lambda raw: read_whole(raw, "unit")):
        with pytest.raises(ExplorerError):
            read(raw)


@pytest.mark.parametrize("value", [None, 1.0, True, -1, 10**30, "1", [1]])
def test_a_number_is_whole_and_bounded(value):
    with pytest.raises(ExplorerError):
        read_whole({"unit": value}, "unit", 100)


@pytest.mark.parametrize("value", [None, "", "x" * 11, "a\nb", "a\0", 5, ["a"]])
def test_a_text_is_printable_and_bounded(value):
    with pytest.raises(ExplorerError):
        read_text({"layer": value}, "layer", 10)


def test_a_region_is_a_bit_a_pixel():
    region = np.zeros((16, 28, 28), bool)
    region[3, 10:20, 5:9] = True
    sent = base64.b64encode(np.packbits(region).tobytes()).decode()
    assert (read_region({"region": sent}, TINY, 16) == region).all()
    assert read_region({}, TINY, 16) is None


@pytest.mark.parametrize("value", ["", "!!!!", "AAAA", 5, [], "A" * (2**20 + 4), "é" * 8])
def test_a_region_of_other_pictures_is_refused(value):
    with pytest.raises(ExplorerError):
        read_region({"region": value}, TINY, 16)


def png(width: int, height: int, kind: str = "PNG") -> str:
    buffer = io.BytesIO()
    Image.new("L", (width, height)).save(buffer, kind)
    return base64.b64encode(buffer.getvalue()).decode()


def test_a_picture_that_is_sent_is_a_png_of_bounded_size():
    assert read_picture({"picture": png(280, 300)}).startswith(b"\x89PNG")
    for value in (png(1025, 1), png(10, 10, "BMP"), "AAAA", "", None, 5, "A" * (4 * 2**20 + 4)):
        with pytest.raises(ExplorerError):
            read_picture({"picture": value})


def test_whatever_a_tab_is_asked_it_answers_with_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    publish_tiny(tmp_path / "checkpoints" / "second")
    tab = InsideTab(Answering(Catalog("second"), RenderWorker(), LazyStudio("cpu")))
    name = {"tab": "a" * 32, "w": "coat"}

    def asked(function, **fields):
        reply = function(fields)
        return asyncio.run(reply) if asyncio.iscoroutine(reply) else reply

    replies = [
        asked(tab.begin, **name, work="__init__"),
        asked(tab.begin, **name, work="near", data="/etc"),
        asked(tab.begin, **name, work=["near"]),
        asked(tab.status, tab="a" * 32, work=True),
        asked(tab.status, tab="a" * 32),
        asked(tab.status, tab="a" * 32, work=1),
        asked(tab.cancel, tab=5),
        asked(tab.maps, **name, layer="nowhere"),
        asked(tab.maps, **name, layer=["start"]),
        asked(tab.draw, **name, off=[["start", 4000]]),
        asked(tab.draw, **name, push=[["pca", 1, 1]]),
        asked(tab.draw, **name, push=[["own", "../../checkpoints", 1]]),
        asked(tab.draw, **name, off=[["start", 1]], region="AAAA"),
        asked(tab.saved_directions, **name, do="save", method="own", which=1, name="x"),
        asked(tab.saved_directions, **name, do="rename", name="../checkpoints", to="x"),
        asked(tab.saved_directions, **name, do="delete", name=".."),
        asked(tab.saved_directions, **name, do="rm -rf"),
        asked(tab.unit, **name, layer="look", unit=1),
    ]
    for reply in replies:
        assert not reply["ok"] and reply["kind"] in ("wrong", "stopped") and reply["message"], reply
        assert str(tmp_path) not in reply["message"]


def test_a_page_that_may_only_look_keeps_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    publish_tiny(tmp_path / "checkpoints" / "second")
    offers, worker, studio = Catalog("second"), RenderWorker(), LazyStudio("cpu")
    tab = InsideTab(Answering(offers, worker, studio, read_only=True))
    name = {"tab": "a" * 32, "w": "coat"}
    assert asyncio.run(tab.saved_directions(name)) == {"ok": True, "own": []}
    for wish in ({"do": "save", "method": "pca", "which": 1, "name": "x"}, {"do": "delete", "name": "x"}, {"do": "x"}):
        reply = asyncio.run(tab.saved_directions({**name, **wish}))
        assert not reply["ok"] and "switched off" in reply["message"]
    assert Header(offers, read_only=True).menu()["read_only"] and not Header(offers).menu()["read_only"]
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoints"]
