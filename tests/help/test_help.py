"""The first minute in real Chromium: what the generator learned, what each control does, and the tries of Help."""

import re

import pytest
from app_in_chromium import drawn

pytest_plugins = ["app_in_chromium"]
WIDE = {"viewport": {"width": 1200, "height": 860}}  # a browser of its own, which remembers nothing
TABS = ("explore", "walk", "arithmetic", "map", "inside", "compare", "train", "library")


def test_the_line_on_what_was_learned_steps_aside_after_the_first_word(visit):
    page = visit(**WIDE)
    assert page.inner_text(".gx-learned") == (
        "60,000 pictures of ten kinds of clothing; any other word is a guess from its vector."
    )
    page.select_option(".gx-checkpoint", "unasked")
    page.wait_for_function("document.querySelector('.gx .gx-wordless').textContent.includes('latent alone')")
    assert not page.is_visible(".gx-learned")  # said once
    page.select_option(".gx-checkpoint", "fashion-words")
    page.locator(".gx-examples button").nth(1).click()
    drawn(page, w="slipper")
    assert not page.is_visible(".gx-learned")
    page.reload()
    page.wait_for_selector("[data-state=drawn]")
    page.wait_for_function("document.querySelector('.gx-checkpoint').options.length > 0")
    assert not page.is_visible(".gx-learned")


def test_a_sentence_opens_by_keyboard_and_escape_closes_it(visit):
    page = visit(**WIDE)
    info = page.locator("label[for=gx-psi] + .gx-info")
    info.focus()
    page.keyboard.press("Enter")
    box = page.locator(".gx .gx-info-box")
    assert "z's spread" in box.inner_text() and info.get_attribute("aria-expanded") == "true"
    described = page.locator(f"#{info.get_attribute('aria-describedby')}").text_content()
    assert "z's spread" in described
    page.keyboard.press("Escape")
    assert not box.is_visible() and info.get_attribute("aria-expanded") == "false"
    assert info.evaluate("(button) => button === document.activeElement")
    info.click()
    page.click(".gx-drawn h2")
    assert not box.is_visible()


@pytest.mark.slow
@pytest.mark.parametrize("width", [390, 1200])
def test_every_tab_explains_its_controls_and_stays_within_the_page(visit, width):
    page = visit(viewport={"width": width, "height": 860})
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    for tab in TABS:
        page.click(f".gx-tabs [data-tab={tab}]")
        root = page.locator(f"#{tab} .gx-sheet")
        root.locator(".gx-info:visible").first.wait_for()
        for info in root.locator(".gx-info:visible").all():
            about = page.locator(f"#{info.get_attribute('aria-describedby')}").text_content()
            assert re.fullmatch(r"About: .+", info.get_attribute("aria-label")) and about.endswith(".")
        assert root.locator("label .gx-info, button .gx-info").count() == 0, tab
        info = root.locator(".gx-info:visible").last
        info.click()
        place = root.locator(".gx-info-box").bounding_box()
        assert place["x"] >= 0 and place["x"] + place["width"] <= width
        page.keyboard.press("Escape")
        assert page.evaluate("document.documentElement.scrollWidth") == width, tab
    assert errors == []


def test_help_types_a_word_moves_a_slider_and_walks(visit):
    page = visit(**WIDE)
    page.locator(".gx-drawn").click()  # out of the word box, where ? is a letter
    page.keyboard.press("?")
    first = page.locator(".gh-tries button").first
    assert "slipper" in first.inner_text()
    first.click()
    drawn(page, w="slipper")
    page.wait_for_selector(".gr-say:has-text('slipper')")
    page.click(".gr-act")
    drawn(page, w="slipper", wt=1)
    assert page.inner_text(".gx-truncation-out") == "1.00"
    page.wait_for_selector(".gr-say:has-text('trained words alone')")
    page.click(".gr-act")
    page.wait_for_selector("#walk .gx-scrub")
    page.wait_for_selector(".gr-say:has-text('Every frame')")
    assert page.get_attribute("[data-tab=walk]", "aria-current") == "page"


def test_help_offers_what_a_generator_without_words_can_do(visit):
    page = visit("?c=unasked", **WIDE)
    seed = page.input_value(".gx-seed")
    page.click(".gx-open-help")
    assert "seed" in page.locator(".gh-tries button").first.inner_text()
    page.locator(".gh-tries button").first.click()
    page.wait_for_function("(seed) => document.querySelector('.gx-seed').value !== seed", arg=seed)
    page.click(".gx-open-help")
    page.keyboard.press("Escape")
    assert not page.is_visible(".gh-dialog")
