"""Styles and word truncation in Chromium: chips, mixtures, the slider, the address, and the other tabs."""

from app_in_chromium import drawn, in_trouble, pixels

from explorer import spec_from_png

pytest_plugins = ["app_in_chromium"]
TINTS = """[...document.querySelectorAll(".gx-thumbnail")].map((node) =>
  node.getContext("2d").getImageData(0, 0, node.width, node.height).data.reduce((sum, value) => sum + value, 0))"""
THUMBNAILS = ".gx-style-chips[data-thumbnails=drawn]"


def chip(page, name: str):
    return page.locator(f".gx-style-chip[data-style={name}]")


def pressed(page) -> list[str]:
    return page.locator(".gx-style-chip[aria-pressed=true]").evaluate_all("all => all.map(one => one.dataset.style)")


def test_chips_switch_mix_and_stay_in_the_address(visit):
    page = visit("?w=coat&c=styled")
    assert pressed(page) == ["any"]
    page.wait_for_selector(THUMBNAILS)
    assert len(set(page.evaluate(TINTS))) == 5, "any, all styles, and three of them, each otherwise"
    before = pixels(page)

    chip(page, "noto").click()
    drawn(page, style="noto")
    assert pressed(page) == ["noto"] and pixels(page) != before
    assert page.input_value(".gx-style") == "noto"
    assert page.get_attribute(".gx-canvas", "aria-label").startswith("16 pictures of coat in noto")
    page.wait_for_url("**/?w=coat&style=noto&c=styled")

    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+Enter")
    drawn(page, style="noto + flat")
    assert pressed(page) == ["noto", "flat"]

    chip(page, "each").click()
    drawn(page, style="each")
    assert pressed(page) == ["each"]
    assert page.locator(".gx-tile").evaluate_all("all => all.slice(0, 4).map(one => one.dataset.about)") == [
        "noto",
        "flat",
        "doodle",
        "noto",
    ]

    page.fill(".gx-style", "noto + 0.5*doodle")
    drawn(page, style="noto + 0.5*doodle")
    page.locator(".gx-truncation").fill("0.5")
    drawn(page, style="noto + 0.5*doodle", wt=0.5)
    assert page.inner_text(".gx-truncation-out") == "0.50"
    page.wait_for_url("**/?w=coat&style=noto+%2B+0.5*doodle&wt=0.5&c=styled")
    mixed = pixels(page)
    page.reload()
    drawn(page, style="noto + 0.5*doodle", wt=0.5)
    assert pixels(page) == mixed and pressed(page) == ["noto", "doodle"]

    with page.expect_download() as saved:
        page.click(".gx-download")
    assert saved.value.suggested_filename.startswith("coat-noto-0-5-doodle-s0-psi1-")
    spec = spec_from_png(saved.value.path().read_bytes())
    assert (spec.checkpoint, spec.style, spec.word_truncation) == ("styled", "noto + 0.5*doodle", 0.5)


def test_word_truncation_says_what_each_picture_took_and_ends_an_old_blend(visit):
    page = visit("?w=garment&c=styled&b=0.5")
    drawn(page, b=0.5)
    assert "blends 50 %" in page.inner_text("#gx-taken")
    page.locator(".gx-truncation").fill("1")
    drawn(page, wt=1, b=0)
    page.wait_for_url("**/?w=garment&wt=1&c=styled")
    assert "owards" in page.inner_text("#gx-taken")
    assert page.get_attribute(".gx-tile", "data-about").startswith("towards ")
    page.locator(".gx-tile").first.click()
    assert page.inner_text(".gx-which").startswith("Seed 0, picture 1: towards ")


def test_a_wrong_style_waits_for_rest_then_suggests(visit):
    page = visit("?w=coat&c=styled")
    page.fill(".gx-style", "noto + 0.5*dodle")
    page.wait_for_selector(".gx-in-trouble")
    assert page.inner_text(".gx-sentence").startswith("“dodle” is none of this generator")
    assert page.get_attribute(".gx-style", "aria-invalid") == "true"
    assert page.get_attribute(".gx-word", "aria-invalid") is None
    page.locator(".gx-suggestions button", has_text="doodle").click()
    drawn(page, style="noto + 0.5*doodle")
    assert not in_trouble(page)
    page.fill(".gx-style", "<img src=x onerror=alert(1)>")
    page.wait_for_selector(".gx-in-trouble")
    assert "has no style" in page.inner_text(".gx-sentence")
    page.keyboard.press("Escape")
    drawn(page, style="noto + 0.5*doodle")
    assert page.input_value(".gx-style") == "noto + 0.5*doodle"


