"""The Arithmetic tab: requests as a stranger may send them, and in Chromium sums of words, of pictures, and axes."""

import asyncio
import base64

import pytest
from app_in_chromium import drawn
from app_requests import TAB, answering_for, refused_in_a_sentence
from tiny_checkpoint import publish_tiny

from explorer.app.arithmetic.request import read_sum_request
from explorer.app.arithmetic.tab import ArithmeticTab
from explorer.explore import Seeded, Spec, Studio, semantic, spec_from_png, specs_from_png

pytest_plugins = ["app_in_chromium"]
SOURCES = {"fashion-words": "fashion-words"}
THREE = ["0.1", "0.2", "7.3"]


def read(**fields):
    return read_sum_request({"tab": TAB, "w": "coat", **fields}, SOURCES.get, "fashion-words")


def test_sums_are_read():
    words = read(w="boots - leather", s="7", psi=0.5)
    assert (words.spec, words.terms) == (Spec("fashion-words", "boots - leather", Seeded(7), psi=0.5), None)
    pictures = read(terms=[[1, THREE], [-1, ["1.1", "1.2", "1.3"]]], noise=0.5, save=True)
    assert pictures.terms == ((1.0, ((0, 1), (0, 2), (7, 3))), (-1.0, ((1, 1), (1, 2), (1, 3))))
    assert (pictures.noise, pictures.save) == (0.5, "sheet")


@pytest.mark.parametrize(
    "fields",
    [
        {"w": None},
        {"w": "x" * 201},
        {"terms": []},
        {"terms": "0.1"},
        {"terms": [[1, THREE]] * 9},
        {"terms": [[2, THREE]]},
        {"terms": [[True, THREE]]},
        {"terms": [["1", THREE]]},
        {"terms": [[1, THREE, 1]]},
        {"terms": [[1, ["0.1"] * 16]]},
        {"terms": [[1, [[0, 1]]]]},
        {"terms": [[1, "0.1"]]},
        {"noise": 3},
        {"noise": "1"},
        {"psi": -1},
        {"s": 1},
        {"columns": 3},
    ],
)
def test_a_sum_that_no_page_of_ours_requests_is_refused_in_a_sentence(fields):
    refused_in_a_sentence(read, **fields)


@pytest.fixture(scope="module")
def tab(tmp_path_factory) -> ArithmeticTab:
    folder = publish_tiny(tmp_path_factory.mktemp("secret-place") / "mine")
    return ArithmeticTab(answering_for(folder))


def summed(tab: ArithmeticTab, **fields) -> dict:
    return asyncio.run(tab.sum({"tab": TAB, **fields}))


def spec_in(part: dict) -> Spec:
    return spec_from_png(base64.b64decode(part["png"]))


def test_operands_stand_above_their_sum_under_the_checkpoint_s_name(tab):
    reply = summed(tab, w="boots - 0.5*dress")
    assert [part["label"] for part in reply["operands"]] == ["+ boots", "- 0.5 dress"]
    parts = [*reply["operands"], reply]
    assert [spec_in(part) for part in parts] == [Spec("mine", word) for word in ("boots", "dress", "boots - 0.5*dress")]
    assert {(part["count"], part["columns"]) for part in parts} == {(16, 4)}
    assert len(reply["nearest"]) == 10
    sheet = summed(tab, w="boots - 0.5*dress", save=True)["png"]
    assert [spec.checkpoint for spec in specs_from_png(base64.b64decode(sheet))] == ["mine"] * 3


def test_a_sum_of_pictures_has_rows_of_tiles_with_their_mean_and_nine_results(tab):
    reply = summed(tab, w="boots", terms=[[1, THREE], [-1, ["1.1", "1.2", "1.3", "1.4"]]])
    assert [(part["count"], part["columns"]) for part in reply["operands"]] == [(4, 4), (5, 5)]
    assert (reply["count"], reply["columns"]) == (9, 3)
    few = summed(tab, w="boots", terms=[[1, ["0.1", "0.2"]]])
    assert few["ok"] is False and "3 to 15" in few["message"]
    unknown = summed(tab, w="boots - slippper")
    assert (unknown["kind"], unknown["word"], unknown["position"]) == ("unknown", "slippper", 8)


# --- in Chromium ---


