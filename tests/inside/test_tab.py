"""The Inside tab in real Chromium, with tiny generators."""

import io
import json
import shutil
import time

import numpy as np
import pytest
from app_in_chromium import pages
from PIL import Image
from tiny_checkpoint import LABELS, publish_tiny
from tiny_judge import publish_tiny_judge

from explorer import spec_from_png
from explorer.explore import Seeded, Spec, Stored, Studio

pytest_plugins = ["app_in_chromium"]


@pytest.fixture
def inside(browser, url):
    """`inside(query, **options of new_page)` opens the tab there, and waits until it has drawn."""

    def address(query: str) -> str:
        return f"{url}/?tab=inside&w=coat{'' if 'c=' in query else '&c=second'}&{query}"

    with pages(browser, ".gi[data-state=drawn]") as open_page:
        yield lambda query="", **options: open_page(address(query), **options)


def pixels(page, which: str) -> str:
    return page.evaluate(f"document.querySelector('.gi-{which} .gx-canvas').toDataURL()")


def drawn(page, **wanted) -> None:
    """Wait until the last painting of an edited grid answers a request with these fields."""
    page.wait_for_function(
        "(wanted) => { const last = paints.findLast((ask) => ask.off); return last && Object.entries(wanted).every("
        "([key, value]) => JSON.stringify(last[key]) === JSON.stringify(value)); }",
        arg=wanted,
        timeout=20_000,
    )


def saved(page):
    with page.expect_download() as download:
        page.click(".gi-download")
    return spec_from_png(download.value.path().read_bytes())


def test_units_are_shown_and_switched_off(inside):
    page = inside("s=7")
    page.wait_for_selector(".gi-unit")
    drawn(page, off=[])
    assert pixels(page, "after") == pixels(page, "before")
    layer = page.locator(".gi-layers [aria-pressed=true]").get_attribute("data-layer")
    painted = "document.querySelector('.gi-unit canvas').toDataURL()"
    first = page.evaluate(painted)
    page.locator(".gi-before .gx-tile").nth(5).click()
    assert page.evaluate(painted) != first
    page.locator(".gi-unit").nth(2).click()
    drawn(page, off=[[layer, 2]])
    assert page.inner_text(".gi-after-title") == "Without 1 unit"
    assert page.locator(".gi-unit").nth(2).get_attribute("aria-pressed") == "true"
    page.fill(".gi-many", "6")
    page.click(".gi-off-random")
    page.wait_for_function("paints.findLast((ask) => ask.off).off.length === 6")
    assert pixels(page, "after") != pixels(page, "before")
    spec = saved(page)
    assert (spec.checkpoint, spec.condition, spec.latents, len(spec.edits.off)) == ("second", "coat", Seeded(7, 16), 6)
    page.click(".gi-off-none")
    drawn(page, off=[])


def test_the_address_holds_what_is_switched_off_and_pushed(inside):
    page = inside("layer=blocks.0&off=blocks.0:3.1&off=start:2")
    page.wait_for_selector(".gi-unit")
    off = [["blocks.0", 3], ["blocks.0", 1], ["start", 2]]
    drawn(page, off=off)
    changed = pixels(page, "after")
    assert changed != pixels(page, "before") and page.inner_text(".gi-after-title") == "Without 3 units"
    assert page.locator(".gi-layers [aria-pressed=true]").get_attribute("data-layer") == "blocks.0"
    assert page.locator(".gi-unit[aria-pressed=true]").count() == 2
    page.locator(".gi-unit[data-unit='5']").click()
    page.wait_for_function("decodeURIComponent(location.search).includes('off=blocks.0:3.1.5&off=start:2')")
    page.reload()
    drawn(page, off=[*off[:2], ["blocks.0", 5], off[2]])

    page = inside("part=axes&push=sefa|1|-2.5")
    drawn(page, push=[["sefa", 1, -2.5]])
    assert page.inner_text(".gi-after-title") == "Along 1 direction"
    assert page.locator("[data-method=sefa]").get_attribute("aria-pressed") == "true"
    assert "push=sefa|1|-2.5" in page.evaluate("decodeURIComponent(location.search)")


