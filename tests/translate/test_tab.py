"""The Translate tab: requests as a stranger may send them, and in Chromium pictures dropped, drawn, picked and kept."""

import asyncio
import base64
import io
import math

import numpy as np
import pytest
from app_in_chromium import SCRIPT
from app_requests import TAB, answering_for, refused_in_a_sentence
from PIL import Image
from tiny_translator import publish_tiny_translator, shapes

from explorer.app.header.header import Header
from explorer.app.translate.request import read_sheet_request, read_translate_request
from explorer.app.translate.tab import TranslateTab
from explorer.errors import ExplorerError
from explorer.explore import Seeded, Studio, Translation
from explorer.explore.render.png import text_in
from explorer.explore.translate.translate import translate

pytest_plugins = ["app_in_chromium"]
SOURCES = {"fashion-words": "fashion-words", "mine": "/home/somebody/run"}


def png(pixels: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels.squeeze()).save(buffer, "PNG")
    return buffer.getvalue()


PICTURE = base64.b64encode(png(shapes(1)[0])).decode()


def read(reader, **fields):
    return reader({"tab": TAB, **fields}, SOURCES.get, "mine", "fashion-words")


def test_requests_are_read():
    found = read(read_translate_request, picture=PICTURE, way="back", strength=0.5, drawn=True, save="png4")
    assert (found.name, found.source, found.way) == ("mine", "/home/somebody/run", "back")
    assert (found.strength, found.is_drawn, found.save) == (0.5, True, "png4")
    sheet = read(read_sheet_request, kind="explore", w="coat", s="7", psi=0.5, c="mine")
    assert sheet.spec.checkpoint == "fashion-words" and sheet.spec.condition == "coat" and sheet.spec.psi == 0.5
    assert sheet.spec.latents == Seeded(7, 8) and read(read_sheet_request).spec is None


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"picture": "no base64!"},
        {"picture": base64.b64encode(b"no picture").decode()},
        {"picture": [PICTURE]},
        {"picture": PICTURE, "way": "up"},
        {"picture": PICTURE, "way": ["there"]},
        {"picture": PICTURE, "strength": 1.1},
        {"picture": PICTURE, "strength": math.nan},
        {"picture": PICTURE, "strength": True},
        {"picture": PICTURE, "drawn": "yes"},
        {"picture": PICTURE, "save": "exe"},
        {"picture": PICTURE, "c": "../mine"},
        {"picture": PICTURE, "c": ["mine"]},
        {"picture": PICTURE, "more": 1},
        {"picture": PICTURE, "tab": "x"},
        {"picture": base64.b64encode(png(np.zeros((1025, 8), np.uint8))).decode()},
    ],
)
def test_a_picture_that_no_page_of_ours_sends_is_refused_in_a_sentence(fields):
    refused_in_a_sentence(read, read_translate_request, **fields)


@pytest.mark.parametrize(
    "fields",
    [
        *(
            {"kind": "all"},
            {"kind": ["pairs"]},
            {"s": 7},
            {"s": "-1"},
            {"way": None},
            {"kind": "explore", "from": "no"},
        ),
        *({"kind": "explore", "w": 7}, {"kind": "explore", "w": "coat", "psi": 9}, {"picture": PICTURE}),
    ],
)
def test_a_sheet_that_no_page_of_ours_requests_is_refused_in_a_sentence(fields):
    refused_in_a_sentence(read, read_sheet_request, **fields)


