"""What a page says of what it cannot take, and where; its menu of generators; light and dark."""

import json

import pytest
from app_in_chromium import drawn

from explorer.checkpoint.figures_line import figures_line

pytest_plugins = ["app_in_chromium"]
SEED = "A seed is a whole number from 0 to 9223372036854775807."


def test_a_line_of_figures_says_what_was_measured_and_nothing_else(tmp_path):
    assert figures_line(tmp_path) == ""
    path = tmp_path / "metrics.json"
    figures = {"recall": 0.5, "label_accuracy": 0.914}
    path.write_text(json.dumps({"evaluation": {"fd_over_floor": 5.14, "figures": figures}}))
    assert figures_line(tmp_path) == "5.1 × real-vs-real FD, recall 0.50, 91 % judged as its label"
    for wrong in (
        "[",
        "[]",
        '{"evaluation": []}',
        '{"evaluation": {"fd_over_floor": "<b>", "figures": {"recall": 9}}}',
    ):
        path.write_text(wrong)
        assert figures_line(tmp_path) == ""


@pytest.mark.parametrize(
    "query", ["?w=boots&c=second", "?tab=inside&w=boots&c=second", "?tab=compare&view=grid&c=second"]
)
def test_what_is_no_seed_stays_in_its_box_with_the_range_until_it_is_mended(visit, query):
    page = visit(query)
    box = page.locator(".gx-seed:visible")
    box.fill("abc")
    note = page.locator(".gx-invalid")
    assert note.inner_text() == SEED and box.get_attribute("aria-invalid") == "true"
    assert note.get_attribute("id") in box.get_attribute("aria-describedby").split()
    box.blur()
    assert box.input_value() == "abc" and note.count() == 1
    box.fill("7")
    assert note.count() == 0 and box.get_attribute("aria-invalid") == "false"
    page.wait_for_url("**s=7**")


def test_an_address_that_cannot_be_taken_is_answered_at_the_head(visit):
    page = visit("?tab=walk&s=abc&psi=9&c=nosuch")
    notice = page.locator(".gx-notice")
    page.wait_for_selector(".gx-notice .gx-chip")
    said = notice.inner_text()
    assert "There is no generator “nosuch” here." in said and "the seed “abc”" in said and SEED in said
    assert "from 0 to 1.5." in said
    page.click(".gx-notice .gx-chip")
    drawn(page, c="")
    assert "nosuch" not in notice.inner_text()
    page.click(".gx-notice .gx-away")
    assert notice.is_hidden()
    quiet = visit("?w=boots&c=second&s=7&psi=0.5")
    assert quiet.locator(".gx-notice").is_hidden()


def test_more_units_than_there_are_cannot_be_switched_off(visit):
    page = visit("?tab=inside&w=boots&c=second")
    page.wait_for_selector(".gi-unit")
    units = page.locator(".gi-unit").count()
    page.fill(".gi-many", "9999")
    assert page.inner_text(".gx-invalid") == f"How many units are off is a whole number from 1 to {units}."
    page.click(".gi-off-best")
    assert page.locator(".gi-unit[aria-pressed=true]").count() == 0
    page.fill(".gi-many", "1")
    page.click(".gi-off-best")
    assert page.locator(".gi-unit[aria-pressed=true]").count() == 1 and page.locator(".gx-invalid").count() == 0


def test_a_stale_grid_cannot_be_saved(visit):
    page = visit("?tab=compare&view=grid&x=psi&xv=1&y=seed&yv=1&c=second&w=boots")
    page.wait_for_selector(".gc-save:not([hidden])")
    assert page.is_enabled(".gc-save")
    page.fill(".gc-word", "coat")
    page.wait_for_selector(".gc-stale")
    assert page.is_disabled(".gc-save") and page.is_disabled(".gc-save ~ .gx-heart")
    page.click(".gc-draw:enabled")
    page.wait_for_selector(".gc-plate:not(.gc-stale)")
    assert page.is_enabled(".gc-save")


def test_the_menu_of_generators_is_grouped_filtered_and_says_what_each_is(visit):
    page = visit("?w=boots&c=second")
    groups = page.locator(".gx-checkpoint optgroup").evaluate_all("(groups) => groups.map(({ label }) => label)")
    assert {"fashion-mnist", "mnist", "cifar10"} <= set(groups) and len(groups) == len(set(groups))
    page.click(".gx-checkpoint")
    rows = page.locator(".gx-generator-row")
    shown = page.locator(".gx-generator-row", has_text="mnist-infogan").inner_text()
    assert "InfoGAN · takes 3 codes, no words" in shown and "real-vs-real FD" in shown
    every = rows.count()
    page.keyboard.type("mnist unconditional")
    assert 0 < rows.count() < every
    page.fill(".gx-generators input", "nothing like this")
    assert rows.count() == 0 and page.is_visible(".gx-generator-none")
    page.fill(".gx-generators input", "mnist-acgan")
    page.keyboard.press("Enter")
    drawn(page, c="mnist-acgan")
    assert page.input_value(".gx-checkpoint") == "mnist-acgan" and page.locator("dialog[open]").count() == 0


def test_light_and_dark_are_chosen_and_kept(visit):
    page = visit("?w=boots&c=second", color_scheme="light")
    is_dark = "document.body.classList.contains('dark')"
    assert not page.evaluate(is_dark)
    page.click(".gx-scheme")
    page.click(".gx-scheme")
    assert page.evaluate(is_dark) and page.get_attribute(".gx-scheme", "aria-label").startswith("Dark colours")
    page.reload()
    page.wait_for_function(is_dark)
    page.click(".gx-scheme")  # as the system again
    assert not page.evaluate(is_dark)
