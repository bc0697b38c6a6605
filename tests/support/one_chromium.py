"""One Chromium profile for all pages of a test process.

A page that finds its scripts in the cache costs a fifth of one in a context of its own. Playwright's event loop must
not be running while other tests start theirs, so Chromium itself is closed after each module; its cache stays.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from explorer.bench.browser import FLAGS, find_chromium

VIEW = {"width": 1280, "height": 900}


class OneChromium:
    """Pages that share a cache, each with a window and colours of its own."""

    def __init__(self, context) -> None:
        self._context = context

    def new_page(self, viewport: dict = VIEW, color_scheme: str = "light", permissions: tuple[str, ...] = ()):
        """A page at about:blank. permissions: what its scripts may do, such as clipboard-read; later pages may too."""
        page = self._context.new_page()
        page.set_viewport_size(viewport)
        page.emulate_media(color_scheme=color_scheme)
        if permissions:
            self._context.grant_permissions(list(permissions))
        return page

    def forget(self, page, address: str) -> None:
        """Let a page of this address find nothing that others of its origin have stored."""
        session = self._context.new_cdp_session(page)
        session.send("Storage.clearDataForOrigin", {"origin": address, "storageTypes": "local_storage"})
        session.detach()


@contextmanager
def one_chromium(profile: Path) -> Iterator[OneChromium]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=find_chromium(), args=list(FLAGS)
        )
        try:
            yield OneChromium(context)
        finally:
            context.close()
