"""The Walk tab: requests as a stranger may send them, and in Chromium the film, its files, the pad and the turn."""

import asyncio
import base64
import io
import math

import numpy as np
import pytest
from app_requests import TAB, answering_for, refused_in_a_sentence
from PIL import Image
from tiny_checkpoint import LABELS, publish_tiny
from tiny_judge import publish_tiny_judge

from explorer.app.shared.live_pictures import read_live_request
from explorer.app.walk.request import read_walk_request
from explorer.app.walk.tab import WalkTab
from explorer.explore import (
    Mixed,
    Seeded,
    Spec,
    Stored,
    latent_pad,
    spec_from_png,
    turn_axis,
    turned,
    walk_from,
    walk_of,
)
from explorer.explore.walk.axes import random_axes

pytest_plugins = ["app_in_chromium"]
SOURCES = {"fashion-words": "fashion-words", "mine": "/home/somebody/run"}


def read_walk(**fields):
    return read_walk_request({"tab": TAB, "stops": ["coat", "boots"], **fields}, SOURCES.get, "fashion-words")


def read_live(**fields):
    request = read_live_request({"tab": TAB, "what": "grid", "w": "coat", **fields}, SOURCES.get, "fashion-words")
    return request.spec_of(None)


def test_stops_become_a_walk():
    assert read_walk().walk == walk_of(["coat", "boots"], Spec(condition=""))
    whole = read_walk(
        stops=["coat", "a@b@7.3"], s="9", n=4, psi=0.5, frames=48, over="z", way="linear", loop=True, c="mine"
    )
    base = Spec("/home/somebody/run", "", Seeded(9, 4), psi=0.5)
    picture = base.replace(condition="a@b", latents=Mixed((((1.0, 7, 3),),)))
    assert whole.walk == walk_of(["coat", picture], base, over="z", frames=48, z="linear", loop=True)
    kept = read_walk(kind="gif", fps=30, pingpong=True)
    assert (kept.kind, kept.fps, kept.ping_pong, kept.name) == ("gif", 30.0, True, "fashion-words")
    assert len(read_walk(stops=["coat"]).walk.stops) == 9


@pytest.mark.parametrize(
    "fields",
    [
        {"stops": None},
        {"stops": "coat"},
        {"stops": []},
        {"stops": ["coat"] * 10},
        {"stops": ["coat", 7]},
        {"stops": ["coat", "x" * 201]},
        {"stops": ["coat", "coat@99999999999999999999.1", "\0"]},
        {"n": 64},
        {"n": True},
        {"frames": 241},
        {"frames": [24]},
        {"over": "everything"},
        {"over": {}},
        {"over": "z"},
        {"way": "crooked"},
        {"loop": 1},
        {"kind": "exe"},
        {"kind": ["gif"]},
        {"fps": 0},
        {"fps": math.nan},
        {"psi": 9},
        {"s": 7},
        {"c": "../mine"},
        {"tab": "x"},
        {"path": "/etc"},
    ],
)
def test_a_walk_that_no_page_of_ours_requests_is_refused_in_a_sentence(fields):
    refused_in_a_sentence(read_walk, **fields)


def test_live_requests_become_the_core_s_specs():
    coat = Spec(condition="coat")
    assert read_live() == coat
    assert read_live(what="noise", x=0.25, y=1, axes="5") == latent_pad(coat, 0.25, 1, random_axes(5))
    axis = turn_axis([(0, 3)], [(0, 1), (7, 2)])
    assert read_live(what="turn", **{"from": ["0.1", "7.2"], "to": ["0.3"]}, amount=-1.5) == turned(coat, axis, -1.5)


