"""Visitor whose request is being answered, for the limits of each: the address that it came from."""

import ipaddress
from contextvars import ContextVar

from starlette.types import Scope

VISITOR: ContextVar[str] = ContextVar("visitor", default="")
"""Set while a request is answered, see `Forwarded`."""


def visitor_of(scope: Scope) -> str:
    """IPv4 address, or the 64 bits of an IPv6 address behind which one visitor is; empty where it is unknown.

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
