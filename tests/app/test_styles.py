"""Styles and word truncation as pages ask for them, on every tab: read as hostile, drawn, or refused in a sentence."""

import asyncio
import base64
import io
import math

import numpy as np
import pytest
from app_requests import TAB, answering_for, refused_in_a_sentence
from PIL import Image
from tiny_checkpoint import LABELS, publish_tiny

from explorer.app.arithmetic.request import read_sum_request
from explorer.app.compare.request import read_grid_request
from explorer.app.explore.request import read_styles_request
from explorer.app.explore.tab import MOST_THUMBNAILS, ExploreTab
from explorer.app.header.header import Header
from explorer.app.inside.directions import Directions
from explorer.app.inside.request import read_inside_request
from explorer.app.shared.live_pictures import read_live_request
from explorer.app.shared.request import read_request
from explorer.app.shared.tasks import Progress
from explorer.app.walk.request import read_walk_request
from explorer.app.walk.tab import WalkTab
from explorer.explore import Seeded, Spec, Studio, spec_from_png

STYLES = ("noto", "flat", "doodle")
READERS = {
    "explore": (read_request, {"w": "coat"}),
    "walk": (read_walk_request, {"stops": ["coat", "boots"]}),
    "live": (read_live_request, {"w": "coat", "what": "grid"}),
    "arithmetic": (read_sum_request, {"w": "coat - dress"}),
    "inside": (read_inside_request, {"w": "coat"}),
    "grid": (read_grid_request, {"w": "coat", "x": "seed", "xv": ["0-1"]}),
}


def read(reader, **fields):
    return reader({"tab": TAB, **fields}, {"tiny": "tiny"}.get, "tiny")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    publish_tiny(home / "checkpoints" / "tiny", channels=3, resolution=32, styles=STYLES)
    publish_tiny(home / "checkpoints" / "plain")
    publish_tiny(home / "checkpoints" / "many", resolution=16, styles=tuple(f"style-{number}" for number in range(70)))
    return home


@pytest.fixture
def answering(home, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(home))
    return answering_for("tiny")


def drawn(answering, **fields) -> dict:
    return asyncio.run(ExploreTab(answering).draw({"tab": TAB, "w": "kitten", **fields}))


def thumbnails(answering, **fields) -> dict:
    return asyncio.run(ExploreTab(answering).styles({"tab": f"{TAB}.styles", "w": "kitten", **fields}))


def pixels(reply: dict) -> np.ndarray:
    """The composite of a reply: its bytes, or a PNG."""
    if "png" in reply:
        return np.asarray(Image.open(io.BytesIO(base64.b64decode(reply["png"]))))
    width, height = reply["tile"]
    rows = -(-reply["count"] // reply["columns"])
    flat = np.frombuffer(base64.b64decode(reply["pixels"]), np.uint8)
    return flat.reshape(rows * height, reply["columns"] * width, reply["channels"])


def test_every_tab_reads_a_style_and_a_word_truncation():
    asked = {"style": "noto + 0.5*flat", "wt": 0.25}
    specs = {name: read(reader, **fields, **asked) for name, (reader, fields) in READERS.items()}
    found = [specs[name].spec for name in ("explore", "arithmetic", "inside")]
    found += [*specs["walk"].walk.stops, *specs["grid"].plan.specs, specs["live"].spec_of(None)]
    assert {(spec.style, spec.word_truncation) for spec in found} == {("noto + 0.5*flat", 0.25)}


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    "fields",
    [
        {"style": None},
        {"style": 7},
        {"style": ["noto"]},
        {"style": "x" * 1001},
        {"style": "noto\0"},
        {"style": "\ud800"},
        {"wt": "0.5"},
        {"wt": -0.1},
        {"wt": 1.01},
        {"wt": math.nan},
        {"wt": True},
        {"wt": None},
        {"word_truncation": 0.5},
    ],
)
def test_no_other_is_read(name, fields):
    reader, usual = READERS[name]
    refused_in_a_sentence(read, reader, **usual, **fields)


@pytest.mark.parametrize("styles", [["noto"] * 10, "noto", [7], [["noto"]], ["noto", "flat", "noto"], None])
def test_no_other_styles_of_a_walk_are_read(styles):
    refused_in_a_sentence(read, read_walk_request, stops=["coat", "boots"], styles=styles)


@pytest.mark.parametrize("fields", [{"style": "noto"}, {"s": "1"}, {"w": 7}, {"wt": 2}, {"tab": "x"}, {"c": "../tiny"}])
def test_no_other_request_for_thumbnails_is_read(fields):
    refused_in_a_sentence(read, read_styles_request, **{"w": "coat", **fields})


