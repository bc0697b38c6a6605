"""Plotly's own script, served to the tab that needs it: from the installed package, never from elsewhere."""

from functools import cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from explorer.lazy import imported

PATH = "/plotly.js"
CACHED = 86_400  # seconds in which a browser does not ask again


def route() -> Route:
    """Route of the script."""
    return Route(PATH, _answer, methods=["GET"])


def _answer(request: Request) -> Response:
    gzipped = "gzip" in request.headers.get("accept-encoding", "")
    headers = {"cache-control": f"private, max-age={CACHED}", "vary": "accept-encoding"}
    if gzipped:
        headers["content-encoding"] = "gzip"
    return Response(_script(gzipped), media_type="text/javascript", headers=headers)


@cache
def _script(gzipped: bool) -> bytes:
    import gzip

    text = imported("plotly.offline").get_plotlyjs().encode()
    return gzip.compress(text, 5, mtime=0) if gzipped else text
