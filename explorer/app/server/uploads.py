"""Pictures that a visitor drops on the page: taken in whole or not at all, and never served again.

They go to `uploads/` in the user's own folder, under a number that nobody can guess, which is all that the page gets to
know. Each stays for as long as a run names it, since a training that is resumed reads its pictures again; what no run
names is thrown away when it is a day old. Not Gradio's way of uploading, whose files any page can ask for.
"""

import asyncio
import contextlib
import math
import os
import re
import secrets
import shutil
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO

import anyio
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from explorer import places
from explorer.app.server.upload_list import MAX_LIST, Sent, UploadError, read_list
from explorer.app.server.upload_quota import Quota
from explorer.app.server.visitor import VISITOR
from explorer.files import open_regular

PATH = "/uploads"
HEADER, VALUE = "x-gan-explorer", "upload"  # which no other site's page can send without asking us first
AT_ONCE, EACH = 3, 2  # uploads under way, of all visitors and of one
PATIENCE, LEAST = 30.0, 64 << 10  # seconds in which so many bytes must come, or the place is another's
KEPT = 86_400.0  # seconds that an upload stays which no run names
SPARE, SPARE_NODES = 2 << 30, 100_000  # bytes, and files, that are left on the disk for others
_ID = re.compile(r"[0-9a-f]{32}")


class Uploads:
    """The door for one app's uploads. read_only: it stays shut."""

    def __init__(self, read_only: bool = False):
        self._read_only = read_only
        self._under_way: list[str] = []  # whose they are
        self._quota = Quota()

    def route(self) -> Route:
        """POST: four bytes that give the length of a list (big end first), the list (see `read_list`), then the files
        one after the other. The reply is {ok, id, name}, or {ok: false, message}."""
        return Route(PATH, self._answer, methods=["POST"])

    async def _answer(self, request: Request) -> Response:
        try:
            visitor = VISITOR.get()
            self._admit(request, visitor)
            self._under_way.append(visitor)
            try:
                number, name = await _take(_patiently(request.stream()), self._quota, visitor)
            finally:
                self._under_way.remove(visitor)
            return JSONResponse({"ok": True, "id": number, "name": name})
        except UploadError as error:
            return _refusal(str(error), error.status)
        except OSError as error:
            return _refusal(f"The pictures could not be kept here ({error.strerror or error}).", 507)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody reads it

    def _admit(self, request: Request, visitor: str) -> None:
        if request.headers.get(HEADER) != VALUE:
            raise UploadError("Only the app's own page can send pictures.", 403)
        if self._read_only:
            raise UploadError("Sending pictures is switched off: this app was opened with --read-only.", 403)
        if len(self._under_way) >= AT_ONCE or self._under_way.count(visitor) >= EACH:
            raise UploadError("Other pictures are being sent just now; try again when they are here.", 503)


def place(number: object) -> Path:
    """The folder, zip or tar that was taken in under this id; raises UploadError where there is none."""
    if isinstance(number, str) and _ID.fullmatch(number):
        with contextlib.suppress(OSError):
            inside = list((_root() / number).iterdir())
            if len(inside) == 1 and not inside[0].is_symlink():
                return inside[0]
    raise UploadError("These pictures are not here any more; send them again.", 404)


def clean() -> None:
    """Throw away what is older than a day and named by no run, in the trash or not; and what never arrived whole."""
    old = [folder for folder in _folders(_root()) if _age(folder) > KEPT]
    named = _configs() if old else ""
    for folder in old:
        if folder.name not in named:
            shutil.rmtree(folder, ignore_errors=True)


async def _take(chunks: AsyncIterator[bytes], quota: Quota, visitor: str) -> tuple[str, str]:
    """(id, name) of what arrived, which is all there then; whatever goes wrong, nothing is."""
    head = await _Head.of(chunks)
    sent, root = head.sent, _root()
    await anyio.to_thread.run_sync(_make_room, root, sent)
    number = secrets.token_hex(16)
    fresh, whole = root / f".{number}", None
    try:
        quota.take(visitor, fresh, sent)
        arrival = _Arrival(fresh, sent)
        try:
            await anyio.to_thread.run_sync(arrival.feed, head.rest)
            async for chunk in chunks:
                await anyio.to_thread.run_sync(arrival.feed, chunk)
            await anyio.to_thread.run_sync(arrival.finish)
        finally:
            arrival.close()
        whole = fresh.rename(root / number)
    finally:
        quota.move(visitor, fresh, whole)
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(lambda: shutil.rmtree(fresh, ignore_errors=True))
    return number, sent.name


