"""Who is admitted, and to what: names and passwords, the few addresses that are served, and security headers."""

import asyncio
import base64
import sys
import time
import types

import httpx
import pytest
from app_requests import call_body
from tiny_checkpoint import publish_tiny

from explorer import ExplorerError
from explorer.app import launch
from explorer.app.server import auth as auth_module
from explorer.app.server.auth import BasicAuth, read_credentials
from explorer.app.server.hosts import is_loopback
from explorer.app.server.server_functions import MAX_BODY
from explorer.app.server.visitor import VISITOR
from explorer.cli import main

ME = ("mé", "s:ecret")


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    """Wrong passwords are answered at once; a test of its own lets them wait."""
    monkeypatch.setattr(auth_module, "FIRST", 0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return publish_tiny(tmp_path_factory.mktemp("home") / "mine")


@pytest.fixture(scope="module")
def app(folder):
    """Open to all the network, with a password, and read-only."""
    page = launch(str(folder), host="0.0.0.0", port=0, browser=False, auth=ME, read_only=True)
    yield page
    page.close()


@pytest.fixture(scope="module")
def visitor(app):
    with httpx.Client(base_url=app.local_url, timeout=60, headers={"authorization": basic(*ME)}) as client:
        yield client


def basic(name: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


def call(visitor, function: str, data: dict, part: str) -> dict:
    body = call_body(visitor.get("config").json(), function, data, part)
    return visitor.post("gradio_api/component_server", json=body).raise_for_status().json()


@pytest.mark.parametrize(
    "path",
    ["", "config", "theme.css", "assets/x.js", "gradio_api/component_server", "gradio_api/file=x", "uploads"],
)
def test_nobody_gets_in_without_the_password(app, path):
    for method in ("GET", "HEAD", "POST"):
        for brought in ({}, {"authorization": basic("mé", "secret")}, {"authorization": "Basic é".encode("latin-1")}):
            reply = httpx.request(method, app.local_url + path, headers=brought)
            assert reply.status_code == 401 and reply.headers["www-authenticate"].startswith("Basic ")


def test_with_it_the_page_draws_and_says_that_it_only_shows(visitor):
    assert visitor.get("").status_code == 200
    assert call(visitor, "draw", {"tab": "a" * 32, "w": "boots"}, "explore")["ok"]
    assert call(visitor, "menu", {}, "top")["read_only"] is True
    refused = call(visitor, "saved_directions", {"tab": "a" * 32, "w": "", "do": "delete", "name": "x"}, "inside")
    assert "--read-only" in refused["message"]
    sent = visitor.post("uploads", content=b"\0\0\0\0", headers={"x-gan-explorer": "upload"})
    assert sent.status_code == 403 and "--read-only" in sent.json()["message"]


def test_gradio_s_own_start_up_check_shows_no_more(app):
    reply = httpx.get(app.local_url + "gradio_api/startup-events")
    assert (reply.status_code, reply.json()) == (200, False)
    assert httpx.post(app.local_url + "gradio_api/startup-events").status_code == 401


@pytest.mark.parametrize(
    "brought",
    [
        [],
        [b"Basic"],
        [b"Basic "],
        [b"Basic !!"],
        [b"Bearer bWU6cHc="],
        [b"Basic bWU6cHc=", b"Basic bWU6cHc="],
        [b"Basic " + base64.b64encode(b"me:pw\0")],
        [b"Basic " + base64.b64encode(b"me:")],
        [b"Basic " + base64.b64encode(b"ME:pw")],
    ],
)
def test_only_the_right_name_and_password_will_do(brought):
    assert answered(brought) == 401
    assert answered([b"Basic bWU6cHc="]) == answered([b"basic  bWU6cHc= "]) == 200
    assert answered([], kind="websocket") == 1008


def test_wrong_passwords_wait_ever_longer_and_are_counted_while_the_right_one_is_let_in(monkeypatch, caplog):
    """Sixty at once from one address: eight are checked, each later than the last, and nobody else waits."""
    monkeypatch.setattr(auth_module, "FIRST", 0.05)
    monkeypatch.setattr(auth_module, "SLOWEST", 0.4)
    auth, waited = BasicAuth(nothing, ("me", "pw")), []

    async def visit(visitor: str, brought: bytes | None) -> int:
        VISITOR.set(visitor)
        clock = time.monotonic()
        status = await status_of(auth, [brought] if brought else [])
        waited.append((visitor, status, time.monotonic() - clock))
        return status

    async def all_at_once() -> list[int]:
        guesses = [visit("10.0.0.9", b"Basic " + base64.b64encode(b"me:%d" % number)) for number in range(60)]
        honest = [visit("10.0.0.1", None), visit("10.0.0.1", b"Basic bWU6cHc="), visit("10.0.0.2", b"Basic bWU6cHc=")]
        return await asyncio.gather(*guesses, *honest)

    statuses = asyncio.run(all_at_once())
    assert statuses == [401] * 8 + [429] * 52 + [401, 200, 200]
    delays = sorted(seconds for visitor, status, seconds in waited if (visitor, status) == ("10.0.0.9", 401))
    assert all(seconds >= least for seconds, least in zip(delays, [0.05, 0.1, 0.2, *[0.4] * 5], strict=True))
    assert max(seconds for visitor, _, seconds in waited if visitor != "10.0.0.9") < 0.2
    logged = [record.getMessage() for record in caplog.records]
    assert logged == [f"wrong name or password from 10.0.0.9, tries so far: {count}" for count in (1, 2, 4, 8)]


def test_who_was_admitted_once_is_not_shut_out_by_another_behind_the_same_address(monkeypatch):
    monkeypatch.setattr(auth_module, "FIRST", 0.2)
    auth, right = BasicAuth(nothing, ("me", "pw")), [b"Basic bWU6cHc="]

    async def both() -> list[int]:
        assert await status_of(auth, right) == 200
        guesses = [asyncio.create_task(status_of(auth, [b"Basic bWU6eA=="])) for _ in range(20)]
        await asyncio.sleep(0.05)
        found = [await status_of(auth, right) for _ in range(3)]
        for guess in guesses:
            guess.cancel()
        return found

    assert asyncio.run(both()) == [200, 200, 200]


async def nothing(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})


async def status_of(auth: BasicAuth, brought: list[bytes]) -> int:
    sent: list[dict] = []

    async def send(message):
        sent.append(message)

    headers = [(b"authorization", one) for one in brought]
    await auth({"type": "http", "method": "GET", "path": "/", "headers": headers}, None, send)
    return sent[0]["status"]


def answered(brought: list[bytes], kind: str = "http") -> int:
    sent: list[dict] = []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message):
        sent.append(message)

    scope = {"type": kind, "method": "GET", "path": "/", "headers": [(b"authorization", one) for one in brought]}
    asyncio.run(BasicAuth(app, ("me", "pw"))(scope, None, send))
    return sent[0].get("status") or sent[0]["code"]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "[::]", "192.168.1.5", "my-machine", "localhost.evil.example", ""])
