"""Uploads: pictures that a visitor drops on the page, taken in whole or not at all, and never served again.

All that the page gets to know is the number under which they lie (see `upload_folder`). Not Gradio's way of uploading,
whose files any page can ask for.
"""

import asyncio
import secrets
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from explorer.app.server.upload_folder import UploadWriter, check_space, interrupted, uploads_root
from explorer.app.server.upload_list import MAX_LIST, UploadError, UploadList, read_list
from explorer.app.server.visitor import VISITOR

PATH = "/uploads"
HEADER, VALUE = "x-gan-explorer", "upload"  # which no other site's page can send without asking us first
AT_ONCE, EACH = 3, 2  # uploads under way, of all visitors and of one
PATIENCE, LEAST = 30.0, 64 << 10  # seconds in which so many bytes must come, or the upload ends
VISITOR_BYTES, VISITOR_NODES = 8 << 30, 200_000  # bytes, and files with folders, that one visitor may keep


class Uploads:
    """The route for one app's uploads. read_only: it refuses all."""

    def __init__(self, read_only: bool = False):
        self._read_only = read_only
        self._under_way: list[str] = []  # the visitor of each
        self._quota = Quota()

    def route(self) -> Route:
        """Route: POST of four bytes that give the length of a list (big end first), the list (see `read_list`), then
        the files one after the other. The reply is {ok, id, name}, or {ok: false, message}."""
        return Route(PATH, self._answer, methods=["POST"])

    async def _answer(self, request: Request) -> Response:
        try:
            visitor = VISITOR.get()
            self._check_admitted(request, visitor)
            self._under_way.append(visitor)
            try:
                number, name = await _receive(_with_deadlines(request.stream()), self._quota, visitor)
            finally:
                self._under_way.remove(visitor)
            return JSONResponse({"ok": True, "id": number, "name": name})
        except UploadError as error:
            return _refusal(str(error), error.status)
        except OSError as error:
            return _refusal(f"The pictures could not be kept here ({error.strerror or error}).", 507)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody reads it

    def _check_admitted(self, request: Request, visitor: str) -> None:
        if request.headers.get(HEADER) != VALUE:
            raise UploadError("Only the app's own page can send pictures.", 403)
        if self._read_only:
            raise UploadError("Sending pictures is switched off: this app was opened with --read-only.", 403)
        if len(self._under_way) >= AT_ONCE or self._under_way.count(visitor) >= EACH:
            raise UploadError("Other pictures are being sent just now; try again when they are here.", 503)


class Quota:
    """Uploads of each visitor that are still there, and how much they may be. On the event loop alone."""

    def __init__(self) -> None:
        self._kept: dict[str, dict[Path, tuple[int, int]]] = {}  # by visitor: bytes and nodes of each upload

    def reserve(self, visitor: str, folder: Path, expected: UploadList) -> None:
        """Count what a folder is going to hold; raises UploadError where that is too much."""
        here = {owner: {one: size for one, size in kept.items() if one.exists()} for owner, kept in self._kept.items()}
        self._kept = {owner: kept for owner, kept in here.items() if kept}
        own = self._kept.setdefault(visitor, {})
        own[folder] = expected.bytes, expected.nodes
        size, nodes = map(sum, zip(*own.values(), strict=True))
        if size > VISITOR_BYTES or nodes > VISITOR_NODES:
            del own[folder]
            raise UploadError(
                f"With these you would keep more than {VISITOR_BYTES >> 30} GB or {VISITOR_NODES:,} files here. "
                "What no training uses is thrown away after a day: send fewer, or send them then.",
                413,
            )

    def move(self, visitor: str, folder: Path, to: Path | None) -> None:
        """Count what one folder held in another from now on, or no more."""
        size = self._kept.get(visitor, {}).pop(folder, None)
        if size is not None and to is not None:
            self._kept[visitor][to] = size


async def _receive(chunks: AsyncIterator[bytes], quota: Quota, visitor: str) -> tuple[str, str]:
    """(number, name) of an upload, which is all there then; whatever goes wrong, nothing of it stays."""
    expected, rest = await _read_head(chunks)
    root = uploads_root()
    await anyio.to_thread.run_sync(check_space, root, expected)
    number = secrets.token_hex(16)
    partial, whole = root / f".{number}", None
    try:
        quota.reserve(visitor, partial, expected)
        writer = UploadWriter(partial, expected)
        try:
            await anyio.to_thread.run_sync(writer.write, rest)
            async for chunk in chunks:
                await anyio.to_thread.run_sync(writer.write, chunk)
            await anyio.to_thread.run_sync(writer.finish)
        finally:
            writer.close()
        whole = partial.rename(root / number)
    finally:
        quota.move(visitor, partial, whole)
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(lambda: shutil.rmtree(partial, ignore_errors=True))
    return number, expected.name


async def _read_head(chunks: AsyncIterator[bytes]) -> tuple[UploadList, bytes]:
    """The list that an upload begins with, and the first bytes of the files, which came with its end."""
    data, length = bytearray(), None
    async for chunk in chunks:
        data += chunk
        if length is None and len(data) >= 4:
            length = int.from_bytes(data[:4], "big")
            if length > MAX_LIST:
                raise UploadError("The names of these files are too long altogether; send a zip or tar.", 413)
        if length is not None and len(data) >= 4 + length:
            # In a thread: a long list takes a second.
            expected = await anyio.to_thread.run_sync(read_list, bytes(data[4 : 4 + length]))
            return expected, bytes(data[4 + length :])
    raise interrupted()


async def _with_deadlines(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The chunks, for as long as enough bytes come in time; else UploadError."""
    while True:
        received, until = 0, asyncio.get_running_loop().time() + PATIENCE
        while received < LEAST:
            try:
                async with asyncio.timeout_at(until):
                    chunk = await anext(chunks)
            except StopAsyncIteration:
                return
            except TimeoutError:
                raise interrupted() from None
            received += len(chunk)
            yield chunk


def _refusal(message: str, status: int) -> JSONResponse:
    return JSONResponse({"ok": False, "message": message}, status)