def test_there_are_no_chips_without_styles_and_none_are_asked_for(visit):
    page = visit("?w=coat&style=noto")
    page.wait_for_selector(".gx[data-state=drawn]:not(.gx-in-trouble)")  # as soon as the menu says so
    assert page.is_hidden(".gx-styles")
    page.evaluate("paints.length = 0")
    page.fill(".gx-word", "boots")
    drawn(page, w="boots")
    assert all("style" not in ask for ask in page.evaluate("paints"))
    page.select_option(".gx-checkpoint", "styled")  # it has that style
    drawn(page, w="boots", c="styled", style="noto")
    assert pressed(page) == ["noto"]


def test_thumbnails_follow_the_word_after_its_pictures(visit):
    page = visit("?w=coat&c=styled")
    page.wait_for_selector(THUMBNAILS)
    before = page.evaluate(TINTS)
    page.evaluate("""() => {
      window.order = [];
      document.addEventListener("painted", () => order.push("pictures"));
      document.querySelector(".gx-style-chips").addEventListener("thumbnails", () => order.push("thumbnails"));
    }""")
    page.fill(".gx-word", "dress")
    page.wait_for_function("order.includes('thumbnails')")
    assert page.evaluate("order")[0] == "pictures"
    assert page.evaluate(TINTS) != before
    page.fill(".gx-word", "coat")
    page.wait_for_function("order.filter((one) => one === 'thumbnails').length === 2")
    assert page.evaluate(TINTS) == before


def test_chips_fit_a_phone(visit):
    for width in (320, 360):
        page = visit("?w=coat&c=styled&style=doodle", viewport={"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") == width
        box = chip(page, "doodle").bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width


def test_the_style_comes_along_to_other_tabs(visit):
    page = visit("?w=coat&c=styled&style=noto&wt=0.5")
    page.wait_for_url("**/?w=coat&style=noto&wt=0.5&c=styled")
    page.click(".gx-tabs [data-tab=walk]")
    page.wait_for_selector(".gx-walk[data-state=drawn]")
    page.wait_for_function("paints.at(-1).frames && paints.at(-1).style === 'noto' && paints.at(-1).wt === 0.5")
    page.select_option(".gx-stop:nth-child(2) .gx-stop-style", "flat")
    page.wait_for_function("String(paints.at(-1).styles) === 'noto,flat'")
    assert page.locator(".gx-ticks span").all_inner_texts()[1].endswith("· flat")
    page.wait_for_url("**stopstyle=&stopstyle=flat**")

    page.click(".gx-tabs [data-tab=arithmetic]")
    page.click(".gx-arithmetic .gx-views [data-value=axes]")
    page.select_option(".gx-style-axis select", "doodle")
    page.wait_for_function("paints.at(-1).style === '0.5*noto + 0.5*doodle'")

    page.click(".gx-tabs [data-tab=inside]")
    page.wait_for_selector(".gi[data-state=drawn]")
    page.select_option(".gi .gx-style-of select", "each")
    page.wait_for_function("paints.at(-1).style === 'each' && paints.at(-1).off")


def test_a_grid_over_styles_opens_its_pictures_in_explore(visit):
    page = visit("?tab=compare&view=grid&c=styled&x=style&y=word&yv=coat&yv=boots&wt=0.5")
    page.wait_for_selector(".gc-plate:not([hidden])")
    assert page.locator(".gc-across span").all_inner_texts() == ["noto", "flat", "doodle"]
    assert page.is_hidden(".gc .gx-style-of")  # it grows along a side
    page.locator(".gc-tiles button").nth(1).click()
    page.wait_for_url("**/?w=coat**style=flat&wt=0.5**")
    drawn(page, w="coat", style="flat", wt=0.5, z=["0.0"])
