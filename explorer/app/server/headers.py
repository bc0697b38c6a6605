"""What browsers are told beside every answer: what our page may do, and who may show it inside another page."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Gradio's page needs its inline scripts, and functions made from text. But nothing is fetched from elsewhere, nor sent.
POLICY = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'"
)
ALONE = "; frame-ancestors 'self'"


class Headers:
    """ASGI middleware. inline: the page is to be seen inside a notebook, whose address nobody knows."""

    def __init__(self, app: ASGIApp, inline: bool = False):
        self.app = app
        self._told = {
            "content-security-policy": POLICY if inline else POLICY + ALONE,
            "x-content-type-options": "nosniff",
            "referrer-policy": "same-origin",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._told)
            await send(message)

        await self.app(scope, receive, telling if scope["type"] == "http" else send)
