"""Two words side by side on the same latents, in Chromium."""

import re

import pytest
from app_in_chromium import drawn

from explorer.explore.render.png import specs_from_png

pytest_plugins = ["app_in_chromium"]
pytestmark = pytest.mark.slow


def test_a_second_word_is_typed_divided_subtracted_and_kept_in_the_address(open_page):
    page = open_page("?w=coat&s=7&c=second")
    page.click(".gx-beside")
    page.keyboard.type("boots", delay=30)
    drawn(page, w="boots", s="7", c="second")
    divider = page.locator(".gx-divider")
    divider.wait_for()
    page.wait_for_url("**/?w=coat&s=7&w2=boots&c=second")
    assert page.locator(".gx-side:visible").all_inner_texts() == ["coat", "boots"]
    divider.focus()
    for key in ("ArrowRight", "Shift+ArrowRight"):
        page.keyboard.press(key)
    page.wait_for_url("**/*&at=0.62&*")
    assert divider.get_attribute("aria-valuetext") == "62 % coat, the rest boots"
    frame, box = page.locator(".gx-frame").bounding_box(), divider.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(frame["x"] + 0.3 * frame["width"], box["y"] + 90, steps=6)
    page.mouse.up()
    page.wait_for_url(re.compile("at=0.3&|at=0.29|at=0.30"))
    for place, word in ((0, "coat"), (3, "boots")):  # each side opens its own
        page.locator(".gx-tile").nth(place).click()
        assert page.inner_text("#gx-dialog-title") == word
        page.keyboard.press("Escape")
    page.click(".gx-how [data-value='1']")
    page.wait_for_url("**/*&diff=1&*")
    assert re.search(r"coat and boots differ by \d+\.\d of 255", page.inner_text(".gx-differ"))
    with page.expect_download() as saved:
        page.click(".gx-download")
    assert saved.value.suggested_filename.startswith("coat-boots-s7-psi1-")
    assert [spec.condition for spec in specs_from_png(saved.value.path().read_bytes())] == ["coat", "boots"]
    page.reload()
    page.wait_for_selector(".gx-difference:not([hidden])")
    assert page.input_value(".gx-word2") == "boots"
    page.fill(".gx-word2", "slippper")
    page.wait_for_selector(".gx-trouble2:not([hidden])")
    assert "slippper" in page.inner_text(".gx-sentence2") and not page.locator(".gx-in-trouble").count()
    page.locator(".gx-suggestions2 button", has_text="slipper").first.click()
    drawn(page, w="slipper")
    page.click(".gx-second-close")
    page.wait_for_url(lambda address: "w2=" not in address)
    assert page.locator(".gx-canvas2").is_hidden()
    page.evaluate("history.back()")
    page.wait_for_url("**/*w2=*")
    page.wait_for_selector(".gx-second:not([hidden])")


def test_it_fits_a_phone_and_is_not_there_without_words(open_page):
    page = open_page("?w=coat&w2=boots&c=second", viewport={"width": 390, "height": 844}, color_scheme="dark")
    page.wait_for_selector(".gx-divider:not([hidden])")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.select_option(".gx-checkpoint", "unasked")
    drawn(page, c="unasked")
    for selector in (".gx-second", ".gx-beside", ".gx-divider", ".gx-how"):
        assert page.locator(selector).is_hidden()