@pytest.mark.parametrize(
    "fields",
    [
        {"what": "everything"},
        {"what": ["grid"]},
        {"w": None},
        {"w": "x" * 201},
        {"what": "words"},
        {"what": "words", "corners": ["a", "b", "c"]},
        {"what": "words", "corners": ["a", "b", "c", 4]},
        {"what": "words", "corners": ["a", "b", "c", "d"], "x": 1.5},
        {"what": "words", "corners": ["a", "b", "c", "d"], "y": math.nan},
        {"what": "noise", "axes": 5},
        {"what": "noise", "x": "0"},
        {"what": "turn"},
        {"what": "turn", "from": [], "to": ["0.1"]},
        {"what": "turn", "from": ["0.1"], "to": ["0.1"]},
        {"what": "turn", "from": ["0.1"] * 33, "to": ["0.2"]},
        {"what": "turn", "from": ["0.1"], "to": ["0.2"], "amount": 99},
        {"what": "axes", "axes": [["small", "big", 1]] * 7},
        {"what": "axes", "axes": [["small", "big"]]},
        {"what": "axes", "axes": [["small", 3, 1]]},
        {"what": "axes", "axes": "small"},
        {"seed": "1"},
    ],
)
def test_a_live_picture_that_no_page_of_ours_requests_is_refused_in_a_sentence(fields):
    refused_in_a_sentence(read_live, **fields)


@pytest.fixture(scope="module")
def tab(tmp_path_factory) -> WalkTab:
    folder = publish_tiny(tmp_path_factory.mktemp("secret-place") / "mine")
    return WalkTab(answering_for(folder))


def film(tab: WalkTab, **fields) -> dict:
    return asyncio.run(tab.film({"tab": TAB, "stops": ["dress", "boots"], "frames": 12, "n": 4, **fields}))