def test_other_machines_are_not_let_in_without_a_password(host, capsys, monkeypatch):
    monkeypatch.delenv("GAN_EXPLORER_AUTH", raising=False)
    assert not is_loopback(host)
    with pytest.raises(ExplorerError, match="--auth NAME:PASSWORD or in the environment variable GAN_EXPLORER_AUTH"):
        launch("no-such-checkpoint", host=host)
    assert main(["app", "--no-browser", f"--host={host}"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_this_machine_needs_none():
    assert all(map(is_loopback, ("127.0.0.1", "127.1.2.3", "localhost", "LOCALHOST.", "::1", "[::1]")))


def test_the_password_comes_from_the_environment_too(monkeypatch, capsys):
    monkeypatch.setenv("GAN_EXPLORER_AUTH", "me:pw:x")
    assert read_credentials(None) == ("me", "pw:x") and read_credentials("you:it") == ("you", "it")
    with pytest.raises(ExplorerError, match="no-such-checkpoint"):
        launch("no-such-checkpoint", host="0.0.0.0")  # let through to what is wrong next
    for empty in (("", ""), ("me", ""), ("", "pw")):
        with pytest.raises(ExplorerError, match="NAME:PASSWORD"):
            launch("no-such-checkpoint", host="0.0.0.0", auth=empty)
    monkeypatch.setenv("GAN_EXPLORER_AUTH", "")
    assert read_credentials(None) is None
    for crooked in ("topsecret", "topsecret:", ":topsecret"):
        assert main(["app", "--auth", crooked]) == 2
        error = capsys.readouterr().err
        assert "NAME:PASSWORD" in error and "topsecret" not in error


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "gradio_api/upload"),
        ("GET", "gradio_api/upload_progress?upload_id=x"),
        ("GET", "gradio_api/file=/etc/passwd"),
        ("GET", "gradio_api/file=http://127.0.0.1:1/"),
        ("GET", "gradio_api/file/etc/passwd"),
        ("GET", "file=/etc/passwd"),
        ("GET", "gradio_api/proxy=http://127.0.0.1:1/"),
        ("GET", "gradio_api/stream/a/b/0/playlist.m3u8"),
        ("POST", "gradio_api/stream/x"),
        ("POST", "gradio_api/queue/join"),
        ("GET", "gradio_api/queue/data?session_hash=x"),
        ("POST", "gradio_api/run/draw"),
        ("POST", "gradio_api/call/draw"),
        ("POST", "gradio_api/process_recording"),
        ("POST", "gradio_api/vibe-edit"),
        ("GET", "gradio_api/info"),
        ("GET", "gradio_api/openapi.json"),
        ("GET", "gradio_api/deep_link?session_hash=x"),
        ("GET", "gradio_api/token"),
        ("POST", "login"),
        ("GET", "docs"),
        ("GET", "monitoring/summary"),
        ("GET", "manifest.json"),
        ("GET", "gradio_api/mcp/"),
        ("GET", "gradio_api/heartbeat/x"),
        ("GET", "assets"),
        ("PUT", "gradio_api/component_server"),
        ("DELETE", ""),
    ],
)
def test_what_gradio_offers_beyond_our_page_is_not_there(visitor, method, path):
    reply = visitor.request(method, path)
    assert reply.status_code == 404 and reply.text == "There is nothing here.\n"


