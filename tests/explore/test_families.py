"""Generators conditioned on nothing, on labels or on codes: requests as a stranger may send them, and their pages."""

import asyncio
import base64
import math

import pytest
from app_in_chromium import drawn, in_trouble, pixels
from app_requests import TAB, answering_for, refused_in_a_sentence
from tiny_checkpoint import LABELS, publish_tiny

from explorer import spec_from_png
from explorer.app.explore.tab import ExploreTab
from explorer.app.shared.answering import Answering
from explorer.app.shared.catalog import Catalog
from explorer.app.shared.request import read_request
from explorer.app.walk.request import read_codes_request
from explorer.app.walk.tab import WalkTab
from explorer.explore import Seeded, Spec, specs_from_png

pytest_plugins = ["app_in_chromium"]
FAMILY = {"labelled": "cdcgan", "unasked": "dcgan", "coded": "infogan"}


def read(**fields):
    return read_request({"tab": TAB, "w": "coat", **fields}, {"mine": "mine"}.get, "mine")


def read_codes(**fields):
    return read_codes_request({"tab": TAB, **fields}, {"mine": "/home/somebody/run"}.get, "mine")


def test_temperature_and_codes_are_part_of_the_spec():
    assert (read().spec.temperature, read().spec.codes) == (None, ())
    spec = read(t=0.2, k=[2, 0.5, -2]).spec
    assert (spec.temperature, spec.codes) == (0.2, (2.0, 0.5, -2.0))
    request = read_codes(s="7", k=[1, 0, 0], across=3, down=1, psi=0.5, save=True)
    assert request.spec == Spec("/home/somebody/run", "", Seeded(7, 1), psi=0.5, codes=(1, 0, 0))
    assert (request.name, request.across, request.down, request.save) == ("mine", 3, 1, "sheet")
    assert (read_codes().across, read_codes().down, read_codes().save) == (None, None, "")


HOSTILE_CODES = [
    {"k": "123"},
    {"k": None},
    {"k": {"0": 1}},
    {"k": [True]},
    {"k": ["0"]},
    {"k": [[0]]},
    {"k": [math.nan]},
    {"k": [-2.01]},
    {"k": [10**400]},
    {"k": [0] * 65},
]


@pytest.mark.parametrize(
    "fields", [{"t": "0.1"}, {"t": True}, {"t": math.nan}, {"t": 0}, {"t": 1.01}, {"t": [0.1]}, *HOSTILE_CODES]
)
def test_no_picture_has_other_temperatures_and_codes(fields):
    refused_in_a_sentence(read, **fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"tab": "x"},
        {"c": "../mine"},
        {"s": 7},
        {"psi": 9},
        {"across": 0},
        {"across": 65},
        {"across": True},
        {"down": "1"},
        {"down": 1.5},
        {"down": [1]},
        {"w": "coat"},
        *HOSTILE_CODES,
    ],
)
def test_no_grid_is_requested_in_other_ways(fields):
    refused_in_a_sentence(read_codes, **fields)


@pytest.fixture(scope="module")
def answering(tmp_path_factory) -> Answering:
    """What draws for an app whose home holds one of each, and whose start lies elsewhere."""
    root = tmp_path_factory.mktemp("secret-place")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GAN_EXPLORER_HOME", str(root))
        for name, family in FAMILY.items():
            publish_tiny(root / "checkpoints" / name, family=family)
        start = publish_tiny(root / "elsewhere" / "start", family="infogan", codes=(20, 1))
        yield answering_for(start)


def explored(answering: Answering, **fields) -> dict:
    """What the tab is sent of one picture: its pixels and, after them, what is said of it."""
    tab, request = ExploreTab(answering), {"tab": TAB, "w": "slipper", **fields}
    reply = asyncio.run(tab.draw(request))
    return reply | asyncio.run(tab.about(request | {"tab": f"{TAB}.about"})) if reply["ok"] else reply


def kept(answering: Answering, **fields) -> Spec:
    """The spec in the file of that picture."""
    reply = asyncio.run(ExploreTab(answering).draw({"tab": f"{TAB}.save", "w": "slipper", "save": True, **fields}))
    return spec_from_png(base64.b64decode(reply["png"]))


