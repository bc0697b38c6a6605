"""Read packed files (gzip, bzip2, xz, detected by their first bytes) up to a bound on what they unpack to."""

import bz2
import gzip
import io
import lzma
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from explorer.files import open_regular, reason
from explorer.words.errors import WordSpaceError

MAX_RATIO = 100  # what a file may unpack to, in times its own size; vectors and texts come to about 4
MAX_FREE = 1 << 26  # bytes that any file may unpack to
MAX_BYTES = 1 << 36  # bytes that no file may unpack to

MAX_PADDING = 1 << 20  # bytes of zeros behind what is packed

_BUFFER = 1 << 20
_OPENERS = (
    (b"\x1f\x8b", lambda stream: gzip.GzipFile(fileobj=_Padded(stream), mode="rb")),
    (b"BZh", bz2.BZ2File),
    (b"\xfd7zXZ\x00", lzma.LZMAFile),
)


class UnpacksTooMuch(Exception):
    """A packed file unpacks to more than any honest one would."""


@contextmanager
def unpacked(path: Path) -> Iterator[tuple[io.BufferedReader, BinaryIO]]:
    """The content of a regular file, unpacked where it is packed, and the file itself, for its position.

    Raises OSError; reading raises what `read_errors` catches.
    """
    with open_regular(path) as raw:
        yield unpacking(io.BufferedReader(cast(io.RawIOBase, raw), _BUFFER), os.fstat(raw.fileno()).st_size), raw


def unpacking(stream: io.BufferedReader, size: int) -> io.BufferedReader:
    """The stream, unpacked if its first bytes say that it is packed; size: its packed bytes."""
    head = stream.peek(8)[:8]
    for mark, opener in _OPENERS:
        if head.startswith(mark):
            return limited(opener(stream), size)
    return stream


def limited(stream: BinaryIO, size: int) -> io.BufferedReader:
    """An unpacking stream that raises UnpacksTooMuch past what `size` packed bytes could honestly hold."""
    return io.BufferedReader(_Limited(stream, min(MAX_BYTES, max(MAX_FREE, MAX_RATIO * size))), _BUFFER)


@contextmanager
def read_errors(path: Path | str) -> Iterator[None]:
    """Turn errors in reading a file into WordSpaceError."""
    try:
        yield
    except UnpacksTooMuch:
        raise WordSpaceError(
            f"{path} unpacks to more than {MAX_RATIO} times its size; it is damaged or made to harm."
        ) from None
    except (EOFError, zlib.error, gzip.BadGzipFile, lzma.LZMAError):
        raise WordSpaceError(
            f"{path} is cut short or damaged: it is no whole gzip, bzip2 or xz file; copy it again."
        ) from None
    except MemoryError:
        raise WordSpaceError(f"{path} takes more memory than there is; it is damaged, or too large for here.") from None
    except OSError as error:
        if error.errno is None:  # bz2's own: "Invalid data stream"
            raise WordSpaceError(f"{path} is damaged: it cannot be unpacked; copy it again.") from error
        raise WordSpaceError(f"Cannot read {path}: {reason(error)}.") from error


class _Padded:
    """A file for gzip that ends endless padding and names, which gzip reads byte by byte to the end of a terabyte."""

    def __init__(self, stream: BinaryIO):
        self._stream, self._single = stream, 0

    def read(self, size: int) -> bytes:
        self._single = self._single + 1 if size == 1 else 0
        if self._single > MAX_PADDING:
            raise EOFError
        return self._stream.read(size)


class _Limited(io.RawIOBase):
    def __init__(self, stream: BinaryIO, most: int):
        self._stream, self._left = stream, most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        piece = self._stream.read(min(len(buffer), _BUFFER))
        self._left -= len(piece)
        if self._left < 0:
            raise UnpacksTooMuch
        buffer[: len(piece)] = piece
        return len(piece)
