"""Whose request is being answered, as far as limits for each visitor are concerned: the address that it came from."""

import ipaddress
from contextvars import ContextVar

from starlette.types import Scope

VISITOR: ContextVar[str] = ContextVar("visitor", default="")
"""Set for as long as a request is answered, see `Forwarded`."""


def visitor_of(scope: Scope) -> str:
    """The IPv4 address, or the 64 bits of an IPv6 address behind which one visitor is; empty where nobody knows.

    Where a proxy of this machine passes on whom it speaks for (`X-Forwarded-For`), the server has put that in place.
    """
    host = (scope.get("client") or ("",))[0]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return ""
    if address.version == 4:
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(address), 64), strict=False))
