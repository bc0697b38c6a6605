"""Only requests that were addressed to the app are answered.

A page on another site can point its own name at 127.0.0.1 and so make a browser speak to this server as if it were that
site (DNS rebinding). The Host header still carries the foreign name: whatever is not ours is refused, and so is
whatever a page of another site sends or reads, which its Origin shows.
"""

import contextlib
import ipaddress
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from explorer.app.server.refuse import refuse
from explorer.errors import ExplorerError, shown

_HOST = re.compile(r"(\[[0-9a-f:.]{2,45}\]|[a-z0-9_][a-z0-9._-]{0,252})(:[0-9]{1,5})?", re.IGNORECASE)
NO_HOST = "This request does not say in one Host header, as a name and a port, to whom it is addressed."
NO_ORIGIN = "GAN Explorer does not answer pages that do not say of which site they are."
NOT_OURS = (
    "GAN Explorer does not answer requests {whose} {name}. If that is a proxy of yours, start the app with "
    "--allow-host {name} (in a notebook: launch(allow_host=['{name}']))."
)


class HostGuard:
    """ASGI middleware that answers 421 unless Host, and Origin where there is one, are ours.

    host: the address the server listens on; every name is admitted where that is an open one (`0.0.0.0`, `::`). This
    machine's own names are always admitted. The port may be any: that of a tunnel or proxy is not ours to know.
    allowed: further names, of a proxy in front of the app.
    """

    def __init__(self, app: ASGIApp, host: str, allowed: Iterable[str] = ()):
        self.app = app
        self._open = is_open(host)
        self._allowed = {_normalised(name) for name in allowed}
        self._own = _normalised(host)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._refusal(scope) if scope["type"] in ("http", "websocket") else None
        if refusal:
            await refuse(scope, send, 421, refusal)
        else:
            await self.app(scope, receive, send)

    def _refusal(self, scope: Scope) -> str | None:
        """Sentence that says why this request is not answered, and what to do about it; None where it is."""
        hosts, origins = (
            [value.decode("latin-1") for key, value in scope["headers"] if key == header]
            for header in (b"host", b"origin")
        )
        if len(hosts) != 1 or len(origins) > 1 or not _HOST.fullmatch(hosts[0]):
            return NO_HOST
        name = _host_name(hosts[0])
        if not (self._open or name in self._allowed or name == self._own or is_loopback(name)):
            return NOT_OURS.format(whose="for", name=name)
        if not origins:
            return None
        scheme, _, origin = origins[0].partition("://")
        if scheme not in ("http", "https") or not _HOST.fullmatch(origin):
            return NO_ORIGIN
        if origin.lower() == hosts[0].lower():  # a page of ours, by whatever name
            return None
        if _host_name(origin) in self._allowed:  # behind a proxy that addresses the app by another name
            return None
        return NOT_OURS.format(whose="of pages of", name=_host_name(origin))


def is_open(host: str) -> bool:
    """Whether an address to listen on is every address of the machine: `0.0.0.0`, `::`."""
    try:
        return ipaddress.ip_address(_normalised(host)).is_unspecified
    except ValueError:
        return False


def is_loopback(host: str) -> bool:
    """Whether an address to listen on is this machine's own, which no other can reach."""
    try:
        return ipaddress.ip_address(_normalised(host)).is_loopback
    except ValueError:
        return _normalised(host) == "localhost"


def _host_name(netloc: str) -> str:
    return _normalised(_HOST.fullmatch(netloc)[1])


def read_host(given: str) -> str:
    """Name of a host as a person gives it, also out of an address. Raises ExplorerError for what is none."""
    netloc = urlsplit(given).netloc if "://" in given else given.strip().rstrip("/")
    with contextlib.suppress(ValueError):  # also ::1 without its brackets
        return str(ipaddress.ip_address(netloc.strip("[]")))
    if not _HOST.fullmatch(netloc):
        raise ExplorerError(f"{shown(given, 80)!r} is not the name of a host: give one such as hub.example.org.")
    return _host_name(netloc)


def _normalised(name: str) -> str:
    return name.strip().strip("[]").rstrip(".").lower()
