"""What strangers send to a running app on purpose, while an honest visitor draws."""

import asyncio
import base64
import json
import os
import sys
import threading
import time

import httpx
import pytest
from app_requests import call_body
from tiny_checkpoint import publish_tiny

from explorer.app import launch
from explorer.app.server.server_functions import MAX_BODY, MAX_REST
from explorer.bench.browser import running_app

PATH = "/gradio_api/component_server"
JSON = {"content-type": "application/json"}
BRACKETS = b"[" + b"[]," * (8 * 2**20 // 3 - 1) + b"[]]"  # 8 MB, which took Python 2 s to read
STRANGER = {"x-forwarded-for": "10.0.0.9"}  # as a proxy of this machine says


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    publish_tiny(home / "checkpoints" / "tiny")
    with running_app("--checkpoint", "tiny", env={"GAN_EXPLORER_HOME": str(home)}) as address:
        assert drawn(address, seconds=60)["ok"]  # torch is there
        yield address


def request(url: str, function: str = "draw", data: object = None, part: str = "explore", **fields) -> dict:
    """The body that a page would send."""
    return call_body(httpx.get(f"{url}/config").json(), function, data, part, **fields)


def drawn(url: str, seconds: float = 10.0, tab: str = "a" * 32, **fields) -> dict:
    """The reply to an honest visitor, who waits for so many seconds."""
    body = request(url, data={"tab": tab, "w": "boots", **fields})
    return httpx.post(url + PATH, json=body, timeout=seconds).raise_for_status().json()


def slowest_while(attack: threading.Thread, url: str) -> float:
    """The longest that an honest visitor waited, who draws while an attack goes on, and three times at least."""
    attack.start()
    body, waits = request(url, data={"tab": "a" * 32, "w": "boots"}), []
    while attack.is_alive() or len(waits) < 3:
        clock = time.monotonic()
        assert httpx.post(url + PATH, json=body, timeout=60).json()["ok"]
        waits.append(time.monotonic() - clock)
    attack.join()
    return max(waits)


@pytest.mark.slow
def test_two_dozen_requests_of_eight_megabytes_stall_nobody(url):
    """They took 48 seconds in which nobody was answered."""
    statuses = []

    async def attack() -> None:
        async with httpx.AsyncClient(timeout=60) as client:
            for content in (BRACKETS, b'{"data": {"picture": "AAAA", "x": ' + BRACKETS[: MAX_BODY // 2]):
                sent = [client.post(url + PATH, content=content, headers=JSON | STRANGER) for _ in range(24)]
                replies = await asyncio.gather(*sent, return_exceptions=True)
                statuses.extend(one.status_code for one in replies if isinstance(one, httpx.Response))

    assert slowest_while(threading.Thread(target=lambda: asyncio.run(attack())), url) < 5
    assert set(statuses) <= {413, 503} and 413 in statuses  # some are refused while they still send


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"[" * MAX_REST, 400),
        (b"[" * 900 + b"]" * 900, 400),
        (b"", 400),
        (b"{", 400),
        (b"\xff", 400),
        (b"null", 400),
        (b'{"data": {}}', 400),
        (b"[]" + b" " * MAX_REST, 413),
        (b'{"data": {"picture": "' + b"A" * MAX_REST, 413),
        (b'{"data": {"picture": "' + b"\\u0041" * MAX_REST + b'"}}', 413),
        (b'{"data": {"picture": "' + b"A" * MAX_REST + b'", "w": "' + b"A" * MAX_REST + b'"}}', 413),
        (b'{"data": {"picture": "' + b"A" * MAX_BODY + b'"}}', 413),
    ],
)
def test_what_no_page_sends_is_refused_in_a_sentence(url, content, status):
    reply = httpx.post(url + PATH, content=content, headers=JSON)
    assert reply.status_code == status and reply.headers["content-type"].startswith("text/plain")
    assert reply.text.count("\n") == 1 and reply.text.endswith(".\n")


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"component_id": 10**9}, 404),
        ({"component_id": -1}, 404),
        ({"component_id": "1"}, 404),
        ({"component_id": True}, 404),
        ({"component_id": None}, 404),
        ({"component_id": [1]}, 404),
        ({"component_id": 1.0}, 404),
        ({"fn_name": "x" * 300}, 404),
        ({"fn_name": "__class__"}, 404),
        ({"fn_name": {}}, 404),
        ({"session_hash": "x" * 300}, 400),
        ({"session_hash": None}, 400),
        ({"event_id": "x"}, 400),
    ],
)
def test_unknown_components_functions_and_endless_sessions_get_a_sentence(url, fields, status):
    reply = httpx.post(url + PATH, json=request(url, **fields))
    assert reply.status_code == status and reply.text.endswith(" the page.\n" if status == 404 else ".\n")
    assert "Traceback" not in reply.text


