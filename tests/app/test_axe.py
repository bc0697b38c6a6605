"""Accessibility of every tab, with its menus and dialogs open, light and wide, dark and narrow, as axe-core judges it:
no violation of any of its rules."""

from collections.abc import Callable
from pathlib import Path

import pytest
from app_in_chromium import pages

pytest_plugins = ["app_in_chromium"]
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
# label-content-name-mismatch is off by default; Gradio's own "Loading..." lies outside of every landmark.
RUN = """axe.run({exclude: [['.loading']]}, {resultTypes: ['violations'],
    rules: {'label-content-name-mismatch': {enabled: true}}})
    .then(({violations}) => violations.map(({id, nodes}) => [id, nodes[0].html.slice(0, 300)]))"""
LOOKS = [("light", 1280), ("dark", 390)]


def click(selector: str) -> Callable:
    return lambda page: page.locator(selector).first.click()


def escape(page) -> None:
    page.keyboard.press("Escape")


def second_word(page) -> None:
    page.click(".gx-beside")
    page.fill(".gx-word2", "coat")
    page.wait_for_selector(".gx-divider:not([hidden])")


def kept_tile(page) -> None:
    page.click(".gx-download ~ .gx-heart")
    page.wait_for_selector(".gx-download ~ .gx-heart[aria-pressed=true]")


# What is looked at in turn: the page as it opens, and after each of these. None: nothing is looked at there.
STATES: list[tuple[str, list[tuple[str | None, Callable]]]] = [
    (
        "?w=boots&c=second",
        [
            ("save menu", click(".gx-download + .gx-more-saves")),
            (None, escape),
            ("tile", click(".gx .gx-tiles button")),
            (None, escape),
            ("two words", second_word),
            (None, kept_tile),
            ("generators", click(".gx-checkpoint")),
            (None, escape),
            ("help", click(".gx-open-help")),
            (None, click(".gh-dialog .gx-close")),
            (None, click("[data-tab=library]")),
            ("library", lambda page: page.wait_for_selector(".gl-shelf li")),
            ("kept picture", click(".gl-shelf li button")),
        ],
    ),
    ("?c=coded", []),
    ("?tab=walk&c=second", [("picture of a stop", click(".gx-stops .gx-pick"))]),
    ("?tab=walk&view=pad&c=second", [("direction", click(".gx-views [data-value=turn]"))]),
    ("?tab=arithmetic&c=second", [("pictures", click(".gx-views [data-value=pictures]"))]),
    ("?tab=arithmetic&view=axes&c=second", []),
    ("?tab=map&c=second", []),
    ("?tab=map&c=coded", []),
    ("?tab=inside&c=second", []),
    ("?tab=compare&view=grid&c=second", []),
    ("?tab=train", [("new training", click(".gt-new"))]),
    ("?s=abc&c=nosuch", []),
]


@pytest.mark.slow
@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not here; npm ci installs it")
@pytest.mark.parametrize(("query", "steps"), STATES, ids=[query for query, _ in STATES])
def test_axe_finds_nothing(browser, url, query, steps):
    with pages(browser, "[data-state=drawn], [data-state=empty], .gl-empty, .gt-card") as open_page:
        page = open_page(f"{url}/{query}")
        page.wait_for_function("document.querySelector('.gx-checkpoint').options.length > 0")
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = {}
        for name, step in [("as it opens", lambda page: page.wait_for_timeout(500)), *steps]:
            step(page)
            for scheme, width in LOOKS if name else ():
                page.emulate_media(color_scheme=scheme)
                page.set_viewport_size({"width": width, "height": 900})
                page.wait_for_timeout(150)  # colours fade in
                if wrong := page.evaluate(RUN):
                    found[name, scheme] = wrong
        assert found == {}