def test_a_strange_address_is_refused_in_a_sentence(inside):
    page = inside("layer=<b>&off=<b>:1&off=:&off=blocks.0:x&push=own|<b>|9&push=none|1|1")
    page.wait_for_selector(".gi-unit")  # in spite of the layer
    page.wait_for_selector(".gi-status:visible")
    assert "has no layer" in page.inner_text(".gi-status")
    page.click(".gi-off-none")
    drawn(page, off=[])
    assert not page.is_visible(".gi-status")
    page.wait_for_function("!decodeURIComponent(location.search).includes('<b>')")


def test_another_generator_forgets_what_was_pushed_and_draws_anew(inside):
    page = inside("part=axes&push=pca|0|3")
    drawn(page, push=[["pca", 0, 3]])
    page.select_option(".gx-checkpoint", "colour")
    page.wait_for_function("paints.findLast((ask) => ask.off).c === 'colour'")
    drawn(page, push=[])
    assert pixels(page, "after") == pixels(page, "before")


def test_a_ranking_survives_that_its_maps_are_still_on_their_way(inside):
    page = inside("c=colour")  # nobody judges it
    page.wait_for_selector(".gi-unit")
    page.evaluate("for (const one of ['[data-layer=start]', '.gi-rank-label']) document.querySelector(one).click()")
    page.wait_for_function("document.querySelector('.gi-units-say').textContent.startsWith('Ranked by')")
    page.wait_for_function("paints.findLast((ask) => ask.off).off.every(([name]) => name === 'start')")
    assert page.locator(".gi-layers [aria-pressed=true]").get_attribute("data-layer") == "start"


def test_what_cannot_be_searched_for_is_explained_where_it_can_be_seen(inside):
    page = inside("part=find")
    page.click(".gi-find")
    assert page.is_visible(".gi-status") and "Draw something first" in page.inner_text(".gi-status")
    page.set_input_files(".gi-file", {"name": "a.png", "mimeType": "image/png", "buffer": b"no picture"})
    page.wait_for_function("document.querySelector('.gi-status').textContent.includes('not a picture')")
    page.locator(".gi-paper").click()
    assert not page.is_visible(".gi-status")


def test_units_are_ranked_by_what_was_brushed(inside):
    page = inside()
    page.wait_for_selector(".gi-unit")
    assert page.is_disabled(".gi-rank-region")
    page.click(".gi-brushing")
    box = page.locator(".gi-before .gx-canvas").bounding_box()
    page.mouse.move(box["x"] + 0.06 * box["width"], box["y"] + 0.1 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.16 * box["width"], box["y"] + 0.12 * box["height"], steps=8)
    page.mouse.up()
    page.click(".gi-rank-region")
    page.wait_for_function("document.querySelector('.gi-units-say').textContent.includes('brushed')")
    assert "units draw it" in page.inner_text(".gi-units-say")
    page.wait_for_function("document.querySelector('.gi-units-say').textContent.includes('grey levels')")
    page.click(".gi-layers [data-layer='blocks.0']")
    page.wait_for_function("document.querySelectorAll('.gi-unit').length === 32")
    page.click(".gi-forget")
    page.wait_for_function("paints.findLast((ask) => ask.off).mean")
    forgotten = saved(page).edits
    assert forgotten.off_to == "mean" and {name for name, _ in forgotten.off} == {"blocks.0", "blocks.1"}
    assert page.get_attribute(".gi-mean", "aria-pressed") == "true"
    page.wait_for_function("location.search.includes('mean=1')")
    page.click(".gi-unbrush")
    assert page.is_disabled(".gi-rank-region")


