"""The app as people open it on other machines: forwarded ports, a hub's sub-path, proxies that say so or do not."""

import http.client
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from app_in_chromium import PAINTS, drawn

from explorer.app.server.proxies import read_root_path
from explorer.bench.browser import running_app
from explorer.cli import main
from explorer.errors import ExplorerError

pytest_plugins = ["app_in_chromium"]

HUB, PREFIX = "hub.localhost", "/lab/proxy/7860"  # a browser takes every such name for this machine
PROXIES = {  # whether it takes the prefix off, whether it passes on the Host of the request, what headers it adds
    "jupyter-server-proxy": (True, True, {}),
    "one that rewrites Host": (True, False, {}),
    "one that says so": (True, False, {"X-Forwarded-Prefix": PREFIX, "X-Forwarded-Proto": "http"}),
    "one that lies": (True, True, {"X-Forwarded-Prefix": "/evil", "X-Forwarded-Host": "evil.example"}),
    "one that leaves the prefix on": (False, True, {}),
}


@pytest.fixture(scope="module")
def app(home):
    with running_app("--allow-host", HUB, "--root-path", f"{PREFIX}/", env={"GAN_EXPLORER_HOME": str(home)}) as url:
        yield url


@contextmanager
def proxy(app: str, strips: bool, passes_host: bool, says: dict[str, str]):
    """A proxy that serves the app below PREFIX; gives its port."""
    own = app.removeprefix("http://")

    class Proxy(BaseHTTPRequestHandler):
        def answer(self):
            if not self.path.startswith(PREFIX):
                self.send_error(404)
                return
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            sent = {key: value for key, value in self.headers.items() if key.lower() not in ("connection", "host")}
            sent |= says | {"Host": self.headers["host"] if passes_host else own}
            there = http.client.HTTPConnection(own)
            there.request(self.command, self.path[len(PREFIX) :] if strips else self.path, body or None, sent)
            reply = there.getresponse()
            content = reply.read()
            there.close()
            self.send_response(reply.status)
            for key, value in reply.getheaders():
                if key.lower() not in ("transfer-encoding", "connection", "content-length"):
                    self.send_header(key, value)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_HEAD = answer

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.mark.parametrize("kind", PROXIES)
def test_behind_a_proxy_every_asset_and_every_request_arrives(app, browser, kind):
    requested, failed = [], []
    with proxy(app, *PROXIES[kind]) as port, browser.new_page() as page:
        here = f"http://{HUB}:{port}{PREFIX}/"
        page.on("pageerror", lambda error: failed.append(str(error)))
        page.on("request", lambda request: requested.append(request.url))
        page.on("response", lambda reply: reply.status >= 400 and failed.append(reply.url))
        page.add_init_script(PAINTS)
        page.goto(f"{here}?w=cup&c=hostile")
        page.wait_for_selector("[data-state=drawn]", timeout=60_000)
        page.fill(".gx-word", "word7")
        drawn(page, w="word7")
        # What other tabs fetch: plotly's script, and the route for uploads, which says what is wrong with none.
        assert page.evaluate("fetch(new URL('plotly.js', document.baseURI)).then((reply) => reply.status)") == 200
        sent = "fetch(new URL('uploads', document.baseURI), {method: 'POST', headers: {'X-GAN-Explorer': 'upload'}})"
        assert "broke off" in page.evaluate(f"{sent}.then((reply) => reply.text())")
    # Gradio's page names a manifest at the root, which a browser asks for in passing and does without.
    requested, failed = ([url for url in urls if not url.endswith("/manifest.json")] for urls in (requested, failed))
    assert len(requested) > 20 and all(url.startswith((here, "data:", "blob:")) for url in requested)
    assert failed == [f"{here}uploads"]


def test_the_sub_path_without_its_slash_leads_to_the_page(app):
    reply = httpx.get(app + PREFIX)
    assert (reply.status_code, reply.headers["location"]) == (307, f"{PREFIX}/")
    assert httpx.get(f"{app}{PREFIX}/").status_code == httpx.get(app).status_code == 200
    assert httpx.get(f"{app}{PREFIX}x/").status_code == httpx.get(f"{app}{PREFIX}{PREFIX}/").status_code == 404


def test_nothing_that_a_proxy_says_is_written_into_the_page(app):
    hearsay = dict.fromkeys(("x-forwarded-host", "x-gradio-server", "x-forwarded-prefix"), "evil.example")
    for headers in (hearsay, hearsay | {"host": HUB}, {"forwarded": "host=evil.example"}):
        for path in ("/", "/config"):
            assert "evil.example" not in httpx.get(app + path, headers=headers).text


@pytest.mark.parametrize(
    "path",
    [
        "lab",
        "http://hub.example.org/lab",
        "/lab?x",
        "/lab#x",
        "/lab//proxy",
        "/a b",
        "/\r\nx",
        "/é",
        "//evil",
        "/x" * 30,
    ],
)
def test_a_root_path_is_a_path_alone(path, capsys):
    with pytest.raises(ExplorerError, match="such as /lab/proxy/7860"):
        read_root_path(path)
    assert main(["app", "--no-browser", f"--root-path={path}"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_root_paths_are_read_with_or_without_a_slash_at_the_end():
    assert read_root_path("/lab/proxy/7860/") == read_root_path("/lab/proxy/7860") == "/lab/proxy/7860"
    assert read_root_path("") == read_root_path("/") == ""
    assert read_root_path("/user/me@example.org/proxy/7860/") == "/user/me@example.org/proxy/7860"