class _Head:
    """The list that a request begins with, and the first bytes of the files, which came with its end."""

    def __init__(self, sent: Sent, rest: bytes):
        self.sent, self.rest = sent, rest

    @classmethod
    async def of(cls, chunks: AsyncIterator[bytes]) -> "_Head":
        data, length = bytearray(), None
        async for chunk in chunks:
            data += chunk
            if length is None and len(data) >= 4:
                length = int.from_bytes(data[:4], "big")
                if length > MAX_LIST:
                    raise UploadError("The names of these files are too long altogether; send a zip or tar.", 413)
            if length is not None and len(data) >= 4 + length:
                sent = await anyio.to_thread.run_sync(
                    read_list, bytes(data[4 : 4 + length])
                )  # a second, for a long one
                return cls(sent, bytes(data[4 + length :]))
        raise _broken_off()


class _Arrival:
    """Files written one after the other from bytes as they come."""

    def __init__(self, folder: Path, sent: Sent):
        self._folder, self._waiting = folder, iter(sent.files)
        self._made: set[tuple[str, ...]] = set()
        self._file: BinaryIO | None = None
        self._left = 0
        folder.mkdir(mode=0o700)

    def feed(self, data: bytes) -> None:
        """Write what came; raises UploadError for more than was announced."""
        view = memoryview(data)
        while len(view):
            if not self._left and not self._next():
                raise UploadError("More came than was announced; send it again.")
            part = view[: self._left]
            self._file.write(part)
            self._left -= len(part)
            view = view[len(part) :]

    def finish(self) -> None:
        """Raises UploadError unless everything is there."""
        if self._left or self._next():
            raise _broken_off()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _next(self) -> bool:
        """Open the next file that is not empty; False if there is none."""
        for parts, size in self._waiting:
            self.close()
            for depth in range(1, len(parts)):
                if parts[:depth] not in self._made:
                    self._folder.joinpath(*parts[:depth]).mkdir()  # an error where a file has that name
                    self._made.add(parts[:depth])
            self._file, self._left = self._folder.joinpath(*parts).open("xb"), size
            if size:
                return True
        return False


async def _patiently(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    while True:
        came, until = 0, asyncio.get_running_loop().time() + PATIENCE
        while came < LEAST:
            try:
                async with asyncio.timeout_at(until):
                    chunk = await anext(chunks)
            except StopAsyncIteration:
                return
            except TimeoutError:
                raise _broken_off() from None
            came += len(chunk)
            yield chunk


def _make_room(root: Path, sent: Sent) -> None:
    root.mkdir(parents=True, exist_ok=True)
    clean()
    if shutil.disk_usage(root).free < sent.bytes + SPARE or _free_nodes(root) < sent.nodes + SPARE_NODES:
        raise UploadError("There is not enough room on this machine's disk for these pictures.", 507)


def _free_nodes(root: Path) -> float:
    """How many files its disk has room for; without end where the system does not say, or the disk does not count."""
    disk = os.statvfs(root) if hasattr(os, "statvfs") else None
    return disk.f_favail if disk is not None and disk.f_files else math.inf


def _broken_off() -> UploadError:
    return UploadError("The sending broke off; nothing was kept.")


def _refusal(message: str, status: int) -> JSONResponse:
    return JSONResponse({"ok": False, "message": message}, status)


def _root() -> Path:
    return places.user_data() / "uploads"


def _folders(root: Path) -> list[Path]:
    """Those that are ours, whole ones and half ones."""
    with contextlib.suppress(OSError):
        return [one for one in root.iterdir() if _ID.fullmatch(one.name.removeprefix(".")) and not one.is_symlink()]
    return []


def _age(folder: Path) -> float:
    try:
        return time.time() - folder.stat().st_mtime
    except OSError:
        return 0.0


def _configs() -> str:
    """All that the runs say of themselves, those in the trash too."""
    found = []
    for pattern in ("*/config.json", ".trash/*/config.json"):
        for path in places.runs().glob(pattern):
            with contextlib.suppress(OSError), open_regular(path) as file:
                found.append(file.read(100_000).decode("utf-8", "replace"))
    return "\n".join(found)
