"""The pages' own scripts: ES modules, each served as the file it is.

Their address holds a hash of all of them, so that a browser keeps them for good and a newer version has new addresses.
What is served was read when the app started: an address is looked up among those texts and never reaches the disk.
"""

import hashlib
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

PATH = "/scripts"
PATTERN = rf"{PATH}/[0-9a-f]{{16}}/[a-z_/]+\.js"  # of every address
_KEPT = "private, max-age=31536000, immutable"


def route() -> Route:
    """GET: the text of one script."""
    return Route(f"{PATH}/{{version}}/{{name:path}}", _answer, methods=["GET"])


def address(name: str) -> str:
    """The address of a script, relative to the page's: `walk/walk.js` -> `scripts/0123456789abcdef/walk/walk.js`."""
    return f"{PATH[1:]}/{version()}/{name}"


@cache
def scripts() -> dict[str, bytes]:
    """The text of every script below `explorer/app`, by its path there."""
    return dict(sorted(_found(files("explorer.app"))))


@cache
def version() -> str:
    """A hash of all names and texts, 16 hex digits."""
    digest = hashlib.sha256()
    for name, text in scripts().items():
        digest.update(f"{name}\0{len(text)}\0".encode() + text)
    return digest.hexdigest()[:16]


def _found(folder: Traversable, above: str = "") -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        name = above + entry.name
        if entry.is_dir():
            yield from _found(entry, f"{name}/")
        elif re.fullmatch(r"[a-z_/]+\.js", name):
            yield name, entry.read_bytes()


def _answer(request: Request) -> Response:
    text = scripts().get(request.path_params["name"])
    if text is None or request.path_params["version"] != version():
        return PlainTextResponse("There is no such script; reload the page.\n", 404)
    tag = f'"{version()}"'
    headers = {"cache-control": _KEPT, "etag": tag}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(text, media_type="text/javascript", headers=headers)
