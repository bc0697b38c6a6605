"""The menu beside a download, a tile as an image, recent words and undo, in Chromium."""

import base64
import io
import zipfile

import numpy as np
import pytest
from app_in_chromium import drawn
from PIL import Image

from explorer import spec_from_png
from explorer.explore import Mixed

pytest_plugins = ["app_in_chromium"]
pytestmark = pytest.mark.slow


def test_pictures_are_copied_linked_and_saved_in_every_kind(open_page):
    page = open_page("?w=red boots&s=3&psi=0.7&c=second", permissions=["clipboard-read", "clipboard-write"])

    def choose(kind: str, within: str = ".gx-bar:has(.gx-download)") -> None:
        page.click(f"{within} .gx-more-saves")
        page.click(f"{within} .gx-menu [data-kind={kind}]")

    def saved(kind: str) -> tuple[str, bytes]:
        with page.expect_download() as download:
            choose(kind)
        return download.value.suggested_filename, download.value.path().read_bytes()

    name, data = saved("png4")
    assert name == "red-boots-s3-psi0.7-448x448-second.png" and Image.open(io.BytesIO(data)).size == (448, 448)
    whole = spec_from_png(data)
    assert (whole.checkpoint, whole.condition, whole.psi) == ("second", "red boots", 0.7)
    name, data = saved("zip")
    assert name == "red-boots-s3-psi0.7-16x28x28-second.zip"
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert len(packed.namelist()) == 17 and "red-boots-s3.15.png" in packed.namelist()
    name, data = saved("npz")
    assert name.endswith("-16x28x28-second.npz") and np.load(io.BytesIO(data))["images"].shape == (16, 28, 28, 1)
    name, data = saved("svg")
    assert name.endswith("-896x896-second.svg") and data.startswith(b"<svg")
    name, data = saved("other")
    assert name == "second.html" and b'"checkpoint":"second"' in data and data.startswith(b"<!doctype html>")
    choose("link")
    page.wait_for_function("document.querySelector('.gr-say').textContent === 'Link copied.'")
    assert page.evaluate("navigator.clipboard.readText()").endswith("/?w=red+boots&s=3&psi=0.7&c=second")
    choose("picture")
    page.wait_for_function("document.querySelector('.gr-say').textContent === 'Picture copied.'")
    assert page.evaluate("navigator.clipboard.read().then((items) => items[0].types)") == ["image/png"]
    page.locator(".gx-tile").nth(5).click()
    page.focus(".gx-dialog .gx-more-saves")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.kind") == "picture"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.className").endswith("gx-more-saves")  # the dialog is still open
    choose("link", ".gx-dialog")
    page.wait_for_function("navigator.clipboard.readText().then((text) => text.endsWith('&z=3.5&c=second'))")


def test_a_tile_is_an_image_to_the_right_button(open_page):
    page = open_page("?w=coat&s=7&c=second")
    page.evaluate("addEventListener('contextmenu', ({ target }) => (window.under = target.outerHTML))")
    assert page.locator(".gx img").count() == 0  # none is made before it is wanted
    tile = page.locator(".gx-tile").nth(6)
    tile.hover()
    tile.click(button="right", force=True)
    page.wait_for_function("window.under?.startsWith('<img')")
    source = page.get_attribute(".gx-tile-image", "src")
    data = base64.b64decode(source.split(",")[1])
    spec = spec_from_png(data)
    assert (spec.condition, spec.latents) == ("coat", Mixed((((1.0, 7, 6),),)))
    assert Image.open(io.BytesIO(data)).size == (448, 448)
    tile.click(force=True)  # the left one goes to the tile as before
    page.wait_for_selector(".gx-dialog[open]")


def test_recent_words_are_a_row_and_ctrl_z_takes_back_steps_and_strokes(open_page):
    page = open_page("?w=coat&c=second")
    page.fill(".gx-word", "parka")
    drawn(page, w="parka")
    page.locator(".gx-examples button").first.click()
    page.locator(".gx-recents button", has_text="parka").wait_for()
    page.locator("body").press("Control+z")
    page.wait_for_url("**/?w=parka&c=second")
    page.locator("body").press("Control+Shift+z")
    page.wait_for_url(lambda address: "parka" not in address)
    page.click("[data-tab=inside]")
    page.wait_for_selector(".gi-unit")
    page.click(".gi-brushing")
    box = page.locator(".gi-before .gx-canvas").bounding_box()
    for share in (0.1, 0.6):
        page.mouse.move(box["x"] + share * box["width"], box["y"] + share * box["height"])
        page.mouse.down()
        page.mouse.move(box["x"] + (share + 0.05) * box["width"], box["y"] + share * box["height"], steps=4)
        page.mouse.up()
    brushed = (
        "document.querySelector('.gi-brush').getContext('2d').getImageData(0, 0, 999, 999).data.filter(Boolean).length"
    )
    both = page.evaluate(brushed)
    page.click(".gi-unbrush")
    assert page.evaluate(brushed) == 0
    page.click(".gr-act")
    assert page.evaluate(brushed) == both
    page.locator("body").press("Control+z")
    assert 0 < page.evaluate(brushed) < both
