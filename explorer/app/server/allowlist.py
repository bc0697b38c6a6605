"""The addresses that are served: what our page needs of all that Gradio's server answers, and no more.

Gradio also takes uploads from anybody and serves them again, serves files of its own folders, fetches addresses and
runs queues. None of that is used here, and an address that is not served needs no guard.
"""

import re

from starlette.types import ASGIApp, Receive, Scope, Send

from explorer.app.server.auth import START_UP
from explorer.app.server.plotly_script import PATH as PLOTLY
from explorer.app.server.refuse import refuse
from explorer.app.server.scripts import PATTERN as SCRIPTS
from explorer.app.server.server_functions import PATH as SERVER_FUNCTIONS
from explorer.app.server.uploads import PATH as UPLOADS

_READABLE = re.compile(
    rf"/|/config/?|/theme\.css|/favicon\.ico|/(assets|static)/.*|{SCRIPTS}|{re.escape(PLOTLY)}|{re.escape(START_UP)}"
)
_CALLABLE = re.compile(rf"{re.escape(SERVER_FUNCTIONS)}/?")


class Allowlist:
    """ASGI middleware that answers 404 to what no page of ours asks for.

    What follows a `?` is for our page alone, and is cut off. Gradio would find in it, among other things, which page
    saved in the system's folder for temporary files to show in place of ours, and anybody may write there.
    """

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        method, path = scope.get("method"), scope["path"]
        is_call = method == "POST" and _CALLABLE.fullmatch(path) is not None
        is_read = method in ("GET", "HEAD") and _READABLE.fullmatch(path) is not None
        if not (is_call or is_read or path == UPLOADS):
            await refuse(scope, send, 404, "There is nothing here.")
        elif is_call and _content_type(scope) != b"application/json":
            await refuse(scope, send, 415, "A request is JSON.")  # not a form, which may hold files
        else:
            await self.app({**scope, "query_string": b""}, receive, send)


def _content_type(scope: Scope) -> bytes:
    found = [value for key, value in scope["headers"] if key == b"content-type"]
    return found[0].partition(b";")[0].strip().lower() if len(found) == 1 else b""
