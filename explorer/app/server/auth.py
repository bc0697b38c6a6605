"""A name and a password before anything else: HTTP Basic over pages, server functions and uploads alike.

Not Gradio's own login: that guards some of its routes and none of ours. The password crosses the network as it is, so
beyond a network that one trusts there must be TLS in front.
"""

import base64
import binascii
import hashlib
import hmac
import os

from starlette.types import ASGIApp, Receive, Scope, Send

from explorer.app.server.password_tries import PasswordTries
from explorer.app.server.refuse import refuse
from explorer.app.server.visitor import VISITOR
from explorer.errors import ExplorerError

VARIABLE = "GAN_EXPLORER_AUTH"
START_UP = "/gradio_api/startup-events"  # Gradio asks itself whether it has started; the answer is true or false
TOO_MANY = "Too many wrong passwords came from your address; try again in ten seconds."
_ASK = ((b"www-authenticate", b'Basic realm="GAN Explorer", charset="UTF-8"'),)


class BasicAuth:
    """ASGI middleware that answers 401 to whoever does not bring this name and password, to a wrong one late."""

    def __init__(self, app: ASGIApp, credentials: tuple[str, str]):
        self.app = app
        self._wanted = _digest(":".join(credentials).encode())
        self._tries = PasswordTries()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = scope.get("method") == "GET" and scope.get("path") == START_UP
        if scope["type"] not in ("http", "websocket") or started:
            await self.app(scope, receive, send)
            return
        visitor, brought = VISITOR.get(), [value for key, value in scope["headers"] if key == b"authorization"]
        if not self._tries.may_try(visitor):
            await refuse(scope, send, 429, TOO_MANY, [(b"retry-after", b"10")])
        elif self._admits(brought):
            self._tries.right(visitor)
            await self.app(scope, receive, send)
        else:
            if brought:  # a browser's first request has none, and is answered at once
                await self._tries.wrong(visitor)
            await refuse(scope, send, 401, "Say who you are: this app was opened with a name and a password.", _ASK)

    def _admits(self, brought: list[bytes]) -> bool:
        if len(brought) != 1 or brought[0][:6].lower() != b"basic ":
            return False
        try:
            given = base64.b64decode(brought[0][6:].strip(), validate=True)
        except (binascii.Error, ValueError):
            return False
        return hmac.compare_digest(_digest(given), self._wanted)  # in the same time, however much of it is right


def read_credentials(text: str | None) -> tuple[str, str] | None:
    """(name, password) from NAME:PASSWORD, or from the environment variable GAN_EXPLORER_AUTH where that is None.

    None where neither says anything. Raises ExplorerError for what is not of that form; it does not repeat it.
    """
    text = os.environ.get(VARIABLE) if text is None else text
    if not text:
        return None
    name, colon, password = text.partition(":")
    if not (name and colon and password):
        raise ExplorerError(f"A name and a password are written NAME:PASSWORD, in --auth or in {VARIABLE}.")
    return name, password


def _digest(text: bytes) -> bytes:
    return hashlib.sha256(text).digest()