def test_directions_are_found_moved_named_renamed_and_deleted(inside):
    page = inside("part=axes")
    page.wait_for_selector(".gi-axis", timeout=60_000)
    assert page.locator(".gi-axis").count() == 10
    page.locator(".gi-axis input[type=range]").nth(1).fill("2.5")
    drawn(page, push=[["pca", 1, 2.5]])
    moved = pixels(page, "after")
    assert moved != pixels(page, "before")
    found = saved(page).edits.directions
    assert [push.amount for push in found] == [2.5]

    box = page.locator(".gi-axis input[type=range]").nth(1).bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.91, middle)
    page.mouse.down()
    page.evaluate("paints.length = 0")
    for step in range(40):
        page.mouse.move(box["x"] + box["width"] * (0.91 - 0.01 * step), middle)
        page.wait_for_timeout(8)
    page.mouse.up()
    drawn(page, push=[["pca", 1, float(page.locator(".gi-axis input[type=range]").nth(1).input_value())]])
    assert page.evaluate("new Set(paints.map((ask) => JSON.stringify(ask.push))).size") >= 4  # not only at the end

    page.locator(".gi-axis").nth(1).get_by_text("Name", exact=True).click()
    page.keyboard.type("longer <b>sleeves")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('.gi-axes-say').textContent.includes('cannot be called')")
    page.fill(".gi-name", "longer sleeves")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('.gi-axes-say').textContent.includes('Saved')")
    page.click(".gi-centre")
    drawn(page, push=[])
    page.click("[data-method=own]")
    page.get_by_label("longer sleeves, standard deviations").fill("2.5")
    drawn(page, push=[["own", "longer sleeves", 2.5]])
    again = saved(page).edits.directions
    assert again[0].axis == pytest.approx(found[0].axis, abs=2e-6)

    page.get_by_label("Rename longer sleeves").click()
    page.fill(".gi-name", "arms")
    page.keyboard.press("Enter")
    drawn(page, push=[["own", "arms", 2.5]])
    page.get_by_label("Delete arms").click()
    drawn(page, push=[])
    assert page.locator(".gi-axis").count() == 0


def test_an_unknown_word_is_named_and_another_generator_drawn(inside):
    page = inside()
    page.fill(".gi-word", "coattt")
    page.wait_for_selector(".gi-trouble:not([hidden])")
    page.locator(".gi-suggestions button", has_text="coat").first.click()
    page.wait_for_selector(".gi-trouble[hidden]", state="attached")
    before = pixels(page, "before")
    page.select_option(".gx-checkpoint", "torn")
    page.wait_for_function("paints.length && paints.at(-1).c === 'torn'")
    assert pixels(page, "before") != before


def test_narrow_fits_a_phone(inside):
    page = inside(viewport={"width": 390, "height": 844}, color_scheme="dark")
    for part in page.locator(".gi-parts button").all():
        part.click()
        page.wait_for_timeout(50)
        assert page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.fixture(scope="module")
def seen(home):
    """A tiny generator whose pictures are here, some held out, and a judge of them; it draws one of them for a coat."""
    folder = publish_tiny(home / "checkpoints" / "seen", data="seen")
    drawn = Studio(device="cpu").render(Spec(checkpoint=str(folder), condition="coat", latents=Seeded(0, 1)))
    rng = np.random.default_rng(0)
    for split, count in (("train", 12), ("test", 6)):
        for label in LABELS:
            (home / "seen" / split / label).mkdir(parents=True)
            for i in range(count):
                pixels = rng.integers(0, 255, (28, 28), np.uint8)
                if (split, label, i) == ("train", "coat", 0):
                    pixels = drawn.tiles[0, :, :, 0]
                Image.fromarray(pixels).save(home / "seen" / split / label / f"{i:02}.png")
    judge = publish_tiny_judge(home / "judges" / "seen", sorted(LABELS)) / "config.json"
    judge.write_text(json.dumps(json.loads(judge.read_text()) | {"source": "seen"}))
    time.sleep(2)  # the app looks at its shelves no oftener
    yield "seen"
    for place in (folder, home / "seen", judge.parent):
        shutil.rmtree(place)