def test_a_film_comes_as_one_sheet_with_its_course(tab, tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    publish_tiny_judge(tmp_path / "judges" / "mine", LABELS, sees="bag")
    reply = film(tab)
    assert (reply["ok"], reply["frames"], reply["across"], reply["frame"]) == (True, 12, 4, [56, 56])
    assert (reply["tile"], reply["count"], reply["columns"], reply["stops"]) == ([28, 28], 4, 2, [0, 11])
    assert reply["shares"] == [[float(label == "bag") for label in reply["labels"]]] * 12
    assert len(reply["moved"]) == 12 and reply["moved"][0] == 0


def test_what_leaves_the_machine_names_the_checkpoint_only(tab):
    for part in (film(tab)["png"], film(tab, kind="png")["file"], film(tab, kind="gif")["file"]):
        assert {stop.checkpoint for stop in walk_from(base64.b64decode(part)).stops} == {"mine"}
    answer = film(tab, stops=["dress", "slippper"])
    assert (answer["ok"], answer["kind"], answer["word"]) == (False, "unknown", "slippper")
    assert film(tab, stops=["dress"] * 99)["message"]


# --- in Chromium ---


@pytest.fixture
def walk(visit):
    """`walk(query)` opens the tab there and waits for its pictures."""

    def open_tab(query: str = "", **options):
        return visit("?tab=walk&c=second" + query, **options)

    return open_tab


def painted(page, canvas: str, **wanted) -> str:
    """Wait until the last painting answers a request with these fields; gives the pixels of a canvas."""
    page.wait_for_function(
        "(wanted) => paints.some((ask) => Object.entries(wanted).every("
        "([key, value]) => JSON.stringify(ask[key]) === JSON.stringify(value)))",
        arg=wanted,
        timeout=20_000,
    )
    return page.evaluate("(canvas) => document.querySelector(canvas).toDataURL()", canvas)


def test_the_strip_shows_the_tile_that_changes_most(tab):
    reply = film(tab)
    sheet = Image.open(io.BytesIO(base64.b64decode(reply["png"])))
    pixels, (width, height) = np.asarray(sheet).astype(int), reply["frame"]
    corners = [divmod(frame, reply["across"]) for frame in range(12)]
    frames = np.stack([pixels[y * height : (y + 1) * height, x * width : (x + 1) * width] for y, x in corners])
    steps = np.abs(np.diff(frames, axis=0)).sum(axis=0)
    side = reply["tile"][0]
    moved = [steps[side * (i // 2) :][:side, side * (i % 2) :][:, :side].sum() for i in range(4)]
    assert reply["liveliest"] == int(np.argmax(moved))


def test_another_stop_is_another_word(walk):
    page = walk("&stop=dress&stop=boots&n=1&frames=12")
    page.click(".gx-add")
    stops = page.locator(".gx-stop input").evaluate_all("(boxes) => boxes.map(({ value }) => value)")
    assert len(stops) == 3 and stops[:2] == ["dress", "boots"] and stops[2] not in ("", "dress", "boots")


def test_a_film_is_scrubbed_with_no_further_call_and_kept_with_its_walk(walk):
    page = walk("&stop=dress&stop=boots&n=4")
    painted(page, ".gx-screen", stops=["dress", "boots"], n=4)
    assert page.locator(".gx-seen-labels li").all_inner_texts() == ["boots"]  # what this judge sees whatever is drawn
    assert page.inner_text(".gx-story") == "The judge sees boots all the way."
    calls = []
    page.on("request", lambda request: calls.append(request.url))
    seen = page.evaluate("""() => Array.from({ length: 24 }, (_, frame) => {
      const scrub = document.querySelector(".gx-scrub");
      scrub.value = frame;
      scrub.dispatchEvent(new InputEvent("input", { bubbles: true }));
      return document.querySelector(".gx-screen").toDataURL();
    })""")
    assert len(set(seen)) == 24 and calls == []
    assert page.inner_text(".gx-at") == "24 / 24"
    box = page.locator(".gx-plot").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.52, box["y"] + 20)
    assert page.inner_text(".gx-at") == "13 / 24"
    page.wait_for_url("**/?tab=walk&stop=dress&stop=boots&n=4&f=12&c=second")
    page.reload()
    page.wait_for_function("document.querySelector('.gx-at')?.textContent === '13 / 24'")
    page.click(".gx-play")
    page.wait_for_function("document.querySelector('.gx-at').textContent === '20 / 24'")
    page.click(".gx-play")
    for kind in ("gif", "png"):
        with page.expect_download() as saved:
            page.click(f"[data-file={kind}]")
        stops = walk_from(saved.value.path().read_bytes()).stops
        assert [(stop.checkpoint, stop.condition, stop.count) for stop in stops] == [
            ("second", "dress", 4),
            ("second", "boots", 4),
        ]
        assert saved.value.suggested_filename == f"dress-to-boots-s0-psi1-second.{kind}"


def test_stops_are_added_typed_chosen_and_removed(walk):
    page = walk("&stop=dress&stop=boots")
    painted(page, ".gx-screen", stops=["dress", "boots"])
    page.click(".gx-add")
    page.keyboard.type("bag")
    painted(page, ".gx-screen", stops=["dress", "boots", "bag"])
    page.locator(".gx-pick").nth(1).click()
    painted(page, ".gx-choice", what="grid", w="boots")
    page.locator(".gx-choices button").nth(6).click()
    painted(page, ".gx-screen", stops=["dress", "boots@0.6", "bag"])
    page.locator(".gx-away").first.click()
    painted(page, ".gx-screen", stops=["boots@0.6", "bag"])
    page.locator(".gx-stop input").last.fill("slippper")
    page.wait_for_selector(".gx-walk.gx-in-trouble")
    page.locator(".gx-suggestions button", has_text="slipper").first.click()
    painted(page, ".gx-screen", stops=["boots@0.6", "slipper"])
    assert page.locator(".gx-trouble").is_hidden()


def test_a_walk_between_two_pictures_of_one_s_own(walk):
    page = walk("&stop=dress&stop=boots")
    page.click(".gx-owning")
    start, end = page.locator(".gx-slot").all()
    start.locator("input").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": b"no picture"})
    page.wait_for_function("document.querySelector('.gx-own-say').textContent.includes('not a picture')")
    for slot, side in ((start, 28), (end, 300)):
        grey = np.random.default_rng(side).integers(0, 256, (side, side), dtype=np.uint8)
        buffer = io.BytesIO()
        Image.fromarray(grey).convert("RGBA").save(buffer, "PNG")
        file = {"name": "a.png", "mimeType": "image/png", "buffer": buffer.getvalue()}
        slot.locator("input").set_input_files(file)
        slot.locator(".gx-work-cancel").click()
        page.wait_for_function("(slot) => slot.textContent.includes('Stopped.')", arg=slot.element_handle())
        slot.locator(".gx-own-pair").wait_for(state="hidden")
        slot.locator("input").set_input_files(file)
        slot.get_by_text("dB").wait_for(timeout=120_000)
    page.wait_for_function("paints.at(-1).stops?.every((stop) => stop.startsWith('found:'))")
    assert "cut to its middle square" in end.inner_text()
    assert page.locator(".gx-stop input").all_inner_texts() == ["", ""]
    with page.expect_download() as saved:
        page.click("[data-file=png]")
    stops = walk_from(saved.value.path().read_bytes()).stops
    assert [type(stop.latents) for stop in stops] == [Stored, Stored] and stops[0] != stops[1]
    assert saved.value.suggested_filename.startswith("your-picture-to-your-picture")
    page.reload()  # the address holds them
    page.wait_for_function("paints.at(-1)?.stops?.every((stop) => stop.startsWith('found:'))", timeout=60_000)
    page.locator(".gx-stop input").last.fill("coat")
    page.wait_for_function("paints.at(-1).stops[1] === 'coat'")
    page.select_option(".gx-checkpoint", "colour")  # which would draw what was found otherwise
    page.wait_for_function("paints.at(-1).c === 'colour' && !paints.at(-1).stops.some((stop) => stop.startsWith('f'))")


def test_the_pad_follows_the_hand_and_its_picture_is_kept(walk):
    page = walk("&view=pad&corner=dress&corner=coat&corner=boots&corner=bag&s=3")
    before = painted(page, ".gx-padscreen", what="words", x=0.5, y=0.5)
    box = page.locator(".gx-pad").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] + 50, box["y"] + box["height"] + 50, steps=12)
    page.mouse.up()
    assert painted(page, ".gx-padscreen", x=1, y=1) != before
    with page.expect_download() as saved:
        page.click("[data-save=pad]")
    spec = spec_from_png(saved.value.path().read_bytes())
    assert (spec.checkpoint, spec.condition, spec.latents) == ("second", "bag", Seeded(3, 16))
    page.locator(".gx-pad").press("ArrowLeft")
    painted(page, ".gx-padscreen", x=0.95, y=1)
    page.click("[data-value=noise]")
    painted(page, ".gx-padscreen", what="noise", x=0.95, y=1)


def test_two_groups_of_marks_make_an_axis_to_turn_along(walk):
    page = walk("&view=turn&w=coat")
    painted(page, ".gx-choosing", what="grid", w="coat")
    assert page.locator(".gx-amount").is_disabled()
    tiles = page.locator(".gx-marking button")
    tiles.nth(2).click()
    for _ in range(2):
        tiles.nth(5).click()
    painted(page, ".gx-turned", what="turn", **{"from": ["0.2"], "to": ["0.5"]}, amount=0)
    page.locator(".gx-amount").fill("1.5")
    painted(page, ".gx-turned", what="turn", amount=1.5)
    with page.expect_download() as saved:
        page.click("[data-save=turn]")
    drawn = spec_from_png(saved.value.path().read_bytes())
    assert drawn == turned(Spec("second", "coat"), turn_axis([(0, 5)], [(0, 2)]), 1.5)


def test_without_a_judge_the_course_still_says_how_far_the_pictures_move(visit):
    page = visit("?tab=walk&c=colour&stop=dress&stop=boots&n=1&frames=12")
    painted(page, ".gx-screen", stops=["dress", "boots"], c="colour")
    assert page.locator(".gx-seen-labels li").count() == 0
    assert page.inner_text(".gx-legend").startswith("No judge knows these labels. Bars: grey levels")
    assert page.locator(".gx-ticks span").all_inner_texts() == ["dress", "boots"]


def test_narrow_fits_a_phone_and_hostile_addresses_stay_text(walk):
    evil = "%3Cimg%20src=x%20onerror=hacked=1%3E"
    crooked = f"&stop={evil}&stop=boots{f'&corner={evil}' * 4}&w={evil}&n=x&f=-5&view=x"
    page = walk(crooked, viewport={"width": 390, "height": 844})
    for view in ("pad", "turn", "film"):
        page.click(f".gx-views [data-value={view}]")
        page.wait_for_selector(".gx-walk.gx-in-trouble")
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        assert page.locator(".gx-view:not([hidden]) .gx-box[aria-invalid]").count() > 0
    assert page.evaluate("window.hacked") is None and page.locator(".gx-walk img").count() == 0
