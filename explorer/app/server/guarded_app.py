"""Gradio's server with our guards before all of it."""

from collections.abc import Sequence

from gradio.routes import App
from starlette.middleware import Middleware
from starlette.types import Receive, Scope, Send


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
