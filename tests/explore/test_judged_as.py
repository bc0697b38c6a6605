"""Word similarity and what the pictures are judged as, side by side in real Chromium."""

import re
from itertools import pairwise

import pytest
from app_in_chromium import drawn, in_trouble, unharmed
from hostile_home import HOSTILE
from tiny_checkpoint import LABELS

from explorer.explore import Seeded, Spec, Studio

pytest_plugins = ["app_in_chromium"]


def rows(page) -> dict[str, list[str]]:
    """The numbers beside each label, as shown: its similarity and, where there is a judge, its share."""
    return dict(
        page.eval_on_selector_all(
            ".gx-bars li",
            "(rows) => rows.map((row) => [row.querySelector('.gx-label').textContent, "
            "[...row.querySelectorAll('.gx-number')].filter((n) => n.checkVisibility()).map((n) => n.textContent)])",
        )
    )


def test_the_page_says_whether_the_pictures_are_judged_as_the_word(visit):
    page = visit("?c=second&w=boots")
    assert page.inner_text(".gx-agreement") == "Nearest and judged as boots (16 of 16)."
    assert rows(page)["boots"] == ["1.00", "100 %"]
    assert {shown[1] for label, shown in rows(page).items() if label != "boots"} == {"–"}
    assert page.inner_text(".gx-heads").split() == ["similarity", "judged", "as"]
    page.fill(".gx-word", "dress")
    drawn(page, w="dress", c="second")
    assert page.inner_text(".gx-agreement") == "Nearest to dress, judged as boots (16 of 16)."
    assert page.locator(".gx-bars .gx-label").first.inner_text() == "dress"
    assert page.locator(".gx-most .gx-label").inner_text() == "boots"
    assert page.locator(".gx-bars button").first.get_attribute("aria-label") == ("dress 1.00 –: similarity, judged as")
    page.wait_for_function("document.querySelector('.gx-status').textContent.includes('judged as boots')")
    page.click("button[data-view='64']")
    drawn(page, w="dress", n=64)
    assert page.inner_text(".gx-agreement").endswith("boots (64 of 64).")


def test_the_page_shows_the_reading_of_the_core(visit, home, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(home))
    page = visit("?c=torn&w=dress")
    reading = Studio(device="cpu").render(Spec(checkpoint="torn", condition="dress", latents=Seeded(0, 16))).reading
    assert reading[0][1] < 1
    for label, share in reading:
        shown = rows(page)[label][1]
        assert shown == "–" if share == 0 else abs(float(shown.split()[0]) - 100 * share) <= 0.5
    most = [label for label, share in reading if share == reading[0][1]]
    assert sorted(page.locator(".gx-most .gx-label").all_inner_texts()) == sorted(most)
    most = round(16 * reading[0][1])
    said = f"({most} of 16" if reading[0][1] >= 0.5 else f"Mixed: {most} {reading[0][0]}, "
    assert said in page.inner_text(".gx-agreement")


def test_pixels_do_not_wait_for_the_judge_whose_last_reading_stands(visit):
    held = []

    def held_back(route) -> None:
        if route.request.post_data_json["fn_name"] == "about":
            held.append(route)
        else:
            route.continue_()

    page = visit("?c=second&w=boots")
    page.route("**/component_server/", held_back)
    page.fill(".gx-word", "dress")
    page.wait_for_function("paints.at(-1).w === 'dress'")
    assert page.locator(".gx-late .gx-most .gx-label").inner_text() == "boots"
    assert page.inner_text(".gx-agreement") == "Nearest and judged as boots (16 of 16)."
    page.fill(".gx-word", "dresss")  # is never drawn, so what is asked is still about the dresses
    page.wait_for_selector(".gx-in-trouble")
    (route,) = held
    assert route.request.post_data_json["data"]["w"] == "dress"
    route.continue_()
    page.wait_for_selector(".gx-condition:not(.gx-late)")
    assert page.inner_text(".gx-agreement") == "Nearest to dress, judged as boots (16 of 16)."
    assert in_trouble(page)


def test_without_a_judge_there_is_word_similarity_alone(visit):
    page = visit("?c=colour&w=dress")
    assert [len(shown) for shown in rows(page).values()] == [1] * len(LABELS)
    assert not page.is_visible(".gx-agreement") and not page.is_visible(".gx-heads")
    assert not page.locator(".gx-bar-track.gx-judged-as").first.is_visible()
    assert "No judge knows these labels" in page.inner_text(".gx-legend")


def test_every_checkpoint_of_the_menu_brings_its_own_judge_and_words(visit):
    page = visit("?c=second&w=coat")
    offered = page.locator(".gx-checkpoint option").evaluate_all("(options) => options.map((option) => option.value)")
    assert {"fashion-words", "second", "torn", "colour", "hostile"} <= set(offered)
    assert len(rows(page)) == 4 and page.inner_text(".gx-space") == "glove-minilm-100d"
    page.select_option(".gx-checkpoint", "colour")
    drawn(page, c="colour", w="coat")
    assert not page.is_visible(".gx-agreement")
    page.select_option(".gx-checkpoint", "fashion-words")
    drawn(page, c="", w="coat")
    assert len(rows(page)) == 10
    with unharmed(page):
        page.select_option(".gx-checkpoint", "hostile")
        page.wait_for_selector(".gx-in-trouble")  # it has no coat
        assert page.inner_text(".gx-space") == "hostile"
        page.fill(".gx-word", "cup")
        drawn(page, c="hostile", w="cup")
        assert page.inner_text(".gx-agreement") == f"Nearest to cup, judged as {HOSTILE} (16 of 16)."
    page.select_option(".gx-checkpoint", "second")
    page.fill(".gx-word", "boots")
    drawn(page, c="second", w="boots")
    assert page.inner_text(".gx-space") == "glove-minilm-100d"
    assert page.inner_text(".gx-agreement") == "Nearest and judged as boots (16 of 16)."


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_of_the_table_is_cut_or_covered(visit, width):
    page = visit("?c=second&w=boots", viewport={"width": width, "height": 844})
    row = page.locator(".gx-bars li", has_text="boots").locator("span")
    boxes = row.evaluate_all("(spans) => spans.map((span) => span.getBoundingClientRect().toJSON())")
    assert len(boxes) == 5 and all(left["right"] <= right["left"] for left, right in pairwise(boxes))
    assert boxes[-1]["right"] <= width and min(boxes[1]["width"], boxes[3]["width"]) > 35
    assert row.evaluate_all("(spans) => spans.every((span) => span.scrollWidth <= span.clientWidth)")


def test_similarity_and_judgement_have_colours_of_their_own_in_the_dark_too(visit):
    seen = []
    for scheme in ("light", "dark"):
        page = visit("?c=second&w=boots", color_scheme=scheme)
        for column in ("similarity", "judged-as"):
            seen.append(
                page.evaluate(
                    "(column) => getComputedStyle(document.querySelector(`.gx-most .gx-bar-track.gx-${column} i`))"
                    ".backgroundColor",
                    column,
                )
            )
    assert len(set(seen)) == 4 and all(re.match(r"rgb\(", colour) for colour in seen)
