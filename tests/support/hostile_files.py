"""What a stranger may have put in place of a file, to be held against whatever reads it."""

import copy
import json
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from explorer.errors import ExplorerError, printable

SECONDS = 20  # no reader takes as long over anything here
LONGEST = 600  # characters of a sentence, the paths in it aside: 300 of a stranger's and our own


def _socket(path: Path) -> None:
    held = socket.socket(socket.AF_UNIX)
    here = os.getcwd()
    os.chdir(path.parent)  # a socket's address is at most a hundred characters long
    try:
        held.bind(path.name)
    finally:
        os.chdir(here)
        held.close()


def _sparse(path: Path, head: bytes = b"") -> None:
    with open(path, "wb") as file:
        file.write(head)
        file.truncate(1 << 40)


def _tensors_of_a_terabyte(path: Path, _: bytes) -> None:
    header = b'{"a":{"dtype":"F32","shape":[274877906944],"data_offsets":[0,1099511627776]}}'
    with open(path, "wb") as file:
        file.write(len(header).to_bytes(8, "little") + header)
        file.truncate(8 + len(header) + (1 << 40))


# Things that are no file at all, or none that anybody could have meant: each is put at the path in place of `good`.
THINGS: dict[str, Callable[[Path, bytes], Any]] = {
    "FIFO": lambda path, good: os.mkfifo(path),
    "device": lambda path, good: path.symlink_to("/dev/zero"),
    "socket": lambda path, good: _socket(path),
    "folder": lambda path, good: path.mkdir(),
    "link in a circle": lambda path, good: path.symlink_to(path),
    "a terabyte of nothing": lambda path, good: _sparse(path),
    "a terabyte after what is right": lambda path, good: _sparse(path, good),
    "nothing": lambda path, good: path.write_bytes(b""),
    "half": lambda path, good: path.write_bytes(good[: len(good) // 2]),
    "noise": lambda path, good: path.write_bytes(b"\xff\x00\xd8\x80" * 500),
    "lists without end": lambda path, good: path.write_bytes(b"[" * 100_000),
    "lists 5,000 deep": lambda path, good: path.write_bytes(b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}"),
    "lists 600 deep": lambda path, good: path.write_bytes(b'{"a":' + b"[" * 600 + b"]" * 600 + b"}"),
    "a number of 5,000 digits": lambda path, good: path.write_bytes(b'{"version": ' + b"9" * 5000 + b"}"),
    "half of a surrogate pair": lambda path, good: path.write_bytes(b'{"\\ud800": "\\udfff"}'),
    "a header of an exabyte": lambda path, good: path.write_bytes((1 << 60).to_bytes(8, "little") + b"{}"),
    "a header of 90 megabytes": lambda path, good: path.write_bytes((90 << 20).to_bytes(8, "little") + b"{" * 1000),
    "tensors of a terabyte": _tensors_of_a_terabyte,
}

# Values that may stand in a JSON file in place of any other, or as a key.
TEXTS = ("\x1b]0;x\x07\x1b[31m\n\r\0", "x" * 10_000, "\ud800", "\u202e<b>", "")
NUMBERS = (True, -1, 1e308, 10**400, 10**25, float("nan"), float("inf"))
VALUES = (*TEXTS, *NUMBERS, None, [], {}, [[["x" * 10_000]]], {"\x1b" * 400: 1})


def put(kind: str, path: Path) -> None:
    """Put one of THINGS in place of the file there."""
    good = path.read_bytes()
    path.unlink()
    THINGS[kind](path, good)


def spoilt(good: Any) -> Iterator[bytes]:
    """The JSON of `good`, one thing of it at a time replaced by a value that does not belong there, or under a key."""
    for place in _places(good):
        for value in VALUES:
            yield _with(good, place, value)
    for place in [(), *(p for p in _places(good) if isinstance(_at(good, p), dict))]:
        for key in TEXTS:
            yield _with(good, (*place, key), "more")


def _places(value: Any, here: tuple = ()) -> Iterator[tuple]:
    inner = value.items() if isinstance(value, dict) else enumerate(value[:2]) if isinstance(value, list) else ()
    for key, one in inner:
        yield (*here, key)
        yield from _places(one, (*here, key))


def _at(value: Any, place: tuple) -> Any:
    for key in place:
        value = value[key]
    return value


def _with(good: Any, place: tuple, value: Any) -> bytes:
    changed = copy.deepcopy(good)
    _at(changed, place[:-1])[place[-1]] = value
    return json.dumps(changed).encode()


@contextmanager
def at_once() -> Iterator[None]:
    """What is done inside ends within seconds, or the test fails."""

    def late(*_: object) -> None:
        raise AssertionError(f"it took more than {SECONDS} seconds")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def refusal(read: Callable[[], Any], *places: Path) -> str | None:
    """The one sentence in which a reader refuses, checked; None where it does not. places: folders it may name."""
    try:
        read()
    except ExplorerError as error:
        sentence = str(error)
    else:
        return None
    for place in places:
        sentence = sentence.replace(str(place), "")
    assert sentence.endswith(".") and "\n" not in sentence and sentence == printable(sentence), sentence
    assert "Traceback" not in sentence and "weights_only" not in sentence and len(sentence) < LONGEST, sentence
    sentence.encode()
    return sentence