def test_the_menu_names_the_styles_of_each_generator(answering):
    styles = {entry["name"]: entry["styles"] for entry in Header(answering.catalog).menu()["checkpoints"]}
    assert styles["tiny"] == list(STYLES) and styles["plain"] == []


def test_a_reply_says_the_style_and_the_trained_word_of_each_picture(answering):
    plain = drawn(answering)
    assert plain["ok"] and (plain["tile_labels"], plain["tile_styles"]) == ([], [])
    mixed = drawn(answering, style="noto + 0.5*flat")
    assert mixed["tile_styles"] == ["noto + 0.5*flat"]  # one for all
    each = drawn(answering, style="each", wt=0.5)
    assert each["tile_styles"] == [STYLES[number % 3] for number in range(16)]
    assert len(each["tile_labels"]) == 16 and set(each["tile_labels"]) <= set(LABELS)
    assert len({plain["pixels"], mixed["pixels"], each["pixels"]}) == 3
    saved = drawn(answering, tab=f"{TAB}.save", style="flat", wt=0.5, save=True)
    spec = spec_from_png(base64.b64decode(saved["png"]))
    assert spec == Spec("tiny", "kitten", Seeded(0, 16), style="flat", word_truncation=0.5)


def test_an_older_address_with_a_blend_draws_what_it_drew(answering):
    spec = Spec("tiny", "kitten", Seeded(0, 16), blend=0.5)
    assert (pixels(drawn(answering, b=0.5)) == Studio(device="cpu").render(spec).composite).all()


@pytest.mark.parametrize(
    "style, sentence, suggestions",
    [
        ("notto", "none of this generator's styles", ["noto"]),
        ("noto + 0.5*dodle", "“dodle” is none", ["doodle"]),
        ("zzzz", "it has noto, flat and doodle", None),
        ("noto - flat", "none can be taken away", None),
        ("<img src=x onerror=alert(1)>", "has no style", None),
    ],
)
def test_a_style_that_is_not_there_is_refused_with_those_like_it(answering, style, sentence, suggestions):
    reply = drawn(answering, style=style)
    assert (reply["ok"], reply["kind"], reply.get("suggestions")) == (False, "style", suggestions)
    assert sentence in reply["message"]
    if suggestions:
        assert reply["word"] in style


def test_a_generator_without_styles_says_so(answering):
    assert "no styles to choose from" in drawn(answering, c="plain", w="coat", style="noto")["message"]
    assert "no styles to choose from" in thumbnails(answering, c="plain", w="coat")["message"]


def test_thumbnails_are_the_word_in_an_open_style_and_in_each(answering):
    reply = thumbnails(answering, wt=0.5)
    assert (reply["styles"], reply["count"], reply["tile"]) == (["any", *STYLES], 4, [32, 32])
    studio = Studio(device="cpu")
    spec = Spec("tiny", "kitten", Seeded(0, 1), psi=0.5, word_truncation=0.5)
    tiles = [studio.render(spec.replace(style=style)).tiles[0] for style in reply["styles"]]
    assert (pixels(reply) == np.concatenate(tiles, axis=1)).all()
    assert thumbnails(answering, c="many")["count"] == MOST_THUMBNAILS + 1
    assert thumbnails(answering, w="zqxzqxzqx")["kind"] == "unknown"


def test_thumbnails_wait_for_the_pictures_themselves(answering, monkeypatch):
    monkeypatch.setattr(answering.worker, "waits", lambda mailbox: mailbox == TAB)
    assert thumbnails(answering)["kind"] == "stale"


def test_a_film_goes_from_style_to_style(answering):
    def film(**fields):
        return asyncio.run(WalkTab(answering).film({"tab": TAB, "n": 1, "frames": 12, **fields}))

    reply = film(stops=["coat", "coat"], styles=["noto", "any"])
    assert reply["ok"] and reply["stops"] == [0, 11]
    assert max(reply["moved"]) > 0  # the word and its noise stay
    assert film(stops=["coat"], styles=["noto", "flat", "doodle"])["stops"] == [0, 6, 11]
    assert "did you mean" in film(stops=["coat", "coat"], styles=["noto", "flta"])["message"].lower()
    assert "each, or none" in film(stops=["coat", "coat"], styles=["noto", "each"])["message"]


def test_a_style_has_directions_of_its_own(answering):
    studio, directions = Studio(device="cpu"), Directions()
    found = {}
    for style in ("", "noto", "each"):
        request = read(read_inside_request, w="coat", style=style)
        directions.find(studio, request, Progress(60.0))
        pushed = read(read_inside_request, w="coat", style=style, push=[["pca", 0, 1.0]])
        found[style] = directions.steered(studio, pushed).edits.directions[0].axis
    assert found[""] == found["each"] != found["noto"]
