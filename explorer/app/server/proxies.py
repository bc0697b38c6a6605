"""The app behind a proxy, in a folder of another site: `/lab/proxy/7860` of a hub, a port that an editor forwards.

The page finds out by itself where it stands: all that it asks for is relative to its own address. What a proxy says of
that (`X-Forwarded-Host`, `X-Forwarded-Prefix`) is not needed and could be anybody's, so nothing behind this sees it.
"""

import re

from starlette.types import ASGIApp, Receive, Scope, Send

from explorer.app.server.refuse import refuse
from explorer.app.server.visitor import VISITOR, visitor_of
from explorer.errors import ExplorerError, shown

_SUB_PATH = re.compile(r"(/[A-Za-z0-9._~@+-]{1,200}){0,20}")
_PROXY_HEADERS = (b"x-forwarded-", b"forwarded", b"x-gradio-")
# Gradio writes into its page the address at which it thinks to stand. Its script takes this one from the page's own.
_OWN_ADDRESS = (b"x-gradio-server", b".")


class Forwarded:
    """ASGI middleware. root_path: the sub-path under which a proxy serves the app, whether it takes that off or not."""

    def __init__(self, app: ASGIApp, root_path: str = ""):
        self.app = app
        self._root_path = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        VISITOR.set(visitor_of(scope))
        path = scope["path"]
        if self._root_path and path == self._root_path:  # the page's own address ends in a slash
            location = [(b"location", f"{self._root_path}/".encode())]
            await refuse(scope, send, 307, f"The app is at {self._root_path}/", location)
            return
        if self._root_path and path.startswith(f"{self._root_path}/"):
            path = path[len(self._root_path) :]
        headers = [pair for pair in scope["headers"] if not pair[0].startswith(_PROXY_HEADERS)]
        changed = {"path": path, "raw_path": path.encode(), "root_path": "", "headers": [*headers, _OWN_ADDRESS]}
        await self.app({**scope, **changed}, receive, send)


def read_root_path(text: str) -> str:
    """Sub-path in `text`, without a slash at its end, empty for the whole of a site; raises ExplorerError."""
    path = text.rstrip("/")
    if not _SUB_PATH.fullmatch(path) or {".", ".."} & set(path.split("/")):
        raise ExplorerError(f"{shown(text)!r} is no root path: write the path alone, such as /lab/proxy/7860.")
    return path
