"""The Inside tab in real Chromium, with tiny generators."""

import time

import pytest
from app_in_chromium import PAINTS

from explorer import spec_from_png
from explorer.explore import Seeded

pytest_plugins = ["app_in_chromium"]


@pytest.fixture
def inside(browser, url):
    """`inside(query, **context options)` opens the tab there, and waits until it has drawn."""
    opened = []

    def open_page(query: str = "", **options):
        page = browser.new_page(**{"viewport": {"width": 1280, "height": 900}} | options)
        opened.append(page)
        page.on("pageerror", lambda error: pytest.fail(f"the page's script failed: {error}"))
        page.add_init_script(PAINTS)
        page.goto(f"{url}/?tab=inside&c=second&w=coat&{query}")
        page.wait_for_selector(".gi[data-state=drawn]", timeout=60_000)
        return page

    yield open_page
    for page in opened:
        page.close()


def pixels(page, which: str) -> str:
    return page.evaluate(f"document.querySelector('.gi-{which} .gx-canvas').toDataURL()")


def drawn(page, **wanted) -> None:
    """Wait until the last painting of an edited grid answers an ask with these fields."""
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
    assert "units speak for it" in page.inner_text(".gi-units-say")
    page.wait_for_function("document.querySelector('.gi-units-say').textContent.includes('grey levels')")
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


def test_a_slider_follows_the_hand(inside):
    page = inside("part=axes")
    page.wait_for_selector(".gi-axis", timeout=60_000)
    drawn(page, push=[])
    box = page.locator(".gi-axis input[type=range]").first.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, middle)
    page.mouse.down()
    page.evaluate("paints.length = 0")
    begun = time.perf_counter()
    for step in range(60):
        page.mouse.move(box["x"] + box["width"] * (0.5 + 0.007 * step), middle)
        page.wait_for_timeout(8)
    seconds = time.perf_counter() - begun
    page.mouse.up()
    last = float(page.locator(".gi-axis input[type=range]").first.input_value())
    drawn(page, push=[["pca", 0, last]])
    updates = page.evaluate("new Set(paints.map((ask) => JSON.stringify(ask.push))).size")
    assert updates >= 5, f"{updates} in {seconds:.2f} s"


def test_an_unknown_word_is_told_and_another_generator_drawn(inside):
    page = inside()
    page.fill(".gi-word", "coattt")
    page.wait_for_selector(".gi-trouble:not([hidden])")
    page.locator(".gi-suggestions button", has_text="coat").first.click()
    page.wait_for_selector(".gi-trouble[hidden]", state="attached")
    before = pixels(page, "before")
    page.select_option(".gx-checkpoint", "torn")
    page.wait_for_function("paints.length && paints.at(-1).c === 'torn'")
    assert pixels(page, "before") != before


@pytest.mark.parametrize("part", ["units", "axes"])
def test_narrow_fits_a_phone(inside, part):
    page = inside(f"part={part}", viewport={"width": 390, "height": 844}, color_scheme="dark")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
