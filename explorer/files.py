"""Read files that a stranger may have put there: regular files only, up to a bound.

A FIFO, a device or a socket in place of a file would keep its reader waiting for ever, and a file may claim to be
terabytes. Everything that the project reads by a name that it did not make itself is read through here.
"""

import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from explorer.errors import shown

if TYPE_CHECKING:
    from safetensors import safe_open

MAX_DEPTH = 100  # of lists in lists
MAX_DIGITS = 30  # of a whole number
MAX_HEADER = 1 << 20  # bytes of a safetensors header: the names and shapes of some ten thousand tensors


class NotRegular(OSError):
    """A FIFO, a device, a socket or a folder in place of a file."""


def is_regular(path: str | Path, links: bool = True) -> bool:
    """Whether the path is a regular file. `links`: whether symbolic links are followed."""
    try:
        return stat.S_ISREG((os.stat if links else os.lstat)(path).st_mode)
    except (OSError, ValueError):
        return False


def check_regular(path: str | Path) -> None:
    """Raise an OSError unless the path is a regular file; for libraries that must open it by its name themselves."""
    _check(os.stat(path), path)


def open_regular(path: str | Path) -> BinaryIO:
    """Open a regular file for reading in bytes; never waits. Raises OSError, NotRegular among them."""
    try:
        # A FIFO without a writer is opened at once with O_NONBLOCK, and is then refused.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except ValueError as error:  # a name with a zero byte
        raise FileNotFoundError(2, "No such file or directory", str(path)) from error
    try:
        _check(os.fstat(descriptor), path)
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def read_bytes(path: str | Path, most: int) -> bytes:
    """The content of a regular file. Raises OSError, also for more than `most` bytes."""
    with open_regular(path) as file:
        long = os.fstat(file.fileno()).st_size > most
        data = b"" if long else file.read(most + 1)  # it may have grown
    if long or len(data) > most:
        raise OSError(27, f"it is longer than {most:,} bytes", str(path))
    return data


def read_text(path: str | Path, most: int) -> str:
    """As `read_bytes`, in UTF-8. Raises OSError and UnicodeDecodeError (a ValueError)."""
    return read_bytes(path, most).decode("utf-8")


def read_json(path: str | Path, most: int) -> Any:
    """The value in a JSON file that can be written again in UTF-8. Raises OSError, and ValueError for anything else."""
    return parse_json(read_text(path, most))


def parse_json(text: str | bytes) -> Any:
    """The value of a JSON text. Raises ValueError for broken JSON, and for what cannot be used or written again: lists
    in lists more than a hundred deep, whole numbers of more than 30 digits, and halves of surrogate pairs."""
    try:
        value = json.loads(text, parse_int=_whole)
        if b"\\u" in (text if isinstance(text, bytes) else text.encode("utf-8")):  # only an escape makes a lone half
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except RecursionError as error:
        raise ValueError("its lists are nested too deeply") from error
    except UnicodeEncodeError as error:
        raise ValueError("it holds half of a surrogate pair, which is no text") from error
    level = [value]
    for _ in range(MAX_DEPTH):
        lists = [one.values() if isinstance(one, dict) else one for one in level if isinstance(one, dict | list)]
        level = [inner for one in lists for inner in one]
    if level:
        raise ValueError("its lists are nested too deeply")
    return value


@contextmanager
def open_tensors(path: str | Path) -> "Iterator[safe_open]":
    """A safetensors file as `safe_open` of that library gives it, for torch. Raises OSError and ValueError.

    safe_open opens by a name, whatever stands there, and takes seconds and gigabytes over a header of 100 MB.
    """
    from safetensors import SafetensorError, safe_open

    with open_regular(path) as file:
        header = int.from_bytes(file.read(8), "little")
    if header > MAX_HEADER:
        raise ValueError(f"its header claims {header:,} bytes")
    try:
        with safe_open(path, framework="pt") as tensors:
            yield tensors
    except (SafetensorError, RuntimeError, MemoryError) as error:  # the last two: more than can be mapped
        raise ValueError(shown(error)) from error


def reason(error: BaseException) -> str:
    """Why a file cannot be read, in a few words for the middle of a sentence."""
    return shown(str(getattr(error, "strerror", None) or error or type(error).__name__))


def _whole(digits: str) -> int:
    if len(digits) > MAX_DIGITS:  # no float could be made of it
        raise ValueError(f"it holds a number of {len(digits):,} digits")
    return int(digits)


def _check(status: os.stat_result, path: str | Path) -> None:
    if not stat.S_ISREG(status.st_mode):
        kind = "a folder" if stat.S_ISDIR(status.st_mode) else "a pipe, a device or a socket"
        raise NotRegular(22, f"it is {kind}, not a file", str(path))
