"""Whom the app answers: only requests that were addressed to it.

A page on another site can point its own name at 127.0.0.1 and so make a browser speak to this server as if it were that
site (DNS rebinding). The Host header still carries the foreign name: whatever is not ours is refused, and so is
whatever a page of another site sends or reads, which its Origin tells.
"""

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from explorer.app.refusing import refuse

NOT_OURS = "This address is not one of GAN Explorer's. Start it with --allow-host NAME to let a proxy through."
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class HostGuard:
    """ASGI middleware that answers 421 unless Host, and Origin where there is one, are ours.

    host: the address the server listens on; every name is admitted where that is an open one (`0.0.0.0`, `::`).
    port: the server's own port; loopback names and `host` must come with it (a proxy's port may be any).
    allowed: further names, of a proxy in front of the app.
    """

    def __init__(self, app: ASGIApp, host: str, port: int, allowed: Iterable[str] = ()):
        self.app = app
        self.open = is_open(host)
        self.own = {(name, port) for name in (*_LOOPBACK, _bare(host))}
        self.allowed = {_bare(name) for name in allowed}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or self._is_ours(scope):
            await self.app(scope, receive, send)
        else:
            await refuse(scope, send, 421, NOT_OURS)

    def _is_ours(self, scope: Scope) -> bool:
        hosts = [value for key, value in scope["headers"] if key == b"host"]
        origins = [value for key, value in scope["headers"] if key == b"origin"]
        if len(hosts) != 1 or not self._admits(hosts[0].decode("latin-1"), scope.get("scheme", "http")):
            return False
        if not origins:
            return True
        try:
            origin = urlsplit(origins[0].decode("latin-1"))
        except ValueError:
            return False
        if len(origins) > 1:
            return False
        if self.open:
            return origin.netloc.lower() == hosts[0].decode("latin-1").lower()
        return self._admits(origin.netloc, origin.scheme)

    def _admits(self, netloc: str, scheme: str) -> bool:
        if self.open:
            return True
        try:
            parts = urlsplit(f"//{netloc}")
            name, port = _bare(parts.hostname or ""), parts.port
        except ValueError:
            return False
        if parts.username is not None or parts.path:
            return False
        port = port or (443 if scheme in ("https", "wss") else 80)
        return name in self.allowed or (name, port) in self.own


def is_open(host: str) -> bool:
    """Whether an address to listen on is every address of the machine: `0.0.0.0`, `::`."""
    try:
        return ipaddress.ip_address(_bare(host)).is_unspecified
    except ValueError:
        return False


def is_loopback(host: str) -> bool:
    """Whether an address to listen on is this machine's own, which no other can reach."""
    try:
        return ipaddress.ip_address(_bare(host)).is_loopback
    except ValueError:
        return _bare(host) == "localhost"


def _bare(name: str) -> str:
    return name.strip().strip("[]").rstrip(".").lower()
