"""The Explore tab in real Chromium, with the shipped generator: typing, dragging, keeping, reloading, dark, narrow."""

import re

import torch
from app_in_chromium import drawn, in_trouble, pixels
from PIL import Image

from explorer import spec_from_png
from explorer.explore import Mixed, Seeded

pytest_plugins = ["app_in_chromium"]
SOME_PIXELS = "[...document.querySelector('.gx-canvas').getContext('2d').getImageData(0, 0, 60, 60).data]"
WATCH_TROUBLE = """() => {
  [window.typed, window.troubles] = [0, []];
  document.querySelector(".gx-word").addEventListener("input", () => (typed = performance.now()));
  new MutationObserver(() => document.querySelector(".gx-in-trouble") && troubles.push(performance.now())).observe(
    document.querySelector(".gx"), { attributes: true, attributeFilter: ["class"] });
}"""


def test_opens_with_pictures_and_the_word_box_focused(visit):
    page = visit()
    assert page.evaluate("document.activeElement.className") == "gx-word"
    assert len(set(page.evaluate(SOME_PIXELS))) > 5
    assert re.match(r"16 pictures of boots, most like boots", page.get_attribute(".gx-canvas", "aria-label"))
    assert page.locator(".gx-tile").count() == 16
    assert page.locator(".gx-bars li").count() == 10
    assert page.locator(".gx-nearest button").count() == 10
    assert page.inner_text(".gx-farsay")
    assert page.inner_text(".gx-device") == "CPU" or not torch.accelerator.is_available()


def test_opens_with_a_word_that_suits_the_generator(visit):
    page = visit("?c=styled")
    first = page.locator(".gx-examples button").first.inner_text()
    drawn(page, c="styled", w=first)
    assert [ask["w"] for ask in page.evaluate("paints")] == [first]  # no other was drawn before
    assert page.input_value(".gx-word") == first
    assert page.evaluate("getSelection().toString()") == first  # what is typed takes its place


def test_typing_redraws_while_typing(visit):
    page = visit()
    page.evaluate("paints.length = 0")
    page.keyboard.type("boots", delay=120)
    drawn(page, w="boots")
    before = pixels(page)
    page.keyboard.type(" - leather", delay=30)
    drawn(page, w="boots - leather")
    assert pixels(page) != before
    assert len({ask["w"] for ask in page.evaluate("paints")}) >= 3  # not only when the typing stopped
    page.wait_for_url("**/?w=boots+-+leather")
    page.locator(".gx-bars button").first.click()
    drawn(page, w=page.locator(".gx-bars button").first.get_attribute("data-word"))
    page.fill(".gx-word", "boots-leather")
    drawn(page, w="boots-leather")
    assert "boots - leather" in page.inner_text(".gx-hints")


def test_dragging_redraws_and_the_last_value_is_drawn(visit):
    page = visit("?w=coat")
    box = page.locator(".gx-psi").bounding_box()
    page.evaluate("paints.length = 0")
    page.mouse.move(box["x"] + box["width"] * 0.66, box["y"] + box["height"] / 2)
    page.mouse.down()
    for step in range(40):
        page.mouse.move(box["x"] + box["width"] * (0.66 - 0.01 * step), box["y"] + box["height"] / 2)
    page.mouse.up()
    last = float(page.input_value(".gx-psi"))
    assert 0.2 < last < 0.6
    drawn(page, psi=last)
    assert len({ask["psi"] for ask in page.evaluate("paints")}) >= 3
    assert page.inner_text(".gx-psi-out") == f"{last:.2f}"
    assert "cut at ±" in page.inner_text(".gx-bound")
    page.click("[data-mode=resample]")
    drawn(page, mode="resample")


def test_an_unknown_word_waits_for_rest_then_suggests(visit):
    page = visit("?w=coat")
    before = pixels(page)
    page.evaluate(WATCH_TROUBLE)
    page.fill(".gx-word", "slippper")
    page.wait_for_selector(".gx-in-trouble")
    assert 480 <= page.evaluate("troubles[0] - typed") <= 3000
    assert pixels(page) == before  # dimmed, not replaced
    assert "slippper" in page.inner_text(".gx-sentence")
    assert page.get_attribute(".gx-word", "aria-invalid") == "true"
    chip = page.locator(".gx-suggestions button", has_text="slipper").first
    chip.click()
    drawn(page, w="slipper")
    assert not in_trouble(page)
    page.fill(".gx-word", "boots + slippper")
    page.keyboard.press("Enter")  # no need to wait for rest
    page.wait_for_selector(".gx-in-trouble")
    page.locator(".gx-suggestions button", has_text="slipper").first.click()
    drawn(page, w="boots + slipper")
    page.fill(".gx-word", "zqxzqxzqx")
    page.wait_for_selector(".gx-in-trouble")
    page.keyboard.press("Escape")
    drawn(page, w="boots + slipper")
    assert page.input_value(".gx-word") == "boots + slipper"


