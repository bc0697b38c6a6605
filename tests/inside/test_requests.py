"""Requests of the Inside tab as a stranger may send them."""

import asyncio
import base64
import io
import math
from types import SimpleNamespace

import numpy as np
import pytest
from app_requests import TAB, answering_for, refused_in_a_sentence
from PIL import Image
from tiny_checkpoint import publish_tiny

from explorer.app.header.header import Header
from explorer.app.inside.request import Slider, read_inside_request, read_region
from explorer.app.inside.tab import InsideTab
from explorer.app.shared.finding import read_picture
from explorer.app.shared.request import read_tab, read_text, read_whole
from explorer.errors import ExplorerError
from explorer.explore import Edits, Seeded, Spec

TINY = SimpleNamespace(image_shape=(1, 28, 28))


def read(*more: str, **fields):
    return read_inside_request({"tab": TAB, "w": "coat", **fields}, {"mine": "/home/somebody/run"}.get, "mine", more)


def test_a_request_becomes_a_spec_with_units_off_and_sliders_beside_it():
    request = read("layer", s="7", psi=0.5, off=[["start", 3], ["start", 1]], push=[["pca", 2, -3], ["own", "é", 0.5]])
    spec = Spec("/home/somebody/run", "coat", Seeded(7, 16), 0.5, edits=Edits(off=(("start", 1), ("start", 3))))
    assert (request.tab, request.name, request.spec, request.save, request.more) == (TAB, "mine", spec, "", {})
    assert request.sliders == (Slider("pca", 2, -3.0), Slider("own", "é", 0.5))
    held = read(off=[["start", 3]], mean=True).spec.edits
    assert held == Edits(off=(("start", 3),), off_to="mean")
    assert read("layer", layer=5).more == {"layer": 5}  # checked by what reads it


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
        {"mean": 1},
        {"mean": "true"},
        {"mean": None},
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
    refused_in_a_sentence(read, **fields)


@pytest.mark.parametrize("raw", [None, [], "coat", 7, {}, {"tab": None}, {"tab": TAB + "\n"}])
def test_what_is_no_request_at_all_is_refused(raw):
    for reader in (read_tab, lambda raw: read_inside_request(raw, dict, "mine"), lambda raw: read_whole(raw, "unit")):
        with pytest.raises(ExplorerError):
            reader(raw)


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


def test_a_tab_answers_whatever_is_sent_with_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    publish_tiny(tmp_path / "checkpoints" / "second")
    tab = InsideTab(answering_for("second"))
    name = {"tab": "a" * 32, "w": "coat"}

    def called(function, **fields):
        reply = function(fields)
        return asyncio.run(reply) if asyncio.iscoroutine(reply) else reply

    replies = [
        called(tab.begin, **name, work="__init__"),
        called(tab.begin, **name, work="near", data="/etc"),
        called(tab.begin, **name, work=["near"]),
        called(tab.status, tab="a" * 32, work=True),
        called(tab.status, tab="a" * 32),
        called(tab.status, tab="a" * 32, work=1),
        called(tab.cancel, tab=5),
        called(tab.maps, **name, layer="nowhere"),
        called(tab.maps, **name, layer=["start"]),
        called(tab.draw, **name, off=[["start", 4000]]),
        called(tab.draw, **name, push=[["pca", 1, 1]]),
        called(tab.draw, **name, push=[["own", "../../checkpoints", 1]]),
        called(tab.draw, **name, off=[["start", 1]], region="AAAA"),
        called(tab.saved_directions, **name, do="save", method="own", which=1, name="x"),
        called(tab.saved_directions, **name, do="rename", name="../checkpoints", to="x"),
        called(tab.saved_directions, **name, do="delete", name=".."),
        called(tab.saved_directions, **name, do="rm -rf"),
        called(tab.unit, **name, layer="look", unit=1),
    ]
    for reply in replies:
        assert not reply["ok"] and reply["kind"] in ("wrong", "stopped") and reply["message"], reply
        assert str(tmp_path) not in reply["message"]


def test_a_read_only_app_keeps_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    publish_tiny(tmp_path / "checkpoints" / "second")
    answering = answering_for("second", read_only=True)
    tab = InsideTab(answering)
    name = {"tab": "a" * 32, "w": "coat"}
    assert asyncio.run(tab.saved_directions(name)) == {"ok": True, "own": []}
    for action in (
        {"do": "save", "method": "pca", "which": 1, "name": "x"},
        {"do": "delete", "name": "x"},
        {"do": "x"},
    ):
        reply = asyncio.run(tab.saved_directions({**name, **action}))
        assert not reply["ok"] and "switched off" in reply["message"]
    assert (
        Header(answering.catalog, read_only=True).menu()["read_only"]
        and not Header(answering.catalog).menu()["read_only"]
    )
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoints"]
