"""A corpus on disk: what it is, and its lines, one after the other. It is never in memory as a whole."""

import codecs
import hashlib
import io
import stat
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from explorer.files import open_regular
from explorer.words.errors import WordSpaceError
from explorer.words.unpacking import readable, unpacked

MAX_LINE = 1 << 16  # characters read at once: a text may stand on one endless line
_BLOCK = 1 << 20  # bytes
_HEAD = 4096  # bytes looked at to tell what a file is

Place = Callable[[int], None]  # told how many bytes of the file have been read


@dataclass(frozen=True)
class Fingerprint:
    """Which corpus a run learns from: the file's name, bytes and sha256."""

    name: str
    bytes: int
    sha256: str


def size(path: Path) -> int:
    """The bytes of the file; raises WordSpaceError for what is none, or cannot be read again and again."""
    with readable(path):
        found = path.stat()
    if stat.S_ISDIR(found.st_mode):
        raise WordSpaceError(f"{path} is a folder; name a text in it.")
    if not stat.S_ISREG(found.st_mode):
        raise WordSpaceError(f"{path} is a stream, which can be read only once; write it to a file first.")
    if found.st_size == 0:
        raise WordSpaceError(f"{path} is empty; give a text with some thousand lines.")
    return found.st_size


def fingerprint(path: Path, stop: threading.Event, place: Place = lambda read: None) -> Fingerprint:
    """Read the whole file once (about a second a gigabyte); raises WordSpaceError, KeyboardInterrupt when to stop."""
    digest, read = hashlib.sha256(), 0
    with readable(path), open_regular(path) as file:
        while block := file.read(_BLOCK):
            if stop.is_set():
                raise KeyboardInterrupt("Stopped before anything was done.")
            digest.update(block)
            read += len(block)
            place(read)
    return Fingerprint(path.name, read, digest.hexdigest())


def is_dump(path: Path) -> bool:
    """Whether the file is a MediaWiki dump, compressed or not; raises WordSpaceError when it cannot be read at all."""
    with readable(path), unpacked(path) as (stream, _):
        head = stream.read(_HEAD).removeprefix(codecs.BOM_UTF8).lstrip()
        return head.startswith(b"<") and b"<mediawiki" in head


def lines(path: Path, place: Place = lambda read: None) -> Iterator[str]:
    """The lines of a text, plain or packed; endless ones in pieces. Raises WordSpaceError with the line."""
    number = 0
    with readable(path), unpacked(path) as (stream, raw):
        text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="\n")
        try:
            while line := text.readline(MAX_LINE):
                number += 1
                if "\0" in line:
                    raise WordSpaceError(f"{path} is not a text (line {number} holds zero bytes): give a plain text.")
                if number % 1000 == 0:
                    place(raw.tell())
                yield line
        except UnicodeDecodeError:
            raise WordSpaceError(
                f"{path} is not a text in UTF-8 (after line {number}): give a plain text, or convert it to UTF-8."
            ) from None