def test_a_sum_is_typed_and_kept_as_a_sheet(visit):
    page = visit("?tab=arithmetic&c=second&w=boots - dress")
    drawn(page, w="boots - dress", c="second")
    page.wait_for_function("document.querySelectorAll('.gx-grids li').length === 2")
    assert page.locator(".gx-grids li > span").all_inner_texts() == ["boots", "− dress"]
    page.fill(".gx-expression", "boots - dress + summer")
    drawn(page, w="boots - dress + summer")
    page.wait_for_function("document.querySelectorAll('.gx-grids li').length === 3")
    assert page.inner_text(".gx-summed") == "boots - dress + summer"
    assert page.locator(".gx-words li").count() == 10
    page.wait_for_url("**/?tab=arithmetic&w=boots+-+dress+%2B+summer&c=second")
    with page.expect_download() as saved:
        page.click("[data-save=words]")
    specs = specs_from_png(saved.value.path().read_bytes())
    assert [spec.condition for spec in specs] == ["boots", "dress", "summer", "boots - dress + summer"]
    page.fill(".gx-expression", "boots - slippper")
    page.locator(".gx-suggestions button", has_text="slipper").first.click()
    drawn(page, w="boots - slipper")


def test_tiles_are_clicked_into_terms(visit):
    page = visit("?tab=arithmetic&c=second&view=pictures&w=coat")
    page.wait_for_selector(".gx-picks button")
    for term, tiles in (("plus", (0, 1, 2)), ("minus", (3, 4, 5))):
        page.click(f"[data-value={term}]")
        for tile in tiles:
            page.locator(".gx-picks button").nth(tile).click()
    drawn(page, w="coat", terms=[[1, ["0.0", "0.1", "0.2"]], [-1, ["0.3", "0.4", "0.5"]]])
    assert page.locator(".gx-nine").is_visible()
    page.locator(".gx-picks button").nth(5).click()  # a second click takes it out
    assert page.locator(".gx-nine").is_hidden()
    assert page.inner_text(".gx-hint").startswith("The second term needs 1 more picture")
    page.wait_for_url("**plus=0.0%2C0.1%2C0.2&minus=0.3%2C0.4*")
    page.locator(".gx-picks button").nth(6).click()
    drawn(page, w="coat", terms=[[1, ["0.0", "0.1", "0.2"]], [-1, ["0.3", "0.4", "0.6"]]])
    with page.expect_download() as saved:
        page.click("[data-save=pictures]")
    assert [spec.count for spec in specs_from_png(saved.value.path().read_bytes())] == [4, 4, 9]


def test_axes_move_the_word_and_the_picture_is_kept(visit, home, monkeypatch):
    page = visit("?tab=arithmetic&c=second&view=axes&w=dress&axis=small|big|0.5")
    drawn(page, w="dress", axes=[["small", "big", 0.5]])
    page.locator(".gx-axis-list input[type=range]").fill("-1")
    drawn(page, w="dress", axes=[["small", "big", -1]])
    with page.expect_download() as saved:
        page.click("[data-save=axes]")
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(home))
    expected = semantic(Studio(device="cpu"), Spec("second", "dress"), "big", "small", -1)
    assert spec_from_png(saved.value.path().read_bytes()) == expected
    page.click(".gx-still")
    drawn(page, w="dress", axes=[])


def test_narrow_fits_a_phone_and_hostile_addresses_stay_text(visit):
    evil = "%3Cimg%20src=x%20onerror=hacked=1%3E"
    page = visit(f"?tab=arithmetic&w={evil}&axis={evil}|{evil}|9", viewport={"width": 390, "height": 844})
    page.wait_for_selector(".gx-arithmetic:not([data-state=loading])")
    for view in ("pictures", "axes", "words"):
        page.click(f".gx-views [data-value={view}]")
        assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.evaluate("window.hacked") is None and page.locator(".gx-arithmetic img").count() == 0


def test_a_word_travels_from_tab_to_tab(visit):
    page = visit("?w=boots+%2B+dress&s=5&c=second")
    page.click("[data-tab=arithmetic]")
    drawn(page, w="boots + dress", s="5", c="second")
    page.wait_for_url("**/?tab=arithmetic&w=boots+%2B+dress&s=5&c=second")
    page.click("[data-tab=explore]")
    page.wait_for_url("**/?w=boots+%2B+dress&s=5&c=second")
    assert page.locator(".gx-word").is_visible() and page.locator(".gx-expression").is_hidden()