def test_a_request_may_carry_a_picture_of_megabytes(url):
    picture = base64.b64encode(os.urandom(3 * 2**20)).decode()
    sent = request(url, "begin", {"tab": "b" * 32, "w": "boots", "work": "find", "picture": picture}, "inside")
    reply = httpx.post(url + PATH, json=sent, timeout=30).raise_for_status().json()
    assert reply["ok"] and isinstance(reply["work"], int)


@pytest.mark.slow
def test_three_hundred_made_up_tabs_of_one_visitor_make_no_other_wait(url):
    body, kinds = request(url), []

    async def attack() -> None:
        limits = httpx.Limits(max_connections=400)
        async with httpx.AsyncClient(timeout=60, limits=limits, headers=STRANGER) as client:

            async def one(number: int) -> None:
                data = {"tab": f"{number:032x}", "w": "boots", "n": 64, "save": True}
                reply = (await client.post(url + PATH, json=body | {"data": data})).json()
                kinds.append("drawn" if reply["ok"] else reply["kind"])

            await asyncio.gather(*map(one, range(300)))

    assert slowest_while(threading.Thread(target=lambda: asyncio.run(attack())), url) < 5
    assert len(kinds) == 300 and set(kinds) == {"drawn", "busy"}


def test_other_sites_are_refused_before_gradio_answers_them(url):
    foreign = {"origin": "http://evil.example", "access-control-request-method": "POST"}
    for path in ("/", "/config", PATH, "/uploads", "/gradio_api/startup-events"):
        reply = httpx.options(url + path, headers=foreign)
        assert reply.status_code == 421 and not [name for name in reply.headers if name.startswith("access-control")]
    assert httpx.get(f"{url}/config", headers={"host": "localhost:7860#"}).status_code == 421


@pytest.mark.parametrize("field", ["c", "w", "s", "tab", "mode"])
@pytest.mark.parametrize("text", ["x" * 300, "\x1b[31m\x07", "\ud800", "é" * 300, "../" * 100])
def test_crooked_texts_come_back_bounded_and_without_control_characters(url, field, text):
    body = json.dumps(request(url, data={"tab": "a" * 32, "w": "boots", field: text}))
    reply = httpx.post(url + PATH, content=body, headers=JSON, timeout=30)
    if reply.status_code == 400:
        assert "\ud800" in text  # which is no text at all
        return
    answer = reply.raise_for_status().json()
    assert not answer["ok"] and len(answer["message"]) < 400
    assert not set(answer["message"]) & {"\x1b", "\x07", "\ud800"}


@pytest.fixture(scope="module")
def odd(tmp_path_factory):
    """An app whose home has a good checkpoint among bad ones; gives its address."""
    home = tmp_path_factory.mktemp("odd")
    folder = home / "checkpoints"
    publish_tiny(folder / "good")
    publish_tiny(folder / "with a space")
    for name, field, value in [
        ("bad-label", "labels", ["dress", "coat", "boots", "b\ud800g"]),
        ("bad-key", "network", {"x\ud800\x1b[31m" + "y" * 2000: 1}),
        ("bad-family", "family", "x\x1b\ud800"),
    ]:
        path = publish_tiny(folder / name) / "config.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {field: value}))
    for name in ("n" * 150, "escape\x1b[31m"):
        publish_tiny(folder / "next").rename(folder / name)
    if sys.platform == "linux":  # others have no such names
        publish_tiny(folder / "next").rename(os.fsdecode(os.fsencode(folder) + b"/caf\xe9"))
        (home / "words").mkdir()
        space = os.fsencode(home / "words") + b"/w\xff"
        os.mkdir(space)
        open(space + b"/space.words", "wb").close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GAN_EXPLORER_HOME", str(home))
        page = launch("good", port=0, browser=False)
        yield page.local_url.rstrip("/")
        page.close()


def test_bad_folders_are_greyed_entries_with_a_sentence_and_the_menu_answers(odd):
    reply = httpx.post(odd + PATH, json=request(odd, "menu", part="top")).raise_for_status()
    listed = {one["name"]: one["error"] for one in reply.json()["checkpoints"]}
    greyed = {name: error for name, error in listed.items() if error is not None}
    bad = {"bad-label", "bad-key", "bad-family", "n" * 99 + "…", "escape�[31m"}
    assert set(greyed) == bad | ({"caf�"} if sys.platform == "linux" else set())
    assert {"good", "with a space"} <= set(listed) - set(greyed)
    for error in greyed.values():
        assert error.endswith((".", "…")) and len(error) <= 300 and error.isprintable()
    assert "rename the folder" in greyed["escape�[31m"] and "text" in greyed["bad-label"]
    choices = httpx.post(odd + PATH, json=request(odd, "offer", {}, "train")).raise_for_status().json()
    assert choices["ok"] and ("w�" in choices["spaces"]) == (sys.platform == "linux")


def test_beside_them_the_others_draw_and_a_bad_one_says_why(odd):
    assert drawn(odd, seconds=60, c="with a space")["ok"] and drawn(odd, c="")["ok"]
    for name in ("bad-label", "bad-key", "escape�[31m"):
        reply = drawn(odd, c=name)
        assert reply["ok"] is False and reply["message"].endswith((".", "…"))