def gridded(answering: Answering, **fields) -> dict:
    return asyncio.run(WalkTab(answering).codes({"tab": TAB, **fields}))


def test_the_menu_says_what_each_is_conditioned_on(answering, tmp_path):
    lines = {name: entry.reply() for name, entry in answering.catalog.entries().items()}
    shown = {
        name: (lines[name]["family"], lines[name]["conditioning"], lines[name]["codes"]) for name in (*FAMILY, "start")
    }
    assert shown == {
        "labelled": ("cDCGAN", "label", []),
        "unasked": ("DCGAN", "nothing", []),
        "coded": ("InfoGAN", "codes", [3, 1, 1]),
        "start": ("InfoGAN", "codes", [20, 1]),
    }
    assert (lines["fashion-words"]["conditioning"], lines["fashion-words"]["codes"]) == ("word", [])
    many = publish_tiny(tmp_path / "checkpoints" / "many", family="infogan", codes=(1,) * 65)
    assert Catalog(str(many)).entries()["many"].reply()["codes"] == [], "more than a spec can hold"


def test_a_word_becomes_label_weights_for_those_that_only_know_labels(answering):
    usual, cold, hot = (explored(answering, c="labelled", **more) for more in ({}, {"t": 0.01}, {"t": 1}))
    assert usual["conditioning"] == "label"
    assert [label for label, _ in usual["label_weights"]] == [row[0] for row in usual["table"]]
    assert sum(share for _, share in usual["label_weights"]) == pytest.approx(1, abs=1e-3)
    assert cold["label_weights"][0][1] > usual["label_weights"][0][1] > hot["label_weights"][0][1] > 1 / len(LABELS)
    assert explored(answering, c="labelled", w="boots")["label_weights"][0] == ["boots", 1.0]
    assert len({reply["pixels"] for reply in (usual, cold, hot)}) == 3
    temperatures = [kept(answering, c="labelled", **more).temperature for more in ({}, {"t": 0.01}, {"t": 1})]
    assert temperatures == [None, 0.01, 1]


def test_unconditional_generators_draw_the_same_for_every_word_and_still_show_its_similarity(answering):
    for name, conditioning in (("unasked", "nothing"), ("coded", "codes")):
        one, other = (explored(answering, c=name, w=word) for word in ("slipper", "boots"))
        assert one["pixels"] == other["pixels"] and one["table"] != other["table"]
        assert (one["conditioning"], one["label_weights"]) == (conditioning, [])


def test_codes_that_do_not_fit_are_refused_without_a_place(answering):
    for reply in (
        explored(answering, k=[1]),
        explored(answering, k=[20, 0]),
        gridded(answering, c="coded", k=[0.5, 0, 0], across=2, down=3),
        gridded(answering, across=3),
        gridded(answering, across=1, down=1),
        gridded(answering, c="unasked"),
    ):
        assert (reply["ok"], reply["kind"]) == (False, "wrong")
        assert 10 < len(reply["message"]) < 200 and "secret" not in reply["message"] and "/" not in reply["message"]


def test_a_grid_comes_with_its_values_and_is_kept_with_its_specs(answering):
    reply = gridded(answering, s="3")
    assert (reply["ok"], reply["count"], reply["columns"], reply["tile"]) == (True, 16 * 9, 9, [28, 28])
    assert reply["across"] == ["c2", [-2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0]]
    assert reply["down"] == ["c1", list(map(float, range(16)))]  # of 20
    for kept in (reply, gridded(answering, s="3", save=True)):
        specs = specs_from_png(base64.b64decode(kept["png"]))
        assert {spec.checkpoint for spec in specs} == {"start"} and specs[10].codes == (1, -1.5)


def test_an_unconditional_generator_draws_the_empty_word_as_any_other(answering):
    for name in ("unasked", "coded"):
        empty, word = explored(answering, c=name, w=""), explored(answering, c=name, w="boots")
        assert empty["pixels"] == word["pixels"] and kept(answering, c=name, w="").condition == ""
    assert explored(answering, c="labelled", w="")["ok"] is False


# --- in Chromium ---


