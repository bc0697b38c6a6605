"""An app in a process of its own, and pages of it in Chromium: fixtures of the tests that look at pages.

A test module asks for them by `pytest_plugins = ["app_in_chromium"]`. The app is shared by all of them.

PYTEST_DONT_REWRITE: the modules also import from here, before pytest could.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch
from hostile_home import make_hostile_home
from tiny_checkpoint import LABELS, publish_tiny
from tiny_judge import publish_tiny_judge

from explorer.bench.browser import running_app
from explorer.explore import Seeded, Spec, Studio

PAINTS = "window.paints = []; document.addEventListener('painted', (event) => paints.push(event.detail.request));"


class Outside:
    """A proxy that answers nothing and remembers who called."""

    def __enter__(self) -> "Outside":
        self.callers: list[bytes] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.close()

    def _listen(self) -> None:
        while True:
            try:
                caller, _ = self._server.accept()
            except OSError:
                return
            self.callers.append(caller.recv(200))
            caller.close()


@pytest.fixture(scope="session")
def home(tmp_path_factory) -> Path:
    """Strangers' checkpoints, and tiny ones: a judge sees boots whatever `second` draws, another is torn over the
    pictures of `torn`, and nobody judges `colour`; `styled` has three styles, `labelled` only knows labels,
    `unasked` and `coded` no words."""
    home = make_hostile_home(tmp_path_factory.mktemp("home"))
    publish_tiny(home / "checkpoints" / "second")
    publish_tiny_judge(home / "judges" / "second", LABELS, sees="boots")
    torn = publish_tiny(home / "checkpoints" / "torn", resolution=32)
    drawn = Studio(device="cpu").render(Spec(checkpoint=str(torn), condition="dress", latents=Seeded(0, 16)))
    pictures = torch.from_numpy(drawn.tiles.copy()).permute(0, 3, 1, 2)
    publish_tiny_judge(home / "judges" / "torn", LABELS, (1, 32, 32), torn_over=pictures)
    publish_tiny(home / "checkpoints" / "colour", channels=3)
    publish_tiny(home / "checkpoints" / "styled", channels=3, resolution=32, styles=("noto", "flat", "doodle"))
    for name, family in (("labelled", "acgan"), ("unasked", "dcgan"), ("coded", "infogan")):
        publish_tiny(home / "checkpoints" / name, family=family)
    return home


@pytest.fixture(scope="session")
def outside() -> Iterator["Outside"]:
    with Outside() as proxy:
        yield proxy


@pytest.fixture(scope="session")
def url(home, outside) -> Iterator[str]:
    """The address of an app that serves `home` and whose every request elsewhere would go through `outside`."""
    proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), outside.address)
    ours = {"GAN_EXPLORER_HOME": str(home), "GAN_EXPLORER_DATA": str(home), "NO_PROXY": "127.0.0.1,localhost"}
    both_cases = {key: value for name, value in (proxies | ours).items() for key in (name, name.lower())}
    with running_app("--checkpoint", "fashion-words", env=both_cases) as address:
        yield address


@contextmanager
def pages(browser, selector: str, script: str = PAINTS) -> Iterator:
    """`open_page(address, **options of new_page)` opens a tab's page there, which remembers nothing, and waits until
    `selector` is on it; a script that fails, or a stranger's that runs, fails the test. script: runs before the page's
    own."""
    opened = []

    def open_page(address: str, **options):
        page = browser.new_page(**options)
        browser.forget(page, address)
        opened.append(page)
        page.on("pageerror", lambda error: pytest.fail(f"the page's script failed: {error}"))
        page.on("dialog", lambda dialog: pytest.fail(f"the page ran a stranger's script: {dialog.message}"))
        page.add_init_script(script)
        page.goto(address)
        page.wait_for_selector(selector, timeout=60_000)
        return page

    yield open_page
    for page in opened:
        page.close()


@pytest.fixture
def open_page(browser, url):
    """`open_page(query, **options of new_page)` opens a page of the app that remembers nothing, once it is drawn."""
    with pages(browser, "[data-state=drawn]") as open_one:
        yield lambda query="", **options: open_one(f"{url}/{query}", **options)


@pytest.fixture(scope="session")
def requested() -> list[str]:
    """Every address that any page of these tests asked for."""
    return []


@pytest.fixture
def visit(browser, url, requested):
    """`visit(query, **options of new_page)` opens the page there and waits for it to be drawn, or in trouble; one with
    options remembers nothing of those before it."""
    opened = []

    def open_page(query: str = "", **options):
        page = browser.new_page(**{"viewport": {"width": 1280, "height": 800}} | options)
        if options:
            browser.forget(page, url)
        opened.append(page)
        page.on("request", lambda request: requested.append(request.url))
        page.on("dialog", lambda dialog: pytest.fail(f"the page ran a stranger's script: {dialog.message}"))
        page.add_init_script(PAINTS)
        page.goto(url + "/" + query)
        page.wait_for_selector("[data-state=drawn], [data-state=empty]", timeout=60_000)
        page.wait_for_function("document.querySelector('.gx-checkpoint').options.length > 0")
        page.wait_for_selector(".gx-condition.gx-late", state="detached")
        return page

    yield open_page
    for page in opened:
        page.close()


def pixels(page) -> str:
    return page.evaluate("document.querySelector('.gx-canvas').toDataURL()")


def drawn(page, **wanted) -> None:
    """Wait until one of the last two paintings answers a request with these fields (two canvases may draw at once), and
    until what the Explore tab says of its pictures is there too."""
    page.wait_for_function(
        "(wanted) => paints.slice(-2).some((paint) => Object.entries(wanted).every("
        "([key, value]) => JSON.stringify(paint[key]) === JSON.stringify(value)))",
        arg=wanted,
        timeout=20_000,
    )
    page.wait_for_selector(".gx-condition.gx-late", state="detached")


def in_trouble(page) -> bool:
    return page.evaluate("document.querySelector('.gx').classList.contains('gx-in-trouble')")


@contextmanager
def unharmed(page) -> Iterator[None]:
    yield
    assert page.evaluate("window.hacked") is None
    assert page.locator(".gx img:not(.gx-tile-image)").count() == 0
