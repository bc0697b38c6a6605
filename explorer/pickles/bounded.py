"""An unpickler that bounds everything a pickle's program could ask for.

A pickle of a few bytes can keep a loader busy for ever (tuples in tuples, each shared twice, as keys of a dictionary:
2^40 hashes), let integers of its choice collide in a dictionary, or claim gigabytes by a length that nothing follows.
Here no more is read at once than there is; only short text and integers are keys, sets are lists (so nothing else is
ever hashed); calls take few arguments and copy none; and what is made is counted.
"""

import pickle
from collections.abc import Callable
from struct import unpack
from typing import Any, BinaryIO, ClassVar

MAX_OBJECTS = 24_000_000  # containers, objects, places in the memo: gensim 3's three million words make 18 million
MAX_ARGUMENTS = 32
MAX_DIGITS = 100  # of an integer, or bytes
MAX_KEY = 1 << 16  # characters
MAX_OPEN = 1000  # marks: lists and dictionaries that are being filled inside each other
MAX_INT_KEY = 1 << 16  # integer keys are kept below this: so few cannot collide to any harm
MEMO_SLACK = 1000  # places that a memo may skip, which is numbered from 0 or from 1

_CHUNK = 1 << 20  # bytes


class Ignored:
    """Stands for something that is not needed, such as the random generator of a training."""

    __slots__ = ()

    def __new__(cls, *_arguments: Any) -> "Ignored":
        return object.__new__(cls)

    def __init__(self, *_arguments: Any):
        pass

    def __setstate__(self, state: Any) -> None:
        pass


class BoundedUnpickler(pickle._Unpickler):  # type: ignore[name-defined]
    """Python's own unpickler, the one written in Python, within bounds. Text of Python 2 is read as latin-1.

    find: gives the stand-in for a module and a name. persistent: gives that for a persistent id; None if there may be
    none. The memo is a dictionary, where the unpickler in C allocates as many places as a file claims.
    """

    dispatch: ClassVar[dict[int, Callable]] = dict(pickle._Unpickler.dispatch)  # type: ignore[attr-defined]

    def __init__(self, file: BinaryIO, find: Callable[[str, str], Any], persistent: Callable[[Any], Any] | None = None):
        super().__init__(_ChunkedFile(file), encoding="latin1")
        self._find, self._persistent, self._objects = find, persistent, 0

    def find_class(self, module: str, name: str) -> Any:
        return self._find(module, name)

    def persistent_load(self, pid: Any) -> Any:
        if self._persistent is None:
            raise pickle.UnpicklingError("it points outside itself")
        return self._persistent(pid)

    def get_extension(self, code: int) -> None:
        raise pickle.UnpicklingError("it uses registered extensions")

    def _instantiate(self, klass: Any, args: list) -> None:
        self.append(_call(klass, args))


def _handles(*opcodes: bytes) -> Callable:
    """Decorator: handle these opcodes."""

    def install(handler: Callable) -> Callable:
        for opcode in opcodes:
            BoundedUnpickler.dispatch[opcode[0]] = handler
        return handler

    return install


class _ChunkedFile:
    """A file read in chunks, so that a claimed length takes no more memory than there are bytes."""

    def __init__(self, file: BinaryIO):
        self.readline = file.readline
        self._read = file.read

    def read(self, size: int) -> bytes:
        if size <= _CHUNK:
            return self._read(size)
        pieces = []
        while size > 0 and (piece := self._read(min(size, _CHUNK))):
            pieces.append(piece)
            size -= len(piece)
        if size > 0:
            raise pickle.UnpicklingError("it claims more bytes than it has")
        return b"".join(pieces)


def _store(target: Any, items: list) -> None:
    """Put alternating keys and values into a dictionary, without those whose key is a large integer or Ignored, which
    no caller looks up."""
    if not isinstance(target, dict):
        raise pickle.UnpicklingError("something that is no dictionary is given keys")
    if len(items) % 2:
        raise pickle.UnpicklingError("a key is without its value")
    for key, value in zip(items[::2], items[1::2], strict=True):
        if type(key) is Ignored:
            continue
        if type(key) is int and -(1 << 63) <= key < 1 << 64:
            if not 0 <= key < MAX_INT_KEY:
                continue
        elif type(key) not in (str, bytes):
            raise pickle.UnpicklingError("a dictionary has keys that are neither text nor small integers")
        elif len(key) > MAX_KEY:
            raise pickle.UnpicklingError("a dictionary has keys of endless length")
        target[key] = value


def _call(function: Any, arguments: Any) -> Any:
    if not isinstance(arguments, list | tuple) or len(arguments) > MAX_ARGUMENTS:
        raise pickle.UnpicklingError("something is called with too many arguments")
    return function(*arguments)


def _memoise(unpickler: BoundedUnpickler, place: int) -> None:
    if not 0 <= place <= len(unpickler.memo) + MEMO_SLACK:
        raise pickle.UnpicklingError("its memo has odd places")
    unpickler.memo[place] = unpickler.stack[-1]


@_handles(pickle.MARK)
def _mark(unpickler: BoundedUnpickler) -> None:
    if len(unpickler.metastack) >= MAX_OPEN:
        raise pickle.UnpicklingError("it nests deeper than any file of this kind")
    unpickler.load_mark()


