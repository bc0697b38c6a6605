"""Opening the app in this process, and the guard against foreign hosts."""

import asyncio
import base64
import os
import socket
import subprocess
import sys

import httpx
import pytest
from app_requests import call_body
from tiny_checkpoint import publish_tiny

from explorer import ExplorerError, spec_from_png
from explorer.app import free_port, launch
from explorer.app.server import hosts
from explorer.app.server.hosts import HostGuard


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return publish_tiny(tmp_path_factory.mktemp("secret-place") / "mine")


@pytest.fixture(scope="module")
def app(folder):
    page = launch(str(folder), port=0, browser=False)
    yield page
    page.close()


def call(app, function: str, data: object, part: str = "explore") -> dict:
    body = call_body(httpx.get(app.local_url + "config").json(), function, data, part)
    return httpx.post(app.local_url + "gradio_api/component_server", json=body, timeout=60).raise_for_status().json()


def test_draws_a_folder_and_shows_nobody_where_it_lies(app, folder):
    reply = call(app, "draw", {"tab": "a" * 32, "w": "boots", "s": "5"})
    assert reply["ok"] and (reply["count"], reply["columns"], reply["tile"]) == (16, 4, [28, 28])
    about = call(app, "about", {"tab": f"{'a' * 32}.about", "w": "boots", "s": "5"})
    assert about["table"][0] == ["boots", 1.0, None]
    saved = call(app, "draw", {"tab": "a" * 32, "w": "boots", "s": "5", "save": True})
    spec = spec_from_png(base64.b64decode(saved["png"]))
    assert (spec.checkpoint, spec.condition, spec.latents.seed) == ("mine", "boots", 5)
    menu = call(app, "menu", {}, "top")
    assert menu["default"] == "mine"
    sent = str((menu, reply, about, saved)) + httpx.get(app.local_url + "config").text + httpx.get(app.local_url).text
    assert str(folder) not in sent and "secret-place" not in sent


@pytest.mark.parametrize("data", [None, [], {}, "x", {"tab": "a" * 32, "c": "../mine"}, {"tab": "a" * 32, "n": 10**9}])
def test_a_crooked_request_gets_a_sentence(app, data):
    reply = call(app, "draw", data)
    assert reply["ok"] is False and reply["message"]


def test_an_unknown_word_comes_with_suggestions_and_its_place(app):
    reply = call(app, "draw", {"tab": "a" * 32, "w": "boots + slippper"})
    assert (reply["kind"], reply["word"], reply["position"]) == ("unknown", "slippper", 8)
    assert "slipper" in reply["suggestions"]


def test_what_is_not_needed_is_not_served(app):
    assert httpx.get(app.local_url + "docs").status_code == 404
    config = httpx.get(app.local_url + "config").json()
    assert config.get("run_history") is False
    for name in ("build", "place", "_picture", "preprocess"):
        body = {"data": {}, "component_id": 1, "fn_name": name, "session_hash": "x"}
        assert httpx.post(app.local_url + "gradio_api/component_server", json=body).status_code >= 400


def test_the_next_free_port_is_taken():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        if port < 65500:
            assert port < free_port("127.0.0.1", port) <= port + 100
    assert free_port("127.0.0.1", 0) > 0
    with pytest.raises(ExplorerError, match="no address"):
        free_port("192.0.2.1", 7860)
    with pytest.raises(ExplorerError, match="no address"):
        free_port("no such host", 7860)


def test_on_windows_a_port_in_use_is_not_tried_to_be_shared(monkeypatch):
    options = []
    monkeypatch.setattr(socket.socket, "setsockopt", lambda _, *option: options.append(option))
    for system, times in (("nt", 0), ("posix", 1)):
        with monkeypatch.context() as there:
            there.setattr(os, "name", system)
            assert free_port("127.0.0.1", 0) > 0
        assert len(options) == times


