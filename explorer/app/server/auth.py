"""A name and a password before anything else: HTTP Basic over pages, server functions and uploads alike.

Not Gradio's own login: that guards some of its routes and none of ours. The password crosses the network as it is, so
beyond a network that one trusts there must be TLS in front. Wrong passwords are counted for each visitor, answered ever
more slowly, and logged; whoever brings the right one waits for nobody.
"""

import asyncio
import base64
import binascii
import hashlib
import hmac
import logging
import os
import time
from collections import OrderedDict
from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from explorer.app.server.refuse import refuse
from explorer.app.server.visitor import VISITOR
from explorer.errors import ExplorerError

VARIABLE = "GAN_EXPLORER_AUTH"
START_UP = "/gradio_api/startup-events"  # Gradio asks itself whether it has started; the answer is true or false
TOO_MANY = "Too many wrong passwords came from your address; try again in ten seconds."
FIRST, SLOWEST = 0.25, 8.0  # seconds before the answer to the first wrong one, and at most; each doubles the last
AT_ONCE = 8  # wrong ones of a visitor that wait for their answer; no other is checked meanwhile
VISITORS = 1024  # that are remembered
FORGOTTEN = 900.0  # seconds after the last wrong one
_CHALLENGE = ((b"www-authenticate", b'Basic realm="GAN Explorer", charset="UTF-8"'),)
_log = logging.getLogger(__name__)


class BasicAuth:
    """ASGI middleware that answers 401 to whoever does not bring this name and password, to a wrong one late."""

    def __init__(self, app: ASGIApp, credentials: tuple[str, str]):
        self.app = app
        self._digest = _digest(":".join(credentials).encode())
        self._tries = PasswordTries()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_start_up = scope.get("method") == "GET" and scope.get("path") == START_UP
        if scope["type"] not in ("http", "websocket") or is_start_up:
            await self.app(scope, receive, send)
            return
        visitor, headers = VISITOR.get(), [value for key, value in scope["headers"] if key == b"authorization"]
        if not self._tries.may_try(visitor):
            await refuse(scope, send, 429, TOO_MANY, [(b"retry-after", b"10")])
        elif self._is_right(headers):
            self._tries.succeeded(visitor)
            await self.app(scope, receive, send)
        else:
            if headers:  # a browser's first request has none, and is answered at once
                await self._tries.failed(visitor)
            sentence = "Say who you are: this app was opened with a name and a password."
            await refuse(scope, send, 401, sentence, _CHALLENGE)

    def _is_right(self, headers: list[bytes]) -> bool:
        if len(headers) != 1 or headers[0][:6].lower() != b"basic ":
            return False
        try:
            given = base64.b64decode(headers[0][6:].strip(), validate=True)
        except (binascii.Error, ValueError):
            return False
        return hmac.compare_digest(_digest(given), self._digest)  # in the same time, however much of it is right


@dataclass
class _Tries:
    failures: int = 0
    waiting: int = 0
    last: float = 0.0
    succeeded: bool = False


class PasswordTries:
    """Passwords that visitors tried. All on the event loop."""

    def __init__(self) -> None:
        self._tries: OrderedDict[str, _Tries] = OrderedDict()  # the one who tried longest ago first

    def may_try(self, visitor: str) -> bool:
        """Whether a password is checked: not while many wrong ones of a visitor wait who never had the right one."""
        tries = self._tries.get(visitor)
        return tries is None or tries.succeeded or tries.waiting < AT_ONCE

    def succeeded(self, visitor: str) -> None:
        """Remember that a visitor brought the right one."""
        self._of(visitor).succeeded = True

    async def failed(self, visitor: str) -> None:
        """Count a visitor's wrong one, and wait until it may be answered."""
        tries = self._of(visitor)
        if time.monotonic() - tries.last > FORGOTTEN:
            tries.failures = 0
        tries.failures, tries.last = tries.failures + 1, time.monotonic()
        if tries.failures & (tries.failures - 1) == 0:  # 1, 2, 4, 8: so that the log stays short
            _log.warning(
                "wrong name or password from %s, tries so far: %d", visitor or "an unknown address", tries.failures
            )
        tries.waiting += 1
        try:
            await asyncio.sleep(min(SLOWEST, FIRST * 2 ** min(tries.failures - 1, 30)))
        finally:
            tries.waiting -= 1

    def _of(self, visitor: str) -> _Tries:
        tries = self._tries.setdefault(visitor, _Tries())
        self._tries.move_to_end(visitor)
        while len(self._tries) > VISITORS:
            self._tries.popitem(last=False)
        return tries


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