def test_the_menu_keeps_translators_apart_and_no_app_opens_with_one(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    folder = publish_tiny_translator(tmp_path / "checkpoints/mine")
    answering = answering_for("fashion-words")
    menu = Header(answering.catalog).menu()
    assert [offer["name"] for offer in menu["translators"]] == ["mine"]
    assert "mine" not in [offer["name"] for offer in menu["checkpoints"]]
    assert menu["translators"][0]["labels"] == ["dark", "light"] and menu["translators"][0]["channels"] == 1
    tab = TranslateTab(answering)
    reply = asyncio.run(tab.live({"tab": TAB, "picture": PICTURE, "strength": 0.5}))
    again = translate(Studio(device="cpu"), shapes(1)[0], "mine", strength=0.5)
    pixels = np.frombuffer(base64.b64decode(reply["pixels"]), np.uint8).reshape(28, 3, 28)
    assert reply["ok"] and np.array_equal(pixels[:, 1], again.picture[:, :, 0])
    saved = asyncio.run(tab.live({"tab": f"{TAB}.save", "picture": PICTURE, "save": True}))
    assert Translation.from_json(text_in(base64.b64decode(saved["png"]))).checkpoint == "mine"
    wrong = asyncio.run(tab.live({"tab": TAB, "picture": PICTURE, "c": "fashion-words"}))
    assert wrong["ok"] is False and "translates none" in wrong["message"] and str(folder) not in wrong["message"]
    with pytest.raises(ExplorerError, match="Translate tab"):
        answering_for("mine")


@pytest.fixture(scope="module")
def on_tab(browser, url):
    """`on_tab(query, **context options)` opens the tab there, once a picture is translated."""
    opened = []

    def open_one(query: str = "", **options):
        page = browser.new_page(**{"viewport": {"width": 1280, "height": 1000}} | options)
        opened.append(page)
        page.on("pageerror", lambda error: pytest.fail(f"the page's script failed: {error}"))
        page.add_init_script("window.paints = []; document.addEventListener('painted', (e) => paints.push(e.detail));")
        page.goto(f"{url}/?tab=translate{query}")
        page.wait_for_selector(".gs[data-state=drawn]", timeout=60_000)
        page.wait_for_function("paints.some((one) => one.sheet)")
        return page

    yield open_one
    for page in opened:
        page.close()


def live(page) -> dict:
    """The last request of which the answer is on show."""
    return page.evaluate("paints.filter((one) => one.request).at(-1).request")


def drawn(page, condition: str) -> None:
    """Wait for the picture of a request, `r`, that fulfils a condition."""
    page.wait_for_function(
        f"(() => {{ const r = paints.filter((one) => one.request).at(-1).request; return {condition}; }})()"
    )


def test_a_picture_is_picked_translated_both_ways_weakened_and_shared(on_tab, url):
    page = on_tab("&by=shoes")
    assert page.inner_text(".gs-captions").split("\n") == ["dark", "as light", "and back"]
    first = live(page)["picture"]
    page.locator(".gs-columns button").nth(3).click()
    drawn(page, f"r.picture !== {first!r}")
    page.locator(".gs-strength").fill("0.25")
    drawn(page, "r.strength === 0.25")
    page.locator(".gs-way button").nth(1).click()
    drawn(page, "r.way === 'back'")
    page.wait_for_function("location.search.includes('way=back') && location.search.includes('strength=0.25')")
    picked = live(page)
    assert page.inner_text(".gs-captions").split("\n")[:2] == ["light", "as dark"]
    assert "differs from it by" in page.inner_text(".gs-say")
    other = on_tab(page.evaluate("location.search").replace("?tab=translate", ""))  # a link to it
    drawn(other, "r.way === 'back'")
    assert live(other)["picture"] == picked["picture"] and other.locator(".gs-strength").input_value() == "0.25"
    with page.expect_download() as download:
        page.locator(".gs-save").click()
    content = download.value.path().read_bytes()
    kept = Translation.from_json(text_in(content))
    assert (kept.checkpoint, kept.way, kept.strength) == ("shoes", "back", 0.25)
    assert base64.b64encode(kept.picture).decode() == picked["picture"]
    # The heart keeps it, the library shows it, and leads back here.
    page.locator(".gs-result .gx-heart").click()
    page.wait_for_selector(".gs-result .gx-heart[aria-pressed=true]")
    page.go_back()
    drawn(page, "r.way === 'there'")
    # The file, dropped on another tab, is offered as what it is.
    page.set_input_files(".gx-paper-file", {"name": "a.png", "mimeType": "image/png", "buffer": png(shapes(2)[1])})
    drawn(page, f"r.picture !== {picked['picture']!r}")


def test_a_picture_is_dropped_and_drawn_and_others_come_from_explore(on_tab):
    page = on_tab("&by=tinted")
    assert page.evaluate("window.hacked") is None and SCRIPT in page.inner_text(".gs-captions")
    assert page.locator(".gs-ink").is_visible()
    before = live(page)["picture"]
    wide = png(np.dstack([np.full((40, 90), level, np.uint8) for level in (250, 120, 20)]))
    page.set_input_files(".gx-paper-file", {"name": "a.png", "mimeType": "image/png", "buffer": wide})
    drawn(page, f"r.picture !== {before!r}")
    assert "scaled to 32 x 32" in page.inner_text(".gs-say")
    page.locator(".gx-paper-clear").click()
    box = page.locator(".gx-paper").bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 180, box["y"] + 160, steps=5)
    page.mouse.up()
    drawn(page, "r.drawn === true")
    page.locator(".gs-kind button", has_text="Failures").click()
    page.wait_for_function("document.querySelector('.gs-about').textContent.includes('not measured')")
    page.locator(".gs-kind button", has_text="From Explore").click()
    page.wait_for_function(
        "document.querySelectorAll('.gs-columns button').length === 8 && !document.querySelector('.gs-sheet').hidden"
    )
    page.wait_for_function("location.search.includes('sheet=explore')")
    page.set_input_files(".gx-paper-file", {"name": "a.png", "mimeType": "image/png", "buffer": b"no picture"})
    page.wait_for_function("document.querySelector('.gs-trouble').textContent.includes('not a picture')")


def test_a_tile_of_explore_is_taken_along_on_a_phone(browser, url, on_tab):
    page = on_tab("&by=shoes", viewport={"width": 390, "height": 844})
    fits = "document.documentElement.scrollWidth <= innerWidth"
    assert page.evaluate(fits)
    assert page.evaluate(
        "(({scrollWidth, clientWidth}) => scrollWidth <= clientWidth + 1)(document.querySelector('.gx-tabs'))"
    )
    before = live(page)["picture"]
    page.locator(".gx-tabs button", has_text="Explore").click()
    page.wait_for_selector(".gx[data-state=drawn]")
    page.locator(".gx-desk .gx-tile").nth(5).click()
    page.locator(".gx-to-translate").click()
    page.wait_for_function("location.search.includes('tab=translate')")
    drawn(page, f"r.picture !== {before!r}")
