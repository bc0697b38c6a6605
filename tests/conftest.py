"""A few processes share the test files (pyproject.toml); each on one thread, or they would wait for each other.

What they start to train ends with them, even when they are killed.
"""

import os
from collections import Counter
from collections.abc import Iterator

import pytest

from explorer.parent import end_trainings_with_this_process

os.environ.setdefault("OMP_NUM_THREADS", "1")
end_trainings_with_this_process()

NO_BROWSER = "no Chromium here: install one, or name it in the environment variable CHROMIUM"


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever asks for the browser is marked so, and as slow: an app and Chromium are to be started for it. Files of
    many slow tests come first, so that no process ends with a long one while the other has nothing left."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)
    slow = Counter(item.path for item in items if item.get_closest_marker("slow"))
    items.sort(key=lambda item: -slow[item.path])


@pytest.fixture(scope="module")
def browser() -> Iterator:
    """Chromium, closed after each module, since playwright's event loop must not be running while other tests start
    theirs."""
    from explorer.bench.browser import chromium, find_chromium

    if find_chromium() is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(NO_BROWSER)
    with chromium() as found:
        yield found