def test_copies_of_real_pictures_are_found(inside, seen):
    page = inside(f"part=near&c={seen}")
    page.wait_for_selector(".gi-five canvas", timeout=30_000)
    assert "may be copies" in page.inner_text(".gi-near-say")
    assert page.locator(".gi-suspect").count() >= 1
    assert "this may be a copy" in page.inner_text(".gi-copy >> nth=0")
    shown = "[...document.querySelectorAll('.gi-five canvas')].slice(0, 2).map((canvas) => canvas.toDataURL())"
    mine, nearest = page.evaluate(shown)
    assert mine == nearest
    page.locator(".gi-before .gx-tile").nth(5).click()
    assert page.inner_text(".gi-five figcaption >> nth=0") == "Picture 6"
    assert "gan-explorer memorising seen" in page.inner_text(".gi-near-number")


def test_pictures_that_are_not_here_are_missed_in_a_sentence(inside):
    page = inside("part=near")
    page.wait_for_selector(".gi-near-work.gx-work-trouble")
    assert "trained on are not here" in page.inner_text(".gi-near-work")
    assert page.is_visible(".gi-look-up")


def test_a_drawn_picture_is_found(inside):
    page = inside("part=find")
    page.click(".gi-find")
    assert page.is_hidden(".gi-pair")  # there is nothing on the paper yet
    box = page.locator(".gi-paper").bounding_box()
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.8 * box["height"], steps=5)
    page.mouse.up()
    page.click(".gi-find")
    page.wait_for_selector(".gi-found-about:not([hidden])", timeout=60_000)
    assert "grey levels" in page.inner_text(".gi-found-say")
    with page.expect_download() as download:
        page.click(".gi-found-download")
    spec = spec_from_png(download.value.path().read_bytes())
    assert spec.checkpoint == "second" and isinstance(spec.latents, Stored) and len(spec.condition) == 100
    chip = page.locator(".gi-found-words button").first
    word = chip.inner_text()
    chip.click()
    page.wait_for_selector(".gx[data-state=drawn]", timeout=30_000)
    assert page.input_value(".gx-word") == word


def test_a_search_is_cancelled(inside):
    page = inside("part=find")
    picture = io.BytesIO()
    Image.effect_noise((300, 400), 90).save(picture, "PNG")
    page.set_input_files(".gi-file", {"name": "a.png", "mimeType": "image/png", "buffer": picture.getvalue()})
    page.wait_for_selector(".gi-drop-hint[hidden]", state="attached")
    page.click(".gi-find")
    page.click(".gi-find-work .gx-work-cancel")
    assert page.inner_text(".gi-find-work") == "Stopped."
    page.wait_for_timeout(500)
    assert page.is_hidden(".gi-found-about")


def test_units_of_the_discriminator_show_what_excites_them(inside, seen):
    page = inside(f"part=critic&c={seen}")
    page.wait_for_selector(".gi-strongest canvas", timeout=30_000)
    assert page.locator(".gi-strongest figure").count() == 9
    painted = "document.querySelector('.gi-strongest canvas').toDataURL()"
    first = page.evaluate(painted)
    page.locator(".gi-discriminator-unit input").fill("3")
    page.wait_for_function(f"(first) => {painted} !== first", arg=first)
    assert page.inner_text(".gi-discriminator-name").startswith("Unit 3")
    page.locator(".gi-discriminator-layers button").first.click()
    assert page.locator(".gi-discriminator-layers button").first.get_attribute("aria-pressed") == "true"


def test_fidelity_and_diversity_are_measured_once_and_read_at_the_present_psi(inside, seen):
    page = inside(f"part=curve&psi=0.4&c={seen}")
    page.wait_for_selector(".gi-curve svg circle", timeout=60_000)
    recall = page.inner_text("b.gi-recall")
    assert recall.startswith("Recall 0.") or recall == "Recall 1.00"
    place = page.get_attribute(".gi-curve svg circle", "cx")
    page.fill(".gi-psi", "0.9")
    page.wait_for_function(f"document.querySelector('.gi-curve svg circle').getAttribute('cx') !== '{place}'")
    assert "the judge seen" in page.inner_text(".gi-curve-say")
    page.wait_for_function("location.search.includes('psi=0.9')")
