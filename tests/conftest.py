"""A few processes share the test files (pyproject.toml); each on one thread, or they would wait for each other.

What they start to train ends with them, even when they are killed.
"""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

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


@pytest.fixture(scope="session")
def chromium_profile(tmp_path_factory) -> Path:
    """What Chromium keeps from one module to the next: its cache."""
    return tmp_path_factory.mktemp("chromium")


@pytest.fixture(scope="module")
def browser(chromium_profile) -> Iterator:
    """Chromium, which gives pages that share a cache."""
    from one_chromium import one_chromium

    from explorer.bench.browser import find_chromium

    if find_chromium() is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(NO_BROWSER)
    with one_chromium(chromium_profile) as found:
        yield found