@pytest.mark.parametrize(
    "path", ["assets/../../../../etc/passwd", "static/..%2f..%2f..%2fetc/passwd", "static//etc/passwd"]
)
def test_no_path_leads_out_of_the_pages_own_files(visitor, path):
    reply = visitor.get(httpx.URL(str(visitor.base_url)).copy_with(raw_path=f"/{path}".encode()))
    assert reply.status_code in (403, 404) and "root:" not in reply.text


def test_no_page_but_ours_is_shown_whatever_the_address_says(visitor):
    ours = visitor.get("").text
    for query in ("?deep_link=x", "?deep%5Flink=x", "?page=x", "?w=boots&s=5"):
        assert visitor.get(query).text == ours


def test_a_request_is_json_and_not_endless(visitor):
    path = "gradio_api/component_server"
    assert visitor.post(path, files={"file": b"x"}).status_code == 415
    assert visitor.post(path, content=b"{}", headers={"content-type": "text/plain"}).status_code == 415
    endless = b'{"data": {"picture": "' + b"x" * MAX_BODY + b'"}}'
    for content in (endless, iter([endless])):  # with its length, and in pieces
        reply = visitor.post(path, content=content, headers={"content-type": "application/json"})
        assert reply.status_code == 413


def test_every_answer_has_security_headers(app, visitor):
    for reply in (visitor.get(""), visitor.get("gradio_api/info"), httpx.get(app.local_url)):
        policy = reply.headers["content-security-policy"]
        assert "default-src 'self'" in policy and "frame-ancestors 'self'" in policy
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["referrer-policy"] == "same-origin"


def test_in_a_notebook_behind_a_proxy_the_cell_shows_the_sub_path(folder, monkeypatch):
    shown = []
    monkeypatch.setitem(sys.modules, "IPython", types.ModuleType("IPython"))
    monkeypatch.setitem(sys.modules, "IPython.display", types.ModuleType("IPython.display"))
    sys.modules["IPython.display"].IFrame = lambda source, width, height: source
    sys.modules["IPython.display"].display = shown.append
    page = launch(str(folder), port=0, browser=False, inline=True, root_path="/user/me/proxy/7860/")
    page.close()
    assert shown == ["/user/me/proxy/7860/"]


def test_in_a_notebook_the_page_may_be_framed_and_other_origins_are_refused(folder):
    page = launch(str(folder), port=0, browser=False, inline=True)
    try:
        reply = httpx.get(page.local_url)
        assert reply.status_code == 200 and "frame-ancestors" not in reply.headers["content-security-policy"]
        other = {"origin": "http://localhost:1"}  # another server of this machine
        preflight = other | {"access-control-request-method": "POST"}
        assert httpx.options(page.local_url + "config", headers=preflight).status_code == 421
        assert httpx.get(page.local_url + "config", headers=other).status_code == 421
        assert httpx.post(page.local_url + "uploads", headers=other).status_code == 421
    finally:
        page.close()
