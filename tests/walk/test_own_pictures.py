"""A walk between two pictures of the user's own, in the notebook, by the command and in the Walk tab."""

import asyncio
import base64
import io
import math
import struct
import time

import numpy as np
import pytest
from app_requests import TAB, answering_for, refused_in_a_sentence
from picture_files import png
from PIL import Image
from tiny_checkpoint import publish_tiny

from explorer import Explorer, Studio
from explorer.app.walk.request import found_stop, read_find_request, read_walk_request
from explorer.app.walk.tab import WalkTab
from explorer.cli import main
from explorer.explore import Spec, Stored, draw_walk, spec_from_png, walk_from
from explorer.explore.inside import search

SOURCES = {"mine": "/home/somebody/run"}


@pytest.fixture(scope="module", params=["residual", "dcgan"])
def home(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    publish_tiny(folder / "checkpoints" / "tiny", network=request.param)
    for family in ("acgan", "dcgan", "infogan"):
        publish_tiny(folder / "checkpoints" / family, network=request.param, family=family)
    return folder


@pytest.fixture(autouse=True)
def short_searches(home, tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(home))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(search, "CANDIDATES", 16)
    monkeypatch.setattr(search, "STAGES", stages_of(3))


def stages_of(steps: int) -> dict:
    """The search's stages, of so many steps each."""
    return {space: tuple((one[0], steps, *one[2:]) for one in stages) for space, stages in search.STAGES.items()}


def picture(seed: int, side: int = 28) -> Image.Image:
    """Something drawn on plain paper."""
    grey = np.zeros((side, side), np.uint8)
    grey[side // 4 : -side // 4, side // 3 : -side // 4] = np.random.default_rng(seed).integers(90, 256)
    grey[side // 2 :, side // 4 : side // 2] = 200
    return Image.fromarray(grey)


def walk(*arguments):
    return main(["walk", "--checkpoint", "tiny", "--frames", "5", *arguments])


def test_a_notebook_walks_between_pictures_of_any_kind(tmp_path):
    ex = Explorer("tiny", Studio(device="cpu"))
    picture(0).save(tmp_path / "a.png")
    content = (tmp_path / "a.png").read_bytes()
    first = ex.invert(tmp_path / "a.png")
    kinds = [tmp_path / "a.png", content, picture(0), np.asarray(picture(0)), first]
    film = ex.walk(*kinds, "coat", frames=6)
    assert [stop == first.spec for stop in film.walk.stops] == [True] * 5 + [False]
    assert film.walk.stops[5] == first.spec.replace(condition="coat") and film.walk.count == 1
    assert np.array_equal(film.tiles[0], first.picture.tiles)
    film.save(tmp_path / "walk.gif")
    assert np.array_equal(draw_walk(Studio(device="cpu"), walk_from(tmp_path / "walk.gif")).tiles, film.tiles)
    assert first.psnr == pytest.approx(10 * math.log10(255**2 / first.error**2))


def test_the_command_inverts_what_carries_no_spec(capsys):
    picture(0, 200).convert("RGB").save("a.jpg")
    picture(1).save("b[red].png")
    assert walk("a.jpg", "b[red].png", "-o", "walk.png") == 0
    out = capsys.readouterr().out
    assert "a.jpg: " in out and "b[red].png was found in " in out and " dB." in out
    stops = walk_from("walk.png").stops
    assert all(isinstance(stop.latents, Stored) and stop.count == 1 for stop in stops) and stops[0] != stops[1]
    assert main(["walk", "--from", "walk.png", "-o", "again.png"]) == 0
    with open("walk.png", "rb") as one, open("again.png", "rb") as other:
        assert one.read() == other.read()
    assert main(["sample", "coat", "-n", "1", "--checkpoint", "tiny", "-o", "ours.png"]) == 0
    assert walk("ours.png", "b[red].png", "-o", "mixed.gif") == 0
    assert walk_from("mixed.gif").stops[0] == spec_from_png("ours.png")


@pytest.mark.parametrize("family", ["acgan", "dcgan", "infogan"])
def test_generators_of_every_kind_walk(family):
    ex = Explorer(family, Studio(device="cpu"))
    first, second = ex.invert(picture(0)), ex.invert(picture(1))
    film = ex.walk(first, second, frames=3)
    assert np.array_equal(film.tiles[[0, -1]], [first.picture.tiles, second.picture.tiles])
    assert np.abs(film.tiles[1].astype(float) - film.tiles[0]).max() > 0


@pytest.mark.parametrize("mode", ["1", "P", "RGBA", "LA", "CMYK", "I;16"])
def test_pictures_of_any_mode_are_converted(mode, tmp_path):
    name = "a.tif" if mode == "CMYK" else "a.png"
    deep = Image.fromarray(np.asarray(picture(0, 40)).astype(np.uint16) * 257)
    (deep if mode == "I;16" else picture(0, 40).convert(mode)).save(name)
    assert walk(name, "coat", "-o", "walk.gif") == 0


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("torn.png", png(200)[:40], "torn.png"),
        ("text.jpg", b"no picture", "text.jpg"),
        ("empty.png", b"", "empty.png"),
        ("glass.png", png((0, 0, 0, 0), 50, "RGBA"), "transparent all over"),
        ("missing.webp", None, "missing.webp cannot be read"),
    ],
    ids=["torn", "text", "empty", "transparent", "missing"],
)
def test_what_is_no_picture_is_one_sentence_with_its_name(name, content, message, tmp_path, capsys):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert walk(name, "coat", "-o", "walk.gif") == 2
    err = capsys.readouterr().err
    assert message in err and name in err and err.count("\n") == 1 and not (tmp_path / "walk.gif").exists()


# --- in the tab ---


def read_walk(*stops, **fields):
    return read_walk_request({"tab": TAB, "stops": list(stops), **fields}, SOURCES.get, "mine").walk


def written(z_dim: object, *numbers: float) -> str:
    data = struct.pack(f"<{len(numbers)}f", *numbers)
    return f"found:{z_dim}.{base64.urlsafe_b64encode(data).decode().rstrip('=')}"


def test_a_found_picture_is_a_stop_of_the_address_bit_for_bit():
    numbers = np.random.default_rng(0).standard_normal(116).astype(np.float32).tolist()
    spec = Spec("/home/somebody/run", tuple(numbers[16:]), Stored((tuple(numbers[:16]),)))
    coded = spec.replace(codes=(2.0, 0.5))
    in_w = spec.replace(latents=Stored(spec.latents.tiles, ((0.29, -1.27, 0.0, 1.27),)))
    assert read_walk(found_stop(coded), found_stop(coded)).stops[1] == coded
    assert read_walk(found_stop(in_w), "coat").stops[0] == in_w
    walk = read_walk(found_stop(spec), "coat", psi=0.5, wt=0.5)
    assert walk.stops[0] == spec, "psi and word truncation would change it"
    assert walk.stops[1].latents == spec.latents


@pytest.mark.parametrize(
    "stop",
    [
        "found:16.AAA",
        "found:16.AAAAA",
        "found:2.AAAAAAAAAAA",
        "found:9999.AAAAAAAA",
        written(0, 1, 1),
        written(1, math.nan, 1),
        written(1, 1, math.inf),
        written(1, 1e30, 1),
        written(1, 1, 0),
        "found:1." + "A" * 65536,
        "found:1.AAAAAAAAgD8.AAAAA",
    ],
    ids=range(11),
)
def test_a_found_picture_that_nobody_found_is_refused_in_a_sentence(stop):
    refused_in_a_sentence(lambda: read_walk(stop, "coat"))


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"picture": "AAAA"},
        {"picture": 5},
        {"c": "../mine"},
        {"tab": "x"},
        {"path": "/etc"},
        {"picture": "A" * 7 * 2**20},
    ],
)
def test_a_search_that_no_page_of_ours_asks_for_is_refused_in_a_sentence(fields):
    sent = {"tab": TAB, "picture": base64.b64encode(png(200)).decode()} | fields
    if not fields:
        del sent["picture"]
    refused_in_a_sentence(lambda: read_find_request(sent, SOURCES.get, "mine"))


