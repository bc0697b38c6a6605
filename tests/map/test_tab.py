"""The Map tab: requests as a stranger may send them, and in Chromium the map under hand, wheel and keys."""

import asyncio
import base64
import math
import threading
import time

import numpy as np
import pytest
from app_in_chromium import drawn
from app_requests import TAB, answering_for, refused_in_a_sentence
from tiny_checkpoint import LABELS, publish_tiny

from explorer.app.map.request import read_map_request, read_place_request, read_thumbnails_request
from explorer.app.map.tab import MapTab
from explorer.explore import Seeded, Spec, Studio, spec_from_png, specs_from_png, word_map
from explorer.explore.map import arrangement

pytest_plugins = ["app_in_chromium"]
SOURCES = {"fashion-words": "fashion-words", "mine": "/home/somebody/run"}


def read(reader, **fields):
    return reader({"tab": TAB, "w": "coat", **fields}, SOURCES.get, "fashion-words")


def test_requests_are_read():
    found = read(read_map_request, recent=["boots", "bag"], m="tsne", c="mine")
    assert (found.name, found.typed, found.recent, found.method) == ("mine", "coat", ("boots", "bag"), "tsne")
    place = read(read_place_request, x=0.5, y=-1, s="7", psi=0.5, style="noto", wt=0.25, save=True)
    assert (place.x, place.y, place.save, place.map) == (0.5, -1.0, "sheet", read(read_map_request))
    settings = {"psi": 0.5, "style": "noto", "word_truncation": 0.25}
    assert place.spec == Spec("fashion-words", "", Seeded(7), **settings)
    raw = {"tab": f"{TAB}.thumbnails", "words": ["coat", "red boots"], "s": "3"}
    some = read_thumbnails_request(raw, SOURCES.get, "fashion-words")
    assert (some.words, some.spec.latents) == (("coat", "red boots"), Seeded(3, 1))


@pytest.mark.parametrize(
    "fields",
    [
        {"w": None},
        {"w": "x" * 201},
        {"w": "coat\0"},
        {"recent": "boots"},
        {"recent": ["boots"] * 25},
        {"recent": [7]},
        {"recent": ["x" * 201]},
        {"recent": ["\ud800"]},
        {"m": "umap"},
        {"m": ["pca"]},
        {"m": None},
        {"c": "../mine"},
        {"tab": "x"},
        {"words": ["coat"]},
    ],
)
def test_a_map_that_no_page_of_ours_requests_is_refused_in_a_sentence(fields):
    refused_in_a_sentence(read, read_map_request, **fields)
    refused_in_a_sentence(read, read_place_request, **{"x": 0, "y": 0} | fields)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"x": 0},
        {"x": "0", "y": 0},
        {"x": math.nan, "y": 0},
        {"x": 0, "y": math.inf},
        {"x": 4.1, "y": 0},
        {"x": True, "y": 0},
        {"x": 0, "y": 10**400},
        {"x": 0, "y": 0, "psi": 9},
        {"x": 0, "y": 0, "s": 7},
        {"x": 0, "y": 0, "zoom": 1},
    ],
)
def test_a_place_that_no_page_of_ours_requests_is_refused_in_a_sentence(fields):
    refused_in_a_sentence(read, read_place_request, **fields)


@pytest.mark.parametrize("words", [None, [], "coat", ["coat"] * 33, [""], [7], ["x" * 201], ["coat"] * 31 + [None]])
def test_thumbnails_that_no_page_of_ours_requests_are_refused_in_a_sentence(tab, words):
    reply = asyncio.run(tab.thumbnails({"tab": f"{TAB}.thumbnails", "words": words}))
    assert reply["ok"] is False and 10 < len(reply["message"]) < 200


