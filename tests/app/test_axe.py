"""Accessibility of every tab, as axe-core judges it: no violation of any of its rules."""

from pathlib import Path

import pytest
from app_in_chromium import pages

pytest_plugins = ["app_in_chromium"]
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TABS = [
    "?w=boots&c=second",
    "?c=coded",
    "?tab=walk&c=second",
    "?tab=walk&view=pad&c=second",
    "?tab=arithmetic&c=second",
    "?tab=arithmetic&view=axes&c=second",
    "?tab=map&c=second",
    "?tab=inside&c=second",
    "?tab=compare&view=grid&c=second",
    "?tab=train",
    "?tab=library",
    "?s=abc&c=nosuch",
]
# label-content-name-mismatch is off by default; Gradio's own "Loading..." lies outside of every landmark.
RUN = """axe.run({exclude: [['.loading']]}, {resultTypes: ['violations'],
    rules: {'label-content-name-mismatch': {enabled: true}}})
    .then(({violations}) => violations.map(({id, nodes}) => [id, nodes[0].html.slice(0, 300)]))"""


@pytest.mark.slow
@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not here; npm ci installs it")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("query", TABS)
def test_axe_finds_nothing(browser, url, query, scheme):
    with pages(browser, "[data-state=drawn], [data-state=empty], .gl-empty, .gt-card") as open_page:
        page = open_page(f"{url}/{query}&__theme={scheme}")
        page.wait_for_timeout(500)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        assert page.evaluate(RUN) == []
