"""Turning a request away before anybody has read it."""

from collections.abc import Iterable

from starlette.types import Scope, Send

MISMATCH = "This page and the app do not understand each other; reload the page."


async def refuse(
    scope: Scope, send: Send, status: int, sentence: str, headers: Iterable[tuple[bytes, bytes]] = ()
) -> None:
    """Answer with an HTTP status and a sentence; a web socket is closed without one."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    text = f"{sentence}\n".encode()
    own = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(text)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*own, *headers]})
    await send({"type": "http.response.body", "body": text})
