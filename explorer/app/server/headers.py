"""Security headers of every answer: what a browser lets our page do, and who may show it inside another page."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Gradio's page needs its inline scripts, and functions made from text. But nothing is fetched from elsewhere, nor sent.
POLICY = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'"
)
NOT_FRAMED = "; frame-ancestors 'self'"


class Headers:
    """ASGI middleware. inline: the page is shown inside a notebook, whose address is not known."""

    def __init__(self, app: ASGIApp, inline: bool = False):
        self.app = app
        self._headers = {
            "content-security-policy": POLICY if inline else POLICY + NOT_FRAMED,
            "x-content-type-options": "nosniff",
            "referrer-policy": "same-origin",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)
