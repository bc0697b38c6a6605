"""The Explore tab in real Chromium: the shipped generator, and a home where every name is hostile."""

import os
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import torch
from hostile_home import HOSTILE, HOSTILE_WORD, furnish
from PIL import Image

from explorer import spec_from_png
from explorer.bench.browser import chromium, find_chromium, running_app
from explorer.explore import Mixed, Seeded

SOME_PIXELS = "[...document.querySelector('.gx-canvas').getContext('2d').getImageData(0, 0, 60, 60).data]"
NO_BROWSER = "no Chromium here: install one, or name it in the environment variable CHROMIUM"
WATCH_TROUBLE = """() => {
  [window.typed, window.troubles] = [0, []];
  document.querySelector(".gx-word").addEventListener("input", () => (typed = performance.now()));
  new MutationObserver(() => document.querySelector(".gx-in-trouble") && troubles.push(performance.now())).observe(
    document.querySelector(".gx"), { attributes: true, attributeFilter: ["class"] });
}"""
PAINTS = "window.paints = []; document.addEventListener('painted', (event) => paints.push(event.detail.ask));"


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    return furnish(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def outside() -> Iterator[list]:
    """A proxy that every outgoing request of the app would have to use; the list holds who tried."""
    callers: list = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            while True:
                try:
                    caller, _ = server.accept()
                except OSError:
                    return
                callers.append(caller.recv(200))
                caller.close()

        threading.Thread(target=answer, daemon=True).start()
        callers_address = f"http://127.0.0.1:{server.getsockname()[1]}"
        with pytest.MonkeyPatch.context() as patch:
            for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
                patch.setenv(name, callers_address)
                patch.setenv(name.lower(), callers_address)
            for name in ("NO_PROXY", "no_proxy"):
                patch.setenv(name, "127.0.0.1,localhost")
            yield callers


@pytest.fixture(scope="module")
def url(home, outside) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GAN_EXPLORER_HOME", str(home))
        with running_app() as address:
            yield address


@pytest.fixture(scope="module")
def browser() -> Iterator:
    if find_chromium() is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(NO_BROWSER)
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def requested() -> list[str]:
    """Every address that any page of these tests asked for."""
    return []


@pytest.fixture(scope="module")
def desk(browser):
    """A browser context whose cache the pages of these tests share."""
    return browser.new_context(viewport={"width": 1280, "height": 800})


@pytest.fixture
def visit(browser, desk, url, requested):
    """`visit(query, **context options)` opens the page there and waits for it to be drawn, or in trouble."""
    opened = []

    def open_page(query: str = "", **options):
        page = browser.new_page(**options) if options else desk.new_page()
        opened.append(page)
        page.on("request", lambda request: requested.append(request.url))
        page.on("dialog", lambda dialog: pytest.fail(f"the page ran a stranger's script: {dialog.message}"))
        page.add_init_script(PAINTS)
        page.goto(url + "/" + query)
        page.wait_for_selector(".gx[data-state=drawn], .gx[data-state=empty]", timeout=60_000)
        page.wait_for_function("document.querySelector('.gx-checkpoint').options.length > 0")
        return page

    yield open_page
    for page in opened:
        page.close()


def pixels(page) -> str:
    return page.evaluate("document.querySelector('.gx-canvas').toDataURL()")


def drawn(page, **wanted) -> None:
    """Wait until the last painting answers an ask with these fields."""
    page.wait_for_function(
        "(wanted) => paints.length && Object.entries(wanted).every("
        "([key, value]) => JSON.stringify(paints.at(-1)[key]) === JSON.stringify(value))",
        arg=wanted,
        timeout=20_000,
    )


def in_trouble(page) -> bool:
    return page.evaluate("document.querySelector('.gx').classList.contains('gx-in-trouble')")


@contextmanager
def unharmed(page) -> Iterator[None]:
    yield
    assert page.evaluate("window.hacked") is None
    assert page.locator(".gx img").count() == 0


def test_opens_with_pictures_and_the_word_box_focused(visit):
    page = visit()
    assert page.evaluate("document.activeElement.className") == "gx-word"
    assert len(set(page.evaluate(SOME_PIXELS))) > 5
    assert re.match(r"16 pictures of slipper, most like \w+", page.get_attribute(".gx-canvas", "aria-label"))
    assert page.locator(".gx-tile").count() == 16
    assert page.locator(".gx-bars li").count() == 10
    assert page.locator(".gx-nearest button").count() == 10
    assert page.inner_text(".gx-farsay")
    assert page.inner_text(".gx-device") == "CPU" or not torch.accelerator.is_available()


def test_typing_redraws_while_typing(visit):
    page = visit()
    page.evaluate("paints.length = 0")
    page.keyboard.type("boots", delay=120)
    drawn(page, w="boots")
    before = pixels(page)
    page.keyboard.type(" - leather", delay=30)
    drawn(page, w="boots - leather")
    assert pixels(page) != before
    assert len({ask["w"] for ask in page.evaluate("paints")}) >= 3  # not only when the typing stopped
    page.wait_for_url("**/?w=boots+-+leather")
    page.locator(".gx-bars button").first.click()
    drawn(page, w=page.locator(".gx-bars button").first.get_attribute("data-word"))
    page.fill(".gx-word", "boots-leather")
    drawn(page, w="boots-leather")
    assert "boots - leather" in page.inner_text(".gx-hints")


def test_dragging_redraws_and_the_last_value_is_drawn(visit):
    page = visit("?w=coat")
    box = page.locator(".gx-psi").bounding_box()
    page.evaluate("paints.length = 0")
    page.mouse.move(box["x"] + box["width"] * 0.66, box["y"] + box["height"] / 2)
    page.mouse.down()
    for step in range(40):
        page.mouse.move(box["x"] + box["width"] * (0.66 - 0.01 * step), box["y"] + box["height"] / 2)
    page.mouse.up()
    last = float(page.input_value(".gx-psi"))
    assert 0.2 < last < 0.6
    drawn(page, psi=last)
    assert len({ask["psi"] for ask in page.evaluate("paints")}) >= 3
    assert page.inner_text(".gx-psi-out") == f"{last:.2f}"
    assert "cut at ±" in page.inner_text(".gx-bound")
    page.click("[data-mode=resample]")
    drawn(page, mode="resample")


def test_an_unknown_word_waits_for_rest_then_suggests(visit):
    page = visit("?w=coat")
    before = pixels(page)
    page.evaluate(WATCH_TROUBLE)
    page.fill(".gx-word", "slippper")
    page.wait_for_selector(".gx-in-trouble")
    assert 490 <= page.evaluate("troubles[0] - typed") <= 3000
    assert pixels(page) == before  # dimmed, not replaced
    assert "slippper" in page.inner_text(".gx-sentence")
    assert page.get_attribute(".gx-word", "aria-invalid") == "true"
    chip = page.locator(".gx-suggestions button", has_text="slipper").first
    chip.click()
    drawn(page, w="slipper")
    assert not in_trouble(page)
    page.fill(".gx-word", "boots + slippper")
    page.keyboard.press("Enter")  # no need to wait for rest
    page.wait_for_selector(".gx-in-trouble")
    page.locator(".gx-suggestions button", has_text="slipper").first.click()
    drawn(page, w="boots + slipper")
    page.fill(".gx-word", "zqxzqxzqx")
    page.wait_for_selector(".gx-in-trouble")
    page.keyboard.press("Escape")
    drawn(page, w="boots + slipper")
    assert page.input_value(".gx-word") == "boots + slipper"


def test_no_flicker_while_slipper_is_typed(visit):
    page = visit("?w=coat")
    page.evaluate(WATCH_TROUBLE)
    page.evaluate("""async () => {  // typed from inside, so that no pause between keys is longer than meant
      const box = document.querySelector(".gx-word");
      for (let letters = 0; letters <= 7; letters++) {
        box.value = "slipper".slice(0, letters);
        box.dispatchEvent(new InputEvent("input", { bubbles: true }));
        await new Promise((next) => setTimeout(next, 90));
      }
    }""")
    drawn(page, w="slipper")
    page.wait_for_timeout(600)
    assert page.evaluate("troubles") == []


def test_the_address_survives_a_reload_and_shuffling_moves_it(visit):
    page = visit("?w=boots&s=9007199254740993&psi=0.6&n=64&j=0.25&b=0.5&mode=resample")
    assert page.locator(".gx-tile").count() == 64
    before = pixels(page)
    page.reload()
    drawn(page, w="boots", s="9007199254740993", psi=0.6, n=64, j=0.25, b=0.5, mode="resample")
    assert pixels(page) == before
    page.click(".gx-shuffle")
    page.wait_for_function("paints.at(-1).s !== '9007199254740993'")
    page.wait_for_function("!location.search.includes('9007199254740993')")
    assert pixels(page) != before
    page.click(".gx-lock")
    seed = page.input_value(".gx-seed")
    page.locator(".gx-examples button", has_text="jeans").click()
    drawn(page, w="jeans")
    assert page.input_value(".gx-seed") != seed  # unlocked: another word brings other noise


@pytest.mark.parametrize(
    "address", ["?w=&s=-1&psi=nan&n=5&mode=x&j=&b=1e9", "?s=99999999999999999999&z=1.999,x,7.", "?c="]
)
def test_a_crooked_address_is_clipped(visit, address):
    page = visit(address)
    assert page.locator(".gx-word").is_visible()
    assert page.inner_text(".gx-psi-out") == "1.00"


def test_a_tile_opens_by_keyboard_and_its_noise_is_kept(visit, tmp_path):
    page = visit("?w=coat&s=7")
    page.locator(".gx-tile").first.focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.ariaLabel") == "coat, picture 7 of 16"
    page.keyboard.press("Enter")
    assert page.inner_text(".gx-which") == "Seed 7, picture 7"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.ariaLabel") == "coat, picture 7 of 16"
    page.keyboard.press("Enter")
    with page.expect_download() as saved:
        page.click(".gx-tile-download")
    spec = spec_from_png(saved.value.path().read_bytes())
    assert (spec.condition, spec.latents) == ("coat", Mixed((((1.0, 7, 6),),)))
    page.click(".gx-keep")
    drawn(page, w="coat", z=["7.6"])
    assert page.locator(".gx-tile").count() == 1
    assert page.evaluate("document.activeElement.className") == "gx-word"
    page.keyboard.type("dress")
    drawn(page, w="dress", z=["7.6"])
    page.wait_for_url("**/?w=dress&s=7&z=7.6")
    page.reload()
    drawn(page, w="dress", z=["7.6"])
    page.click("button[data-view='16']")
    drawn(page, n=16)
    assert page.locator(".gx-is-kept").count() == 1


def test_the_download_remembers_how_it_was_drawn(visit):
    page = visit("?w=red boots&s=3&psi=0.7")
    with page.expect_download() as saved:
        page.click(".gx-download")
    assert saved.value.suggested_filename == "red-boots-s3.png"
    spec = spec_from_png(saved.value.path().read_bytes())
    assert (spec.checkpoint, spec.condition, spec.latents, spec.psi) == (
        "fashion-words",
        "red boots",
        Seeded(3, 16),
        0.7,
    )
    assert Image.open(saved.value.path()).size == (896, 896)


def test_hostile_words_reach_the_page_as_text(visit):
    page = visit()
    with unharmed(page):
        page.fill(".gx-word", HOSTILE)
        page.keyboard.press("Enter")
        page.wait_for_selector(".gx-in-trouble")
    assert page.inner_text(".gx-sentence")
    page = visit("?w=" + HOSTILE.replace(" ", "%20"))
    with unharmed(page):
        page.wait_for_selector(".gx-in-trouble")
    assert page.input_value(".gx-word") == HOSTILE


def test_hostile_labels_vocabulary_and_checkpoint_names_reach_the_page_as_text(visit):
    page = visit("?c=hostile&w=cup")
    with unharmed(page):
        drawn(page, w="cup", c="hostile")
        assert HOSTILE in page.locator(".gx-bars .gx-label").all_inner_texts()
        page.fill(".gx-word", HOSTILE_WORD)
        drawn(page, w=HOSTILE_WORD)
        page.locator(".gx-tile").first.click()
        assert page.inner_text("#gx-dialog-title") == HOSTILE_WORD
        page.keyboard.press("Escape")
        page.fill(".gx-word", "cup - " + HOSTILE_WORD)
        page.wait_for_timeout(900)
        page.fill(".gx-word", "word7")
        drawn(page, w="word7")
        page.fill(".gx-word", "cup")
        drawn(page, w="cup")
        offered = page.locator(".gx-checkpoint option").all_inner_texts()
        assert any(text.startswith(HOSTILE) for text in offered)
        assert page.locator(".gx-checkpoint option:disabled").count() == 1


def test_a_checkpoint_brings_its_words_and_greys_the_other_spaces(visit, home):
    page = visit()
    spaces = page.locator(".gx-space option")
    assert spaces.first.inner_text() == "glove-100d"
    assert page.locator(".gx-space option:disabled", has_text="hostile").count() == 1
    page.select_option(".gx-checkpoint", "hostile")
    page.wait_for_selector(".gx-in-trouble")  # it has no slipper
    page.locator(".gx-examples button", has_text="cup").first.click()
    drawn(page, c="hostile", w="cup")
    assert page.input_value(".gx-space") == "hostile"
    assert page.locator(".gx-space option:disabled", has_text="not what hostile was trained on").count() == 1
    page.wait_for_url("**/?w=cup&c=hostile")
    (home / "checkpoints" / "newcomer").symlink_to(home / "checkpoints" / "hostile")
    page.wait_for_timeout(2100)  # lists are used again for two seconds
    page.click(".gx-refresh")
    page.wait_for_selector(".gx-checkpoint option[value=newcomer]", state="attached")


def test_dark_follows_the_system(visit):
    def brightness(page, selector: str, what: str) -> float:
        colour = page.evaluate(f"getComputedStyle(document.querySelector('{selector}')).{what}")
        return sum(map(float, re.findall(r"[\d.]+", colour)[:3])) / 3

    light, dark = visit(color_scheme="light"), visit(color_scheme="dark")
    assert brightness(light, "body", "backgroundColor") > 220 > 60 > brightness(dark, "body", "backgroundColor")
    assert brightness(light, ".gx-word", "color") < 60 < 200 < brightness(dark, ".gx-word", "color")
    forced = visit("?__theme=dark", color_scheme="light")
    assert brightness(forced, ".gx-word", "color") > 200
    assert "__theme=dark" in forced.url


def test_narrow_fits_a_phone(visit):
    page = visit(viewport={"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    for selector in (".gx-word", ".gx-canvas", ".gx-seed", ".gx-download", ".gx-psi", ".gx-heard", ".gx-checkpoint"):
        box = page.locator(selector).bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    assert page.locator(".gx-canvas").bounding_box()["width"] > 340
    page.locator(".gx-tile").first.click()
    box = page.locator(".gx-dialog").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390


def test_other_hosts_and_origins_are_refused(url):
    port = url.rpartition(":")[2]
    for host in ("evil.example", f"evil.example:{port}", "127.0.0.1:1", "localhost", "127.0.0.1.evil.example:" + port):
        for path in ("/", "/config", "/gradio_api/info"):
            assert httpx.get(url + path, headers={"host": host}).status_code == 421, host
    for host in (f"localhost:{port}", f"127.0.0.1:{port}", f"[::1]:{port}"):
        assert httpx.get(url + "/config", headers={"host": host}).status_code == 200
    call = {"data": {}, "component_id": 0, "fn_name": "draw", "session_hash": "x"}
    foreign = httpx.post(url + "/gradio_api/component_server", json=call, headers={"origin": "http://evil.example"})
    assert foreign.status_code == 421


def test_no_request_leaves_the_machine(visit, url, requested, outside):
    visit().wait_for_timeout(500)
    assert len(requested) > 20
    assert [address for address in requested if not address.startswith((url, "data:", f"blob:{url}"))] == []
    assert outside == []
