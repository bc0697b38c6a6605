"""Decoded pictures kept on disk: read once, and mapped into memory by whoever needs them later."""

import hashlib
import json
import mmap
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from explorer import files, places
from explorer.atomic import write_atomic

FORMAT = 1
MIN_BYTES = 8 << 20
"""Pictures that take less than this are decoded anew, which is quick, and take no room on the disk."""

MAX_BYTES = 4 << 30
"""All entries together; those that were used longest ago make room for a new one."""

_SPARE = 1 << 30  # bytes of the disk that are left for others, or a twentieth of a small one
_MAX_ABOUT = 64 << 20  # bytes of an entry's description
_STALE_SECONDS = 24 * 3600  # after which a half-written entry has no process any more
_BLOCK = 1 << 24
_IMAGES, _ABOUT = "images.bin", "about.json"

Allocate = Callable[[tuple[int, int, int, int]], np.ndarray]
"""Gives an empty uint8 array of a shape [N, C, H, W] to write to; a later one replaces the earlier."""


class Entry(NamedTuple):
    """images: uint8 [N, C, H, W], mapped into memory, not to be written to. about: plain values stored with them.
    note: a sentence where they could not be kept, else empty."""

    images: np.ndarray
    about: dict[str, Any]
    note: str = ""


def cache_key(*parts: object) -> str:
    """The name of the entry for what is said by JSON-able values."""
    return hashlib.blake2b(json.dumps([FORMAT, *parts]).encode(), digest_size=16).hexdigest()


def in_memory(shape: tuple[int, int, int, int]) -> np.ndarray:
    """An `Allocate` for pictures that are not kept."""
    return np.empty(shape, dtype=np.uint8)


def digest_of(parts: Iterable[np.ndarray | bytes]) -> str:
    """Digest of arrays and bytes, one after the other; an array that is mapped is read block by block."""
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        flat = part if isinstance(part, bytes) else part.reshape(-1)
        for at in range(0, len(flat), _BLOCK):
            digest.update(flat[at : at + _BLOCK])
    return digest.hexdigest()


def release(images: np.ndarray) -> None:
    """Give back the memory of pictures that were written to a mapped file; they stay in the file."""
    mapped = getattr(images, "_mmap", None)
    if mapped is not None and hasattr(mmap, "MADV_DONTNEED"):
        mapped.madvise(mmap.MADV_DONTNEED)


def cached(key: str, build: Callable[[Allocate], tuple[np.ndarray, dict[str, Any]]]) -> Entry:
    """The entry of that key; where there is none, or a damaged one, what `build` gives, kept for the next time.

    build: writes pictures to an array that it allocates, and gives that array, or its first rows, and what is to be
    stored with it. Of two processes that build one entry at once the first one's is kept. Where nothing can be kept,
    the pictures are in memory, and the entry has a note.
    """
    root = places.user_data() / "cache" / "pictures"
    found = _open(root / key)
    if found is not None:
        return found
    fresh = _Fresh(root)
    try:
        images, about = build(fresh.allocate)
        return fresh.publish(root / key, images, about)
    finally:
        fresh.remove()


class _Fresh:
    """An entry that is being written, in a folder of its own beside its place."""

    def __init__(self, root: Path):
        self._root, self._note = root, ""
        self._folder: Path | None = None
        try:
            root.mkdir(parents=True, exist_ok=True)
            self._folder = Path(tempfile.mkdtemp(prefix=".new-", dir=root))
        except OSError as error:
            self._fail(error)

    def allocate(self, shape: tuple[int, int, int, int]) -> np.ndarray:
        if self._folder is None or self._note:
            return in_memory(shape)
        path = self._folder / _IMAGES
        try:
            path.unlink(missing_ok=True)
            _reserve(path, int(np.prod(shape)))
            return np.memmap(path, np.uint8, "r+", shape=shape)
        except OSError as error:
            self._fail(error)
            return in_memory(shape)

    def publish(self, place: Path, images: np.ndarray, about: dict[str, Any]) -> Entry:
        if self._folder is None or self._note:
            return Entry(images, about, self._note)
        try:
            path = self._folder / _IMAGES
            images.flush()
            release(images)
            os.truncate(path, images.nbytes)
            content = {"shape": images.shape, "digest": _file_digest(path), "about": about}
            write_atomic(self._folder / _ABOUT, json.dumps(content).encode())
            _make_room(self._root, images.nbytes)
            with suppress(OSError):
                if place.exists() and _open(place) is None:
                    shutil.rmtree(place)  # a damaged one
                self._folder.rename(place)
        except OSError as error:
            self._fail(error)
        kept = None if self._note else _open(place)
        return kept or Entry(np.array(images), about, self._note)

    def remove(self) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _fail(self, error: OSError) -> None:
        self._note = (
            f"The decoded pictures could not be kept in {self._root} ({files.reason(error)}), so they are in memory, "
            "and are decoded again the next time."
        )


def _reserve(path: Path, size: int) -> None:
    """Make a file of that size for which there is room: writing to a mapped file on a full disk kills the process."""
    disk = shutil.disk_usage(path.parent)
    if disk.free - size < min(_SPARE, disk.total // 20):
        raise OSError(28, "the disk is nearly full")
    with open(path, "wb") as file:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file.fileno(), 0, size)
            return
        for at in range(0, size, _BLOCK):
            file.write(bytes(min(_BLOCK, size - at)))


def _open(place: Path) -> Entry | None:
    """The entry in a folder, marked as used just now; None if there is none, or if it is damaged."""
    try:
        content = files.read_json(place / _ABOUT, _MAX_ABOUT)
        shape, about = tuple(map(int, content["shape"])), dict(content["about"])
        path = place / _IMAGES
        if len(shape) != 4 or min(shape) < 1 or path.stat().st_size != int(np.prod(shape)):
            return None
        if _file_digest(path) != content["digest"]:
            return None
        try:
            # Nothing is written to the file, yet torch need not warn of an array that it may not write to.
            images = np.memmap(path, np.uint8, "c", shape=shape)
        except OSError:  # more than this machine may promise for pages that could be written
            images = np.memmap(path, np.uint8, "r", shape=shape)
        with suppress(OSError):
            os.utime(place / _ABOUT)
        return Entry(np.asarray(images), about)
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return None


def _file_digest(path: Path) -> str:
    """Digest of a file, which takes no memory as reading a mapped one would."""
    with files.open_regular(path) as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def _make_room(root: Path, size: int) -> None:
    """Delete entries until another of `size` bytes fits; one that is mapped stays readable to whoever maps it."""
    for folder in root.glob(".new-*"):
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > _STALE_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)
    entries = sorted(_entries(root), reverse=True)
    for _, used, folder in entries:
        size += used
        if size > MAX_BYTES:
            shutil.rmtree(folder, ignore_errors=True)


def _entries(root: Path) -> Iterator[tuple[float, int, Path]]:
    """When each entry was used last, its bytes, and its folder."""
    for folder in root.iterdir():
        if folder.name.startswith("."):
            continue
        used, size = 0.0, 0
        with suppress(OSError):
            used = (folder / _ABOUT).stat().st_mtime
            size = (folder / _IMAGES).stat().st_size
        yield used, size, folder