def test_no_flicker_while_slipper_is_typed(visit):
    page = visit("?w=coat")
    page.evaluate(WATCH_TROUBLE)
    page.evaluate("""async () => {  // typed from inside, so that no pause between keys is longer than meant
      const box = document.querySelector(".gx-word");
      for (let letters = 0; letters <= 7; letters++) {
        box.value = "slipper".slice(0, letters);
        box.dispatchEvent(new InputEvent("input", { bubbles: true }));
        await new Promise((next) => setTimeout(next, 90));
      }
    }""")
    drawn(page, w="slipper")
    page.wait_for_timeout(600)
    assert page.evaluate("troubles") == []


def test_the_address_survives_a_reload_and_shuffling_moves_it(visit):
    page = visit("?w=boots&s=9007199254740993&psi=0.6&n=64&j=0.25&b=0.5&mode=resample")
    assert page.locator(".gx-tile").count() == 64
    before = pixels(page)
    page.reload()
    drawn(page, w="boots", s="9007199254740993", psi=0.6, n=64, j=0.25, b=0.5, mode="resample")
    assert pixels(page) == before
    page.click(".gx-shuffle")
    page.wait_for_function("paints.at(-1).s !== '9007199254740993'")
    page.wait_for_function("!location.search.includes('9007199254740993')")
    assert pixels(page) != before
    page.click(".gx-lock")
    seed = page.input_value(".gx-seed")
    page.locator(".gx-examples button", has_text="jeans").click()
    drawn(page, w="jeans")
    assert page.input_value(".gx-seed") != seed  # unlocked: another word brings other noise


def test_a_tile_opens_by_keyboard_and_its_noise_is_kept(visit, tmp_path):
    page = visit("?w=coat&s=7")
    page.locator(".gx-tile").first.focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.ariaLabel") == "coat, picture 7 of 16"
    page.keyboard.press("Enter")
    assert page.inner_text(".gx-which") == "Seed 7, picture 7"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.ariaLabel") == "coat, picture 7 of 16"
    page.keyboard.press("Enter")
    with page.expect_download() as saved:
        page.click(".gx-tile-download")
    spec = spec_from_png(saved.value.path().read_bytes())
    assert (spec.condition, spec.latents) == ("coat", Mixed((((1.0, 7, 6),),)))
    page.click(".gx-keep")
    drawn(page, w="coat", z=["7.6"])
    assert page.locator(".gx-tile").count() == 1
    assert page.evaluate("document.activeElement.className") == "gx-word"
    page.keyboard.type("dress")
    drawn(page, w="dress", z=["7.6"])
    page.wait_for_url("**/?w=dress&s=7&z=7.6")
    page.reload()
    drawn(page, w="dress", z=["7.6"])
    page.click("button[data-view='16']")
    drawn(page, n=16)
    assert page.locator(".gx-is-kept").count() == 1


def test_the_download_remembers_how_it_was_drawn(visit):
    page = visit("?w=red boots&s=3&psi=0.7")
    with page.expect_download() as saved:
        page.click(".gx-download")
    assert saved.value.suggested_filename == "red-boots-s3-psi0.7-896x896-fashion-words.png"
    spec = spec_from_png(saved.value.path().read_bytes())
    assert (spec.checkpoint, spec.condition, spec.latents, spec.psi) == (
        "fashion-words",
        "red boots",
        Seeded(3, 16),
        0.7,
    )
    assert Image.open(saved.value.path()).size == (896, 896)


def test_dark_follows_the_system(visit):
    def brightness(page, selector: str, what: str) -> float:
        colour = page.evaluate(f"getComputedStyle(document.querySelector('{selector}')).{what}")
        return sum(map(float, re.findall(r"[\d.]+", colour)[:3])) / 3

    light, dark = visit(color_scheme="light"), visit(color_scheme="dark")
    assert brightness(light, "body", "backgroundColor") > 220 > 60 > brightness(dark, "body", "backgroundColor")
    assert brightness(light, ".gx-word", "color") < 60 < 200 < brightness(dark, ".gx-word", "color")
    forced = visit("?__theme=dark", color_scheme="light")
    assert brightness(forced, ".gx-word", "color") > 200
    assert "__theme=dark" in forced.url


def test_narrow_fits_a_phone(visit):
    page = visit(viewport={"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    for selector in (
        ".gx-word",
        ".gx-canvas",
        ".gx-seed",
        ".gx-download",
        ".gx-psi",
        ".gx-condition",
        ".gx-checkpoint",
    ):
        box = page.locator(selector).bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    assert page.locator(".gx-canvas").bounding_box()["width"] > 340
    page.locator(".gx-tile").first.click()
    box = page.locator(".gx-dialog[open]").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