def last_request(page) -> dict:
    return page.evaluate("paints.at(-1)")


def test_the_temperature_follows_the_hand(visit):
    page = visit("?w=slipper&c=labelled")
    assert page.is_hidden(".gx-of-codes") and page.is_visible(".gx-jitter") and page.is_hidden(".gx-wordless")
    assert page.inner_text(".gx-temperature-out") == "0.05" and "t" not in last_request(page)
    before, weights = pixels(page), page.inner_text(".gx-weights")
    assert weights.startswith(page.locator(".gx-bars .gx-label").first.inner_text() + " ") and "%" in weights
    page.locator(".gx-temperature").fill("0")
    drawn(page, t=1)
    assert pixels(page) != before and page.inner_text(".gx-weights") != weights
    page.wait_for_url("**/?w=slipper&t=1&c=labelled")
    hot = pixels(page)
    page.reload()
    drawn(page, t=1)
    assert pixels(page) == hot and page.inner_text(".gx-temperature-out") == "1"
    with page.expect_download() as saved:
        page.click(".gx-download")
    assert spec_from_png(saved.value.path().read_bytes()).temperature == 1.0
    page.locator(".gx-temperature").press("ArrowLeft")
    drawn(page, t=0.89)
    page.select_option(".gx-checkpoint", "second")
    drawn(page, c="second")
    assert page.is_hidden(".gx-of-labels") and "t" not in last_request(page)


def test_where_words_do_nothing_no_tab_offers_them(visit):
    page = visit("?w=slipper&c=unasked&j=0.5")
    drawn(page, w="", c="unasked")
    sentence = "DCGAN: Four words; it takes no words, and draws any picture from its latent alone."
    assert page.inner_text(".gx-wordless") == sentence
    hidden = (".gx-word", ".gx-examples", ".gx-jitter", ".gx-truncation", ".gx-of-labels", ".gx-of-codes", ".gx-far")
    assert all(page.is_hidden(part) for part in (*hidden, ".gx-nearest", ".gx-words-of"))
    assert page.get_attribute(".gx-canvas", "aria-label") == "16 pictures of unasked"
    page.wait_for_url("**/?j=0.5&c=unasked")
    before = pixels(page)
    page.reload()
    drawn(page, w="", c="unasked")
    assert pixels(page) == before and not in_trouble(page)
    page.click(".gx-tabs [data-tab=walk]")
    drawn(page, stops=[""])  # nine points of the noise
    assert page.inner_text(".gx-walk .gx-wordless") == sentence and page.is_hidden(".gx-views [data-value=codes]")
    assert page.locator(".gx-walk input.gx-box:visible").count() == 0
    page.click(".gx-add")
    drawn(page, stops=["@0.0", "@0.1"])
    page.click(".gx-views [data-value=pad]")
    drawn(page, what="noise", w="")
    page.select_option(".gx-checkpoint", "second")
    drawn(page, what="words", c="second")
    page.select_option(".gx-checkpoint", "unasked")
    page.click(".gx-tabs [data-tab=arithmetic]")
    drawn(page, what="grid", w="", c="unasked")
    assert page.is_visible(".gx-picks") and page.locator(".gx-arithmetic input[type=text]:visible").count() == 0
    page.click(".gx-tabs [data-tab=inside]")
    page.wait_for_selector(".gi[data-state=drawn]")
    assert page.is_hidden(".gi-word") and page.inner_text(".gi .gx-wordless") == sentence


@pytest.mark.parametrize("tab", ["walk", "arithmetic", "inside"])
def test_codes_stand_in_place_of_words_in_every_tab(visit, tab):
    page = visit(f"?tab={tab}&c=coded")
    page.wait_for_selector(".gx-of-codes .gx-kinds button >> visible=true")
    page.locator(".gx-of-codes .gx-kinds button:visible").nth(2).click()
    page.wait_for_function("paints.slice(-2).some(({ k }) => JSON.stringify(k) === '[2,0,0]')")
    page.wait_for_url("**k=2%2C0%2C0**")


