"""The app among strangers, in real Chromium: names and words that are markup, foreign hosts, crooked addresses."""

import httpx
import pytest
from app_in_chromium import drawn, unharmed
from hostile_home import HOSTILE, HOSTILE_WORD

from explorer.checkpoint import describe, find

pytest_plugins = ["app_in_chromium"]


@pytest.mark.parametrize(
    "address", ["?w=&s=-1&psi=nan&n=5&mode=x&j=&b=1e9", "?s=99999999999999999999&z=1.999,x,7.", "?c="]
)
def test_a_crooked_address_is_clipped(visit, address):
    page = visit(address)
    assert page.locator(".gx-word").is_visible()
    assert page.inner_text(".gx-psi-out") == "1.00"


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


def test_a_checkpoint_brings_its_words(visit, home):
    page = visit()
    assert page.inner_text(".gx-space") == describe(find("fashion-words")).space_name
    page.select_option(".gx-checkpoint", "hostile")
    drawn(page, c="hostile", w="cup")  # it has no slipper
    page.fill(".gx-word", "slipper")
    page.wait_for_selector(".gx-in-trouble")
    page.fill(".gx-word", "")
    page.locator(".gx-examples").get_by_text("cup", exact=True).click()
    drawn(page, c="hostile", w="cup")
    assert page.inner_text(".gx-space") == "hostile"
    page.wait_for_url("**/?w=cup&c=hostile")
    (home / "checkpoints" / "newcomer").symlink_to(home / "checkpoints" / "hostile")
    page.wait_for_timeout(2100)  # lists are used again for two seconds
    page.click(".gx-refresh")
    page.wait_for_selector(".gx-checkpoint option[value=newcomer]", state="attached")


def test_other_hosts_and_origins_are_refused(url):
    port = url.rpartition(":")[2]
    for host in ("evil.example", f"evil.example:{port}", f"localhost:{port}#", "127.0.0.1.evil.example:" + port):
        for path in ("/", "/config", "/gradio_api/info"):
            assert httpx.get(url + path, headers={"host": host}).status_code == 421, host
    for host in (f"localhost:{port}", f"127.0.0.1:{port}", f"[::1]:{port}", "localhost:8888", "localhost"):
        assert httpx.get(url + "/config", headers={"host": host}).status_code == 200
    call = {"data": {}, "component_id": 0, "fn_name": "draw", "session_hash": "x"}
    foreign = httpx.post(url + "/gradio_api/component_server", json=call, headers={"origin": "http://evil.example"})
    assert foreign.status_code == 421


def test_no_request_leaves_the_machine(visit, url, requested, outside):
    visit().wait_for_timeout(500)
    assert len(requested) > 20
    assert [address for address in requested if not address.startswith((url, "data:", f"blob:{url}"))] == []
    assert outside.callers == []
