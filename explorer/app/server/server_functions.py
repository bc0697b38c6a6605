"""Server functions: a page calls one function of one component by its name, with JSON in and JSON out.

Pages call as Gradio's own script does, but are answered here: Gradio reads a request whole, however long and nested,
while everybody waits, keeps a state for each session that somebody made up, and fails on what is no component's number.
"""

import asyncio
import inspect
import json
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from explorer.app.server.refuse import MISMATCH
from explorer.app.server.visitor import VISITOR
from explorer.files import parse_json

if TYPE_CHECKING:
    import gradio as gr

PATH = "/gradio_api/component_server"
MAX_BODY = 8 << 20  # bytes of a request that carries a picture
MAX_REST = 64 << 10  # bytes of any other request, and of what is beside a picture
LARGE_EACH, LARGE_AT_ONCE = 2, 8  # pictures that arrive at once, of one visitor and of all
PATIENCE = 30.0  # seconds for a request to arrive
MAX_SESSION = 64  # letters
_FIELDS = {"data", "component_id", "fn_name", "session_hash"}
_PICTURE = re.compile(rb'"(?:picture|region)"\s*:\s*"')  # the fields that may be long, both in base64

Functions = Mapping[tuple[int, str], Callable[[Any], Awaitable[Any]]]


class Refused(Exception):
    """A request that no page of ours sends. `status` is HTTP's number for it."""

    def __init__(self, sentence: str, status: int = 400):
        super().__init__(sentence)
        self.status = status


class ServerFunctions:
    """Functions that one app's pages may call. Nothing is kept of those who call them."""

    def __init__(self, page: "gr.Blocks"):
        self._functions: Functions = {
            (number, function.__name__): function
            for number, component in page.blocks.items()
            for function in getattr(component, "server_fns", ())
        }
        self._large: Counter[str] = Counter()  # pictures that arrive now, by visitor

    def routes(self) -> list[Route]:
        """POST of the JSON of {data, component_id, fn_name, session_hash}. The reply is what the function gives."""
        return [Route(path, self._answer, methods=["POST"]) for path in (PATH, f"{PATH}/")]

    async def _answer(self, request: Request) -> Response:
        try:
            function, data = self._read_call(await self._read_body(request))
        except Refused as error:
            return PlainTextResponse(f"{error}\n", error.status)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody reads it
        return Response(_encode(await function(data)), media_type="application/json")

    def _read_call(self, body: bytes) -> tuple[Callable[[Any], Awaitable[Any]], Any]:
        try:
            sent = parse_json(body)
        except ValueError:
            raise Refused("A request is JSON, in UTF-8 and not nested deeply.") from None
        if not isinstance(sent, dict) or set(sent) | {"data"} != _FIELDS:
            raise Refused(MISMATCH)
        number, name, session = (sent[field] for field in ("component_id", "fn_name", "session_hash"))
        if not isinstance(session, str) or len(session) > MAX_SESSION:
            raise Refused("This page did not say who it is; reload it.")
        function = self._functions.get((number, name)) if type(number) is int and isinstance(name, str) else None
        if function is None:
            raise Refused("The app was started anew since this page was opened; reload the page.", 404)
        return function, sent.get("data")

    async def _read_body(self, request: Request) -> bytes:
        data, chunks = bytearray(), request.stream()
        try:
            async with asyncio.timeout(PATIENCE):
                async for chunk in chunks:
                    data += chunk
                    if len(data) > MAX_REST:
                        await self._read_large_body(data, chunks)
        except TimeoutError:
            raise Refused("The request took too long to arrive.", 408) from None
        return bytes(data)

    async def _read_large_body(self, data: bytearray, chunks: Any) -> None:
        """Read the rest, in so far as it is a picture: one text, which is quickly read, however long."""
        start = _PICTURE.search(data)
        if start is None:
            raise Refused(f"A request without a picture has at most {MAX_REST >> 10} KB.", 413)
        visitor = VISITOR.get()
        if self._large[visitor] >= LARGE_EACH or self._large.total() >= LARGE_AT_ONCE:
            raise Refused("Other pictures are being sent just now; try again in a moment.", 503)
        self._large[visitor] += 1
        try:
            async for chunk in chunks:
                data += chunk
                if len(data) > MAX_BODY:
                    raise Refused(f"A picture that is sent has at most {MAX_BODY >> 20} MB.", 413)
        finally:
            self._large[visitor] -= 1
            self._large += Counter()  # without those who send nothing any more
        end = data.find(b'"', start.end())
        rest = len(data) - (end - start.end())
        if end < 0 or rest > MAX_REST or data.find(b"\\", start.end(), end) >= 0:
            raise Refused(f"Beside its picture, a request has at most {MAX_REST >> 10} KB.", 413)


def _encode(reply: Any) -> bytes:
    try:
        return orjson.dumps(reply)
    except TypeError:  # half of a surrogate pair, from the name of a file, which JSON can only spell out
        return json.dumps(reply).encode()


def server_function(name: str, answer: Callable[[Any], Any]) -> Callable[[Any], Awaitable[Any]]:
    """`answer` as a component lists it: called by its name, and awaited; a method has no room for Gradio's marks."""

    async def call(data: Any = None) -> Any:
        reply = answer(data)
        return await reply if inspect.isawaitable(reply) else reply

    call.__name__ = name
    return call