@pytest.mark.parametrize("tab", ["explore", "walk", "arithmetic", "inside"])
def test_a_generator_that_was_chosen_opens_on_one_of_its_labels(visit, tab):
    page = visit(f"?tab={tab}&c=mnist-acgan")
    page.wait_for_function("paints.length > 0")
    paint = page.evaluate("paints.at(-1)")
    assert {"zero", "one"} >= set((paint.get("w") or " + ".join(paint["stops"])).split(" + "))


def test_the_first_word_is_one_of_the_generators_own_until_another_is_typed(visit):
    page = visit("?c=mnist-acgan")
    drawn(page, w="zero", c="mnist-acgan")
    assert page.input_value(".gx-word") == "zero"
    page.select_option(".gx-checkpoint", "labelled")
    drawn(page, w=LABELS[0], c="labelled")
    assert page.get_attribute(".gx-examples", "aria-label") == "Labels"
    page.fill(".gx-word", "kimono")
    page.select_option(".gx-checkpoint", "mnist-acgan")
    drawn(page, w="kimono", c="mnist-acgan")


def test_codes_follow_the_hand(visit):
    page = visit("?c=coded&k=7,x,<img>")
    assert "codes that it learned without labels" in page.inner_text(".gx-wordless") and not in_trouble(page)
    assert page.is_checked(".gx-own") and page.locator(".gx-code").count() == 3 and "k" not in last_request(page)
    own = pixels(page)
    page.click(".gx-kinds button >> nth=2")
    drawn(page, k=[2, 0, 0])
    assert not page.is_checked(".gx-own") and pixels(page) != own
    page.locator(".gx-code input").last.fill("-1.5")
    drawn(page, k=[2, 0, -1.5])
    assert page.locator(".gx-code output").last.inner_text() == "−1.50"
    page.wait_for_url("**k=2%2C0%2C-1.5**")
    chosen = pixels(page)
    page.reload()
    drawn(page, k=[2, 0, -1.5])
    assert pixels(page) == chosen and page.get_attribute(".gx-kinds button >> nth=2", "aria-pressed") == "true"
    with page.expect_download() as saved:
        page.click(".gx-download")
    assert spec_from_png(saved.value.path().read_bytes()).codes == (2, 0, -1.5)
    page.check(".gx-own")
    page.wait_for_function("!('k' in paints.at(-1))")
    assert pixels(page) == own
    page.locator(".gx-code input").first.fill("0.5")
    drawn(page, k=[2, 0.5, -1.5])  # where the others were left
    page.select_option(".gx-checkpoint", "second")
    drawn(page, c="second")
    assert page.is_hidden(".gx-of-codes") and "k" not in last_request(page) and not in_trouble(page)


def test_a_grid_of_two_codes(visit):
    page = visit("?tab=walk&view=codes&c=coded&right=99&down=%3Cimg%3E&k=1,0.5,1")
    drawn(page, across=2, down=1, k=[1, 0.5, 1])
    assert page.locator(".gx-right-values span").all_inner_texts()[:2] == ["c2 −2", "−1.5"]
    assert page.locator(".gx-down-values span").all_inner_texts() == ["c1 0", "1", "2"]
    assert page.locator(".gx-left .gx-code:visible").count() == 1
    before = page.evaluate("document.querySelector('.gx-codescreen').toDataURL()")
    page.locator(".gx-left .gx-code input:visible").fill("-2")
    drawn(page, across=2, down=1, k=[1, 0.5, -2])
    assert page.evaluate("document.querySelector('.gx-codescreen').toDataURL()") != before
    with page.expect_download() as saved:
        page.click("[data-save=codes]")
    assert saved.value.suggested_filename.startswith("codes-2-1-s0-psi1-")
    specs = specs_from_png(saved.value.path().read_bytes())
    assert [spec.codes for spec in specs[8:10]] == [(0, 2, -2), (1, -2, -2)] and specs[0].checkpoint == "coded"
    page.select_option(".gx-right-code", "1")  # c1 was the y axis: the two change places
    drawn(page, across=1, down=2)
    page.wait_for_url("**view=codes&right=1&down=2&k=1%2C0.5%2C-2**")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.select_option(".gx-checkpoint", "second")
    drawn(page, c="second")
    assert page.is_visible("[data-of=film]") and page.is_hidden(".gx-views [data-value=codes]")