def test_a_port_that_is_taken_meanwhile_is_an_error(folder, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr("explorer.app.launching.free_port", lambda *_: port)
        with pytest.raises(ExplorerError, match=f"could not listen on port {port}"):
            launch(str(folder), port=port, browser=False)


BEHIND_A_PROXY = """
import os, sys, httpx
from explorer.app import launch
for before in (None, "intra.example, 10.0.0.1"):
    os.environ.pop("NO_PROXY", None)
    os.environ.pop("no_proxy", None)
    if before:
        os.environ["no_proxy"] = before
    page = launch(sys.argv[1], port=0, browser=False)
    print(httpx.get(page.local_url).status_code, os.environ["NO_PROXY"], os.environ["no_proxy"])
    page.close()
"""


@pytest.mark.slow
def test_it_starts_behind_a_proxy(folder):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        dead = f"http://127.0.0.1:{closed.getsockname()[1]}"
    proxies = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
    done = subprocess.run(
        [sys.executable, "-c", BEHIND_A_PROXY, str(folder)],
        env=os.environ | dict.fromkeys(proxies, dead),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    ours = "127.0.0.1,localhost,::1"
    shown = [line for line in done.stdout.splitlines() if not line.startswith("Closing")]
    assert shown == [f"200 {ours} {ours}", "200 " + " ".join([f"intra.example,10.0.0.1,{ours}"] * 2)]


def answer(guard_options: dict, host: str, method: str = "GET", origin: str | None = None, times: int = 1) -> int:
    """The status with which a guarded app answers a request."""
    return reply(guard_options, host, method, origin, times)[0]["status"]


def refusal(guard_options: dict, host: str, origin: str | None = None) -> str:
    """The sentence with which it refuses one."""
    return reply(guard_options, host, "POST", origin)[1]["body"].decode().strip()


def reply(guard_options: dict, host: str, method: str, origin: str | None, times: int = 1) -> list[dict]:
    sent: list[dict] = []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message):
        sent.append(message)

    headers = [(b"host", host.encode("latin-1"))] * (times if host else 0)
    headers += [(b"origin", origin.encode())] if origin is not None else []
    guard = HostGuard(app, **{"host": "127.0.0.1", **guard_options})
    asyncio.run(guard({"type": "http", "method": method, "scheme": "http", "headers": headers}, None, send))
    return sent


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:7860", "localhost:8888", "LOCALHOST:80", "[::1]:7860", "localhost.:7860", "localhost", "127.0.0.2:1"],
)
def test_this_machines_own_names_are_answered_at_any_port(host):
    """A tunnel (ssh -L 8888:localhost:7860) or an editor forwards from a port of its own."""
    assert answer({}, host) == answer({}, host, "POST", f"http://{host}") == 200


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example:7860",
        "127.0.0.1:7860@evil",
        "a@127.0.0.1:7860",
        "127.0.0.1:x",
        "127.0.0.1:",
        "localhost:7860#",
        "localhost:7860#.evil.example",
        "localhost:7860?",
        "localhost/:7860",
        "localhost\\",
        "localhost :7860",
        "local\thost:7860",
        "localhost.evil.example",
        "0.0.0.0:7860",
        "[::1",
        "[::::]:7860",
        "[evil]:7860",
        "\xff",
    ],
)
def test_other_names_are_not(host):
    assert answer({}, host) == 421


@pytest.mark.parametrize("host", ["", "127.0.0.1:x", "localhost:7860#", "a@b:7860", "[evil]:7860", "\xff"])
def test_what_is_no_name_is_refused_at_an_open_address_too(host):
    assert answer({"host": "0.0.0.0"}, host) == 421


def test_what_is_refused_names_the_cure():
    sentence = (
        "GAN Explorer does not answer requests for hub.example.org. If that is a proxy of yours, start the app with "
    )
    sentence += "--allow-host hub.example.org (in a notebook: launch(allow_host=['hub.example.org']))."
    assert refusal({}, "hub.example.org:8443") == sentence
    assert answer({"allowed": ["hub.example.org"]}, "hub.example.org:8443") == 200
    page = refusal(
        {}, "127.0.0.1:7860", "https://abc-7860.app.example.dev"
    )  # a proxy that addresses us by our own name
    assert page.startswith("GAN Explorer does not answer requests of pages of abc-7860.app.example.dev.")
    assert "--allow-host abc-7860.app.example.dev (" in page
    allowed = {"allowed": ["abc-7860.app.example.dev"]}
    assert answer(allowed, "127.0.0.1:7860", "POST", "https://abc-7860.app.example.dev") == 200
    assert refusal({}, "evil.example#\n--allow-host x") == refusal({}, "") == hosts.NO_HOST  # which repeats nothing


def test_two_hosts_are_one_too_many():
    assert answer({}, "localhost:7860", times=2) == 421


def test_hosts_can_be_admitted_and_an_open_address_admits_all():
    allowed = {"allowed": ("Hub.Example",)}
    assert answer(allowed, "hub.example") == answer(allowed, "hub.example:8443") == 200
    assert answer(allowed, "sub.hub.example") == 421
    assert answer(allowed, "hub.example", "POST", "https://hub.example") == 200
    assert answer({"host": "0.0.0.0"}, "anything.example") == answer({"host": "::"}, "anything.example") == 200
    assert answer({"host": "192.168.1.5"}, "192.168.1.5:7860") == 200
    assert answer({"host": "192.168.1.5"}, "evil.example:7860") == 421


def test_other_origins_may_not_change_anything():
    assert answer({}, "localhost:7860", "POST", "http://localhost:7860") == 200
    assert answer({}, "localhost:7860", "POST") == 200
    assert answer({}, "localhost:7860", "POST", "https://evil.example") == 421
    assert answer({}, "localhost:7860", "POST", "null") == 421
    assert answer({}, "localhost:7860", "POST", "http://localhost:3000") == 421  # another server of this machine
    assert answer({}, "localhost:7860", "POST", "file://localhost:7860") == 421
    assert answer({"host": "0.0.0.0"}, "box:7860", "POST", "http://box:7860") == 200
    assert answer({"host": "0.0.0.0"}, "box:7860", "POST", "http://evil.example") == 421