@pytest.fixture(scope="module")
def tab(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("home")
        patch.setenv("GAN_EXPLORER_HOME", str(home))
        publish_tiny(home / "checkpoints" / "noise", family="dcgan")
        folder = publish_tiny(tmp_path_factory.mktemp("secret-place") / "mine")
        yield MapTab(answering_for(folder))


def arranged(tab: MapTab, **fields) -> dict:
    return asyncio.run(tab.arrange({"tab": TAB, "w": "coat", **fields}))


def live(tab: MapTab, **fields) -> dict:
    return asyncio.run(tab.live({"tab": TAB, "w": "coat", "x": 0.1, "y": 0.2, **fields}))


def test_a_map_lists_its_words_and_which_was_typed(tab):
    reply = arranged(tab, w="kimono", recent=["slipper", "qqxzzy"])
    assert reply["ok"] and reply["words"][reply["typed"]][:2] == ["kimono", "typed"]
    assert [word[0] for word in reply["words"][: reply["labels"]]] == list(LABELS)
    assert "slipper" in [word[0] for word in reply["words"]] and "PCA" in reply["about"]
    assert arranged(tab, w="")["typed"] is None
    wrong = arranged(tab, w="slippper")
    assert (wrong["ok"], wrong["kind"], wrong["word"]) == (False, "unknown", "slippper")


def test_every_picture_of_the_map_carries_the_spec_that_redraws_it(tab, tmp_path):
    words = arranged(tab)["words"]
    between = live(tab, s="3")
    spec = spec_from_png(base64.b64decode(live(tab, s="3", save=True)["png"]))
    assert (spec.checkpoint, spec.latents, len(spec.condition), between["word"]) == ("mine", Seeded(3), 100, None)
    assert len(between["nearest"]) == 10
    folder = tab._answering.catalog.source("mine")
    studio = Studio(device="cpu")
    found = word_map(studio, folder, "coat")
    assert spec.condition == found.condition_at(0.1, 0.2)
    text, _, x, y, _ = words[2]
    own = live(tab, x=x, y=y, save=True)
    assert (own["word"], spec_from_png(base64.b64decode(own["png"])).condition) == (text, text)
    asked = {"tab": f"{TAB}.thumbnails", "words": ["boots", "red boots"], "s": "4"}
    reply = asyncio.run(tab.thumbnails(asked))
    specs = specs_from_png(base64.b64decode(reply["png"]))
    assert [(one.checkpoint, one.condition, one.latents) for one in specs] == [
        ("mine", "boots", Seeded(4, 1)),
        ("mine", "red boots", Seeded(4, 1)),
    ]
    assert (reply["count"], reply["columns"], reply["tile"]) == (2, 2, [28, 28])


def test_a_generator_that_takes_no_words_says_so_in_place_of_a_map(tab):
    for reply in (arranged(tab, c="noise"), live(tab, c="noise")):
        assert (reply["ok"], reply["kind"]) == (False, "wordless")
        assert reply["message"].startswith("There is no map here: noise draws from latents alone")


def test_places_are_drawn_while_another_map_is_still_being_arranged(tab, monkeypatch):
    """A t-SNE of one visitor holds back neither the pictures nor the maps by PCA of others."""
    monkeypatch.setattr(arrangement, "fit_tsne", lambda vectors: time.sleep(2.5) or np.zeros((len(vectors), 2)))

    async def both() -> tuple[float, dict]:
        slow = asyncio.create_task(tab.arrange({"tab": "a" * 32, "w": "coat", "m": "tsne"}))
        await asyncio.sleep(0.3)
        clock = time.monotonic()
        mine = await tab.live({"tab": TAB, "w": "boots", "x": 0, "y": 0})
        taken = time.monotonic() - clock
        return slow.done(), taken, mine, await slow

    done, _, mine, slow = asyncio.run(both())
    assert not done and mine["ok"] and slow["ok"]


def test_pictures_under_the_hand_come_before_thumbnails(tab):
    worker, gate = tab._answering.worker, threading.Event()

    async def begun(request, mailbox: str) -> asyncio.Task:
        task = asyncio.create_task(request)
        while not worker.waits(mailbox):
            await asyncio.sleep(0.01)
        return task

    async def both() -> list[dict]:
        worker.submit("other", gate.wait)
        mailbox = f"{TAB}.thumbnails"
        small = await begun(tab.thumbnails({"tab": mailbox, "words": ["coat"]}), mailbox)
        large = await begun(tab.live({"tab": TAB, "w": "coat", "x": 0, "y": 0}), TAB)
        gate.set()
        return await asyncio.gather(small, large)

    arranged(tab)
    small, large = asyncio.run(both())
    assert large["ok"] and small == {"ok": False, "kind": "stale"}


# --- in Chromium ---


@pytest.fixture
def atlas(visit):
    """`atlas(query)` opens the tab there and waits for the pictures of its point."""

    def open_tab(query: str = "", **options):
        return visit("?tab=map" + query, **options)

    return open_tab


def thumbnails_drawn(page) -> None:
    page.wait_for_function(
        "document.querySelectorAll('.gm-word').length > 2 &&"
        " [...document.querySelectorAll('.gm-word canvas')].every((canvas) => canvas.width === 28)",
        timeout=30_000,
    )


def overlaps(page) -> int:
    """How many pairs of thumbnails lie on one another."""
    return page.evaluate("""() => {
      const boxes = [...document.querySelectorAll(".gm-word")].map((node) => node.getBoundingClientRect());
      return boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) =>
        Math.abs(a.x - b.x) < a.width && Math.abs(a.y - b.y) < a.height - 4)).length;
    }""")


def test_the_map_is_looked_at_moved_over_and_kept(atlas, home, monkeypatch):
    page = atlas("&c=second&w=kimono&s=3")
    drawn(page, w="kimono", s="3", c="second")
    thumbnails_drawn(page)
    assert page.inner_text(".gm-here") == "kimono" and "PCA" in page.inner_text(".gm-about")
    shown = set(page.locator(".gm-word span").all_inner_texts())
    assert "kimono" in shown and len(shown & set(LABELS)) >= 2
    assert overlaps(page) == 0
    box = page.locator(".gm-plot").bounding_box()
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.3 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.42 * box["width"], box["y"] + 0.9 * box["height"], steps=10)
    page.mouse.up()
    page.wait_for_function("document.querySelector('.gm-here').textContent.startsWith('Between words, nearest to ')")
    page.wait_for_timeout(500)  # until the address holds where the hand came to rest
    page.wait_for_url("**/?tab=map&w=kimono&x=*&y=*&s=3&c=second")
    x, y = (page.evaluate(f"Number(new URLSearchParams(location.search).get('{side}'))") for side in "xy")
    drawn(page, x=x, y=y)
    with page.expect_download() as saved:
        page.click(".gm-save")
    spec = spec_from_png(saved.value.path().read_bytes())
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(home))
    studio = Studio(device="cpu")
    recent = page.evaluate("paints.at(-1).recent")
    expected = word_map(studio, "second", "kimono", recent).spec_at(Spec("second", "", Seeded(3)), x, y)
    assert np.allclose(spec.condition, expected.condition, atol=1e-5)  # another process, on as many threads as it likes
    assert spec.replace(condition="") == expected.replace(condition="")
    page.reload()
    page.wait_for_function("document.querySelector('.gm-here')?.textContent.startsWith('Between')")
    drawn(page, x=x, y=y)


