"""Back and forward, and what goes along from tab to tab, in Chromium."""

import contextlib

import pytest
from app_in_chromium import drawn
from playwright.sync_api import TimeoutError

pytest_plugins = ["app_in_chromium"]
pytestmark = pytest.mark.slow

STEP = "history.state.explorer.step"


@pytest.fixture
def open_page(open_page):
    def open_there(query: str = "", **options):
        page = open_page(query, **options)
        page.wait_for_function("history.state?.explorer")
        page.evaluate("window.stayed = true")  # what a reload would forget
        return page

    return open_there


def steps(page, number: int) -> None:
    """Wait until so many entries lie before the present one."""
    with contextlib.suppress(TimeoutError):
        page.wait_for_function(f"{STEP} === {number}", timeout=10_000)
    assert page.evaluate(STEP) == number, page.url


def back(page, address: str) -> None:
    """Go one entry back, to that address, without a reload."""
    page.evaluate("history.back()")
    page.wait_for_url(f"**/{address}")
    assert page.evaluate("stayed")


def test_a_word_a_chip_a_drag_a_tab_and_a_generator_are_an_entry_each(open_page):
    page = open_page("?w=coat")
    page.fill(".gx-word", "")
    page.keyboard.type("boots", delay=60)
    page.wait_for_url("**/?w=boots")
    steps(page, 1)
    chips = page.locator(".gx-examples button").all_inner_texts()
    for chip in (1, 2):  # at once, one after the other
        page.locator(".gx-examples button").nth(chip).click()
        page.wait_for_timeout(120)
    steps(page, 3)
    box = page.locator(".gx-psi").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.66, box["y"] + box["height"] / 2)
    page.mouse.down()
    for step in range(20):
        page.mouse.move(box["x"] + box["width"] * (0.66 - 0.01 * step), box["y"] + box["height"] / 2)
        page.wait_for_timeout(30)
    page.mouse.up()
    page.wait_for_url("**/*psi=0.*")
    steps(page, 4)
    page.click("[data-tab=inside]")
    page.wait_for_url("**/?tab=inside*")
    steps(page, 5)
    page.select_option(".gx-checkpoint", "second")
    page.wait_for_url("**/?tab=inside*c=second")
    steps(page, 6)
    back(page, "?tab=inside*psi=0.*")
    assert "second" not in page.url and page.input_value(".gx-checkpoint") == "fashion-words"
    back(page, "?w=*psi=0.*")
    assert page.locator("[aria-current=page]").inner_text() == "Explore"
    back(page, f"?w={chips[2].replace(' ', '+')}")
    drawn(page, w=chips[2], psi=1)
    assert page.input_value(".gx-word") == chips[2] and page.input_value(".gx-psi") == "1"
    back(page, f"?w={chips[1].replace(' ', '+')}")
    back(page, "?w=boots")
    back(page, "?w=coat")
    drawn(page, w="coat")
    page.wait_for_timeout(700)  # what was drawn writes no entry of its own
    steps(page, 0)
    page.evaluate("history.go(6)")
    page.wait_for_url("**/?tab=inside*c=second")
    assert page.locator("[aria-current=page]").inner_text() == "Inside"


def test_the_word_the_seed_and_psi_go_along_and_survive_a_reload(open_page):
    page = open_page("?w=kimono&s=7&psi=0.5&c=second")
    for tab, address in {
        "walk": "?tab=walk&s=7&psi=0.5&stop=kimono&*",
        "arithmetic": "?tab=arithmetic&w=*&s=7&psi=0.5&*",
        "map": "?tab=map&w=kimono&s=7&psi=0.5&*",
        "inside": "?tab=inside&w=kimono&s=7&psi=0.5&*",
        "compare": "?tab=compare&s=7&*",
        "train": "?tab=train&*",
        "library": "?tab=library&*",
    }.items():
        page.click(f"[data-tab={tab}]")
        page.wait_for_url(f"**/{address}")
    page.reload()
    page.wait_for_selector(".gl-count")
    page.click("[data-tab=inside]")
    page.wait_for_url("**/?tab=inside&w=kimono&s=7&psi=0.5&*")
    page.fill(".gi-ask input", "boots")
    page.wait_for_url("**/?tab=inside&w=boots&*")
    page.click("[data-tab=explore]")
    page.wait_for_url("**/?w=boots&s=7&psi=0.5&c=second")
    drawn(page, w="boots", s="7", psi=0.5)
    page.click("[data-tab=inside]")
    page.wait_for_url("**/?tab=inside&w=boots&*")
    page.click("[data-tab=walk]")
    page.wait_for_url("**/?tab=walk&*stop=boots*")


def test_each_tab_shows_again_what_its_address_says(open_page):
    page = open_page("?tab=arithmetic&view=axes&w=coat&axis=small%7Cbig%7C0.5&c=second")
    slider = page.locator(".gx-axis-list input[type=range]")
    slider.focus()
    page.keyboard.press("End")
    page.wait_for_url("**/*axis=small%7Cbig%7C2*")
    page.click(".gx-arithmetic [data-value=words]")
    page.wait_for_url("**/?tab=arithmetic&w=*")
    back(page, "?tab=arithmetic&view=axes*axis=small%7Cbig%7C2*")
    back(page, "?tab=arithmetic&view=axes*axis=small%7Cbig%7C0.5*")
    assert slider.input_value() == "0.5"
    page = open_page("?tab=walk&stop=coat&stop=boots&frames=12&c=second")
    page.click(".gx-add")
    page.wait_for_url("**/*stop=coat&stop=boots&stop=*")
    page.click(".gx-views [data-value=pad]")
    page.wait_for_url("**/?tab=walk&view=pad*")
    back(page, "?tab=walk&stop=coat&stop=boots&stop=*")
    back(page, "?tab=walk&stop=coat&stop=boots&frames=12&c=second")
    assert page.locator(".gx-stop").count() == 2
    page = open_page("?tab=inside&part=axes&w=coat&c=second")
    page.wait_for_selector(".gi-axis input[type=range]")
    page.locator(".gi-axis input[type=range]").first.focus()
    page.keyboard.press("End")
    page.wait_for_url("**/*push=pca%7C0%7C3*")
    back(page, "?tab=inside&w=coat&part=axes&c=second")
    assert page.locator(".gi-axis input[type=range]").first.input_value() == "0"
