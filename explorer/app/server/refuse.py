"""Turning a request away before anybody has read it."""

from collections.abc import Iterable

from starlette.types import Scope, Send


async def refuse(
    scope: Scope, send: Send, status: int, sentence: str, headers: Iterable[tuple[bytes, bytes]] = ()
) -> None:
    """Answer with HTTP's number and a sentence; a web socket is closed without one."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    text = f"{sentence}\n".encode()
    about = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(text)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*about, *headers]})
    await send({"type": "http.response.body", "body": text})
