"""How the pages' scripts are served: each as the file it is, for good, and nothing else in their place."""

import posixpath
import re
from importlib.resources import files

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from explorer.app.server import scripts
from explorer.app.server.allowlist import Allowlist

IMPORT = re.compile(r'(?m)^(?:import|export) [^;]*? from "([^"]+)";$')


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(Allowlist(Starlette(routes=[scripts.route()])))


def test_every_script_is_served_as_it_is(client):
    assert len(scripts.scripts()) > 40 and "walk/walk.js" in scripts.scripts()
    for name, text in scripts.scripts().items():
        reply = client.get(f"/{scripts.address(name)}")
        assert reply.status_code == 200, name
        assert reply.content == text == (files("explorer.app") / name).read_bytes()
        assert reply.headers["content-type"].startswith("text/javascript")
        assert "immutable" in reply.headers["cache-control"] and "private" in reply.headers["cache-control"]


def test_a_browser_that_has_it_is_not_sent_it_again(client):
    address = f"/{scripts.address('walk/walk.js')}"
    tag = client.get(address).headers["etag"]
    again = client.get(address, headers={"if-none-match": tag})
    assert again.status_code == 304 and not again.content


def test_whatever_a_script_imports_is_served():
    for name, text in scripts.scripts().items():
        for target in IMPORT.findall(text.decode()):
            assert target.startswith("."), f"{name} imports {target}"
            assert posixpath.normpath(posixpath.join(posixpath.dirname(name), target)) in scripts.scripts(), name


def test_every_component_has_a_script_of_its_name():
    for name in ("header", "explore", "walk", "arithmetic", "map", "inside", "compare", "train"):
        assert b"export function mount(" in scripts.scripts()[f"{name}/{name}.js"]


@pytest.mark.parametrize(
    "name",
    [
        "",
        "walk/walk.css",
        "walk/tab.py",
        "__init__.py",
        "types.d.ts",
        "../compare/page/page.js",
        "%2e%2e/compare/page/page.js",
        "walk/%2e%2e/walk/walk.js",
        "walk%2f..%2fwalk%2fwalk.js",
        "walk//walk.js",
        "/walk/walk.js",
        "walk/walk.js/",
        "walk/walk.js%00",
        "WALK/walk.js",
        "walk/walk.js\\",
    ],
)
def test_nothing_but_scripts_is_served_by_their_door(client, name):
    assert client.get(f"/scripts/{scripts.version()}/{name}").status_code == 404


def test_scripts_of_another_version_are_not_there(client):
    assert client.get(f"/scripts/{'0' * 16}/walk/walk.js").status_code == 404
    assert client.get("/scripts/walk/walk.js").status_code == 404
    assert client.post(f"/{scripts.address('walk/walk.js')}").status_code == 404