def begin(tab: WalkTab, image: Image.Image) -> int:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    reply = asyncio.run(tab.begin({"tab": TAB, "picture": base64.b64encode(buffer.getvalue()).decode()}))
    assert reply["ok"], reply
    return reply["work"]


def done(tab: WalkTab, work: int) -> dict:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        reply = tab.status({"tab": TAB, "work": work})
        if reply["kind"] != "working":
            return reply
        time.sleep(0.02)
    raise AssertionError("the search did not end")


def test_the_tab_searches_and_walks_between_what_it_found(home):
    tab = WalkTab(answering_for(home / "checkpoints" / "tiny"))
    found = [done(tab, begin(tab, picture(seed))) for seed in (0, 1)]
    assert all(reply["kind"] == "done" and reply["psnr"] > 5 and reply["sought"] for reply in found)
    film = asyncio.run(tab.film({"tab": TAB, "stops": [reply["stop"] for reply in found], "frames": 12}))
    assert (film["ok"], film["frames"], film["count"]) == (True, 12, 1)
    stops = walk_from(base64.b64decode(film["png"])).stops
    assert [spec_from_png(base64.b64decode(reply["png"])) for reply in found] == list(stops)
    assert {stop.checkpoint for stop in stops} == {"tiny"}
    nothing = done(tab, begin(tab, Image.new("RGBA", (50, 50))))
    assert not nothing["ok"] and "transparent all over" in nothing["message"]


def test_a_search_can_be_cancelled(home, monkeypatch):
    monkeypatch.setattr(search, "STAGES", stages_of(10**6))
    tab = WalkTab(answering_for(home / "checkpoints" / "tiny"))
    work = begin(tab, picture(0))
    assert tab.cancel({"tab": TAB}) == {"ok": True}
    assert done(tab, work)["kind"] == "stopped"