@_handles(pickle.DICT)
def _dict(unpickler: BoundedUnpickler) -> None:
    made: dict = {}
    _store(made, unpickler.pop_mark())
    unpickler.append(made)


@_handles(pickle.SETITEM)
def _setitem(unpickler: BoundedUnpickler) -> None:
    value, key = unpickler.stack.pop(), unpickler.stack.pop()
    _store(unpickler.stack[-1], [key, value])


@_handles(pickle.SETITEMS)
def _setitems(unpickler: BoundedUnpickler) -> None:
    items = unpickler.pop_mark()
    _store(unpickler.stack[-1], items)


@_handles(pickle.EMPTY_SET)
def _empty_set(unpickler: BoundedUnpickler) -> None:
    unpickler.append([])


@_handles(pickle.FROZENSET)
def _frozenset(unpickler: BoundedUnpickler) -> None:
    items = unpickler.pop_mark()  # this changes what `append` is
    unpickler.append(items)


@_handles(pickle.APPENDS, pickle.ADDITEMS)
def _appends(unpickler: BoundedUnpickler) -> None:
    items = unpickler.pop_mark()
    _list(unpickler).extend(items)


@_handles(pickle.APPEND)
def _append(unpickler: BoundedUnpickler) -> None:
    item = unpickler.stack.pop()
    _list(unpickler).append(item)


def _list(unpickler: BoundedUnpickler) -> list:
    if type(unpickler.stack[-1]) is not list:
        raise pickle.UnpicklingError("something that is no list is given items")
    return unpickler.stack[-1]


@_handles(pickle.REDUCE)
def _reduce(unpickler: BoundedUnpickler) -> None:
    arguments = unpickler.stack.pop()
    unpickler.stack[-1] = _call(unpickler.stack[-1], arguments)


@_handles(pickle.NEWOBJ)
def _newobj(unpickler: BoundedUnpickler) -> None:
    arguments, kind = unpickler.stack.pop(), unpickler.stack.pop()
    if not isinstance(kind, type):
        raise pickle.UnpicklingError("an object has no class")
    unpickler.append(_call(kind, arguments))


@_handles(pickle.NEWOBJ_EX)
def _newobj_ex(unpickler: BoundedUnpickler) -> None:
    if unpickler.stack.pop() != {}:
        raise pickle.UnpicklingError("something is called with arguments by name")
    _newobj(unpickler)


@_handles(pickle.BUILD)
def _build(unpickler: BoundedUnpickler) -> None:
    state = unpickler.stack.pop()
    made = unpickler.stack[-1]
    if isinstance(made, type) or not hasattr(made, "__setstate__"):
        raise pickle.UnpicklingError("something that has no state is given one")
    made.__setstate__(state)


@_handles(pickle.INT, pickle.LONG)
def _integer(unpickler: BoundedUnpickler) -> None:
    text = unpickler.readline()
    if len(text) > MAX_DIGITS:
        raise pickle.UnpicklingError("a number is endless")
    text = text.strip().removesuffix(b"L")
    unpickler.append(text == b"01" if text in (b"00", b"01") else int(text, 0))


@_handles(pickle.LONG4)
def _long4(unpickler: BoundedUnpickler) -> None:
    (size,) = unpack("<i", unpickler.read(4))
    if not 0 <= size <= MAX_DIGITS:
        raise pickle.UnpicklingError("a number is endless")
    unpickler.append(pickle.decode_long(unpickler.read(size)))


@_handles(pickle.BYTEARRAY8)
def _bytearray8(unpickler: BoundedUnpickler) -> None:
    (size,) = unpack("<Q", unpickler.read(8))
    unpickler.append(unpickler.read(size))


@_handles(pickle.PUT)
def _put(unpickler: BoundedUnpickler) -> None:
    text = unpickler.readline()
    _memoise(unpickler, int(text) if len(text) < MAX_DIGITS else -1)


@_handles(pickle.BINPUT)
def _binput(unpickler: BoundedUnpickler) -> None:
    _memoise(unpickler, unpickler.read(1)[0])


@_handles(pickle.LONG_BINPUT)
def _long_binput(unpickler: BoundedUnpickler) -> None:
    _memoise(unpickler, unpack("<I", unpickler.read(4))[0])


def _counted(handler: Callable) -> Callable:
    def load(unpickler: BoundedUnpickler) -> None:
        unpickler._objects += 1
        if unpickler._objects > MAX_OBJECTS:
            raise pickle.UnpicklingError("it makes more objects than any file of this kind")
        handler(unpickler)

    return load


for _makers in (
    (pickle.MARK, pickle.EMPTY_DICT, pickle.EMPTY_LIST, pickle.EMPTY_SET, pickle.DICT, pickle.LIST, pickle.FROZENSET),
    (pickle.TUPLE, pickle.TUPLE1, pickle.TUPLE2, pickle.TUPLE3, pickle.REDUCE, pickle.NEWOBJ, pickle.OBJ, pickle.INST),
    (pickle.MEMOIZE, pickle.PUT, pickle.BINPUT, pickle.LONG_BINPUT),
):
    for _maker in _makers:
        BoundedUnpickler.dispatch[_maker[0]] = _counted(BoundedUnpickler.dispatch[_maker[0]])
