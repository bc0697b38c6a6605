"""Gradio's server with our guards before all of it, and our routes in it."""

from collections.abc import Sequence

import gradio as gr
from gradio.routes import App
from starlette.middleware import Middleware
from starlette.types import Receive, Scope, Send

from explorer.app.server import plotly_script, scripts
from explorer.app.server.allowlist import Allowlist
from explorer.app.server.auth import BasicAuth
from explorer.app.server.headers import Headers
from explorer.app.server.hosts import HostGuard, read_host
from explorer.app.server.proxies import Forwarded
from explorer.app.server.server_functions import ServerFunctions
from explorer.app.server.uploads import Uploads


class GuardedApp(App):
    """The server that Gradio runs. guards: the outermost first; the other options are the server's own.

    Guards that are handed to Gradio as its server's middleware stand behind its own, which answers other sites' pages
    before ours are asked.
    """

    def __init__(self, guards: Sequence[Middleware], **options):
        super().__init__(**options)
        self._guarded = super().__call__
        for guard in reversed(guards):
            self._guarded = guard.cls(self._guarded, *guard.args, **guard.kwargs)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._guarded(scope, receive, send)


def guarded_app(
    page: gr.Blocks,
    host: str,
    allow_host: Sequence[str],
    auth: tuple[str, str] | None,
    read_only: bool,
    root_path: str,
    inline: bool,
) -> GuardedApp:
    """The server of a page; the options are those of `explorer.app.launch`. Raises ExplorerError for no host's name."""
    guards = [  # the outermost first
        Middleware(Headers, inline=inline),
        Middleware(HostGuard, host=host, allowed=tuple(map(read_host, allow_host))),
        Middleware(Forwarded, root_path=root_path),
        *([Middleware(BasicAuth, credentials=auth)] if auth else []),
        Middleware(Allowlist),
    ]
    routes = [*ServerFunctions(page).routes(), Uploads(read_only).route(), plotly_script.route(), scripts.route()]
    return GuardedApp(guards, routes=routes, docs_url=None, redoc_url=None, openapi_url=None)