def test_zooming_shows_more_and_keys_move_the_point(atlas):
    page = atlas("&c=second&w=dress")
    drawn(page, w="dress")
    thumbnails_drawn(page)
    few = page.locator(".gm-word").count()
    plot = page.locator(".gm-plot")
    plot.focus()
    for _ in range(4):
        page.keyboard.press("+")
    page.wait_for_function("location.search.includes('zoom=5.06')")
    thumbnails_drawn(page)
    assert overlaps(page) == 0
    page.keyboard.press("0")
    page.wait_for_function("!location.search.includes('zoom')")
    page.wait_for_function(f"document.querySelectorAll('.gm-word').length === {few}")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.wait_for_function("document.querySelector('.gm-here').textContent.startsWith('Between')")
    page.keyboard.press("Home")
    page.wait_for_function("document.querySelector('.gm-here').textContent === 'dress'")
    box = plot.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.wheel(0, -300)
    page.wait_for_function("location.search.includes('zoom=')")
    page.click("[data-zoom=whole]")
    page.locator(".gm-word", has_text="boots").first.click(force=True)
    page.wait_for_function("document.querySelector('.gm-here').textContent.includes('boots')")
    plot.press("Enter")
    page.wait_for_url("**/?w=boots*")
    drawn(page, w="boots", c="second")


def test_a_typed_word_and_its_neighbours_go_onto_the_map_and_recent_ones_stay(atlas):
    page = atlas("&c=second&w=dress")
    drawn(page, w="dress")
    page.wait_for_timeout(1500)  # until the word counts as one of the recent ones
    page.fill(".gm-typed", "slippper")
    page.locator(".gx-suggestions button", has_text="slipper").first.click()
    drawn(page, w="slipper")
    kinds = page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('.gm-word')].map("
        "(node) => [node.lastChild.textContent, node.dataset.kind]))"
    )
    assert (kinds["slipper"], kinds["dress"]) == ("typed", "recent")
    page.locator(".gm-nearest button").nth(1).click()
    page.wait_for_function("document.querySelector('.gm-typed').value !== 'slipper'")
    assert page.locator(".gx-trouble").is_hidden()


def test_without_words_there_is_something_else_in_place_of_the_map(atlas):
    page = atlas("&c=coded")
    ways = page.locator(".gm-wordless button")
    for name, first in (
        ("coded", "A grid of its codes"),
        ("labelled", "Between four of its labels"),
        ("unasked", "Along two directions of its z"),
    ):
        page.select_option(".gx-checkpoint", name)
        page.wait_for_selector(f".gm-wordless p:text('There is no map here: {name}')")
        assert page.locator(".gm-plot").is_hidden() and ways.first.inner_text() == first
    ways.first.click()
    drawn(page, what="noise", c="unasked")
    page.go_back()
    page.wait_for_selector(".gm-wordless:not([hidden])")
    page.locator(".gm-wordless button", has_text="The map of fashion-words").click()
    page.wait_for_selector(".gm-plot:visible")
    page.wait_for_selector(".gm[data-state=drawn]")
    assert page.locator(".gm-wordless").is_hidden()


def test_narrow_fits_a_phone_and_hostile_addresses_stay_text(atlas):
    evil = "%3Cimg%20src=x%20onerror=hacked=1%3E"
    query = f"&c=second&w={evil}&x={evil}&y=9e99&zoom=-3&m={evil}&style={evil}"
    page = atlas(query, viewport={"width": 390, "height": 844})
    page.wait_for_selector(".gm.gx-in-trouble")
    page.fill(".gm-typed", "boots")
    drawn(page, w="boots")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.evaluate("window.hacked") is None and page.locator(".gm img").count() == 0
