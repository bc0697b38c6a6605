"""The machine that reads a pickle's program, with a bound on everything that a program could ask of it.

A pickle of a few bytes can keep a loader busy for ever (tuples in tuples, each shared twice, as keys of a dictionary:
2^40 hashes), let integers of its choice collide in a dictionary, or claim gigabytes by a length that nothing follows.
Here no more is read at once than there is; only short text and integers are keys, sets are lists (so nothing else is
ever hashed); calls take few arguments and copy none; and what is made is counted.
"""

import pickle
from collections.abc import Callable
from struct import unpack
from typing import Any, BinaryIO, ClassVar

MOST_MADE = 24_000_000  # containers, objects and places in the memo: gensim 3's objects of three million words have 18
MOST_ARGUMENTS = 32
MOST_DIGITS = 100  # of an integer, or bytes
MOST_KEY = 1 << 16  # characters
MOST_OPEN = 1000  # marks: lists and dictionaries that are being filled inside each other
SMALL = 1 << 16  # integers below are kept as keys: so few cannot collide to any harm
MEMO_SLACK = 1000  # places that a memo may skip, which is numbered from 0 or from 1

_PIECE = 1 << 20  # bytes


class Ignored:
    """Something that nobody needs, such as the random generator of a training."""

    __slots__ = ()

    def __new__(cls, *_arguments: Any) -> "Ignored":
        return object.__new__(cls)

    def __init__(self, *_arguments: Any):
        pass

    def __setstate__(self, state: Any) -> None:
        pass


class PickleReader(pickle._Unpickler):  # type: ignore[name-defined]
    """Python's own unpickler, the one that is written in Python, within bounds. Text of Python 2 is read as latin-1.

    find: gives what stands for a module and a name. persistent: what stands for a persistent id, if there may be any.
    Its memo is a dictionary, where the unpickler in C allocates as many places as a file cares to claim.
    """

    dispatch: ClassVar[dict[int, Callable]] = dict(pickle._Unpickler.dispatch)  # type: ignore[attr-defined]

    def __init__(self, file: BinaryIO, find: Callable[[str, str], Any], persistent: Callable[[Any], Any] | None = None):
        super().__init__(_Pieces(file), encoding="latin1")
        self._find, self._persistent, self._made = find, persistent, 0

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


def _on(*opcodes: bytes) -> Callable:
    """Decorator: what these opcodes do here."""

    def install(handler: Callable) -> Callable:
        for opcode in opcodes:
            PickleReader.dispatch[opcode[0]] = handler
        return handler

    return install


class _Pieces:
    """A file of which no more memory is asked than it has bytes, whatever length is claimed."""

    def __init__(self, file: BinaryIO):
        self.readline = file.readline
        self._read = file.read

    def read(self, size: int) -> bytes:
        if size <= _PIECE:
            return self._read(size)
        pieces = []
        while size > 0 and (piece := self._read(min(size, _PIECE))):
            pieces.append(piece)
            size -= len(piece)
        if size > 0:
            raise pickle.UnpicklingError("it claims more bytes than it has")
        return b"".join(pieces)


def _store(target: Any, items: list) -> None:
    """Keys and values by turns into a dictionary; what has a large integer or an Ignored as its key, which no reader of
    ours looks up, is left out."""
    if not isinstance(target, dict):
        raise pickle.UnpicklingError("something that is no dictionary is given keys")
    if len(items) % 2:
        raise pickle.UnpicklingError("a key is without its value")
    for key, value in zip(items[::2], items[1::2], strict=True):
        if type(key) is Ignored:
            continue
        if type(key) is int and -(1 << 63) <= key < 1 << 64:
            if not 0 <= key < SMALL:
                continue
        elif type(key) not in (str, bytes):
            raise pickle.UnpicklingError("a dictionary has keys that are neither text nor small integers")
        elif len(key) > MOST_KEY:
            raise pickle.UnpicklingError("a dictionary has keys of endless length")
        target[key] = value


def _call(function: Any, arguments: Any) -> Any:
    if not isinstance(arguments, list | tuple) or len(arguments) > MOST_ARGUMENTS:
        raise pickle.UnpicklingError("something is called with too many arguments")
    return function(*arguments)


def _memoise(reader: PickleReader, place: int) -> None:
    if not 0 <= place <= len(reader.memo) + MEMO_SLACK:
        raise pickle.UnpicklingError("its memo has odd places")
    reader.memo[place] = reader.stack[-1]


@_on(pickle.MARK)
def _mark(reader: PickleReader) -> None:
    if len(reader.metastack) >= MOST_OPEN:
        raise pickle.UnpicklingError("it nests deeper than any file of this kind")
    reader.load_mark()


@_on(pickle.DICT)
def _dict(reader: PickleReader) -> None:
    made: dict = {}
    _store(made, reader.pop_mark())
    reader.append(made)


@_on(pickle.SETITEM)
def _setitem(reader: PickleReader) -> None:
    value, key = reader.stack.pop(), reader.stack.pop()
    _store(reader.stack[-1], [key, value])


@_on(pickle.SETITEMS)
def _setitems(reader: PickleReader) -> None:
    items = reader.pop_mark()
    _store(reader.stack[-1], items)


@_on(pickle.EMPTY_SET)
def _empty_set(reader: PickleReader) -> None:
    reader.append([])


@_on(pickle.FROZENSET)
def _frozenset(reader: PickleReader) -> None:
    items = reader.pop_mark()  # this changes what `append` is
    reader.append(items)


@_on(pickle.APPENDS, pickle.ADDITEMS)
def _appends(reader: PickleReader) -> None:
    items = reader.pop_mark()
    _list(reader).extend(items)


@_on(pickle.APPEND)
def _append(reader: PickleReader) -> None:
    item = reader.stack.pop()
    _list(reader).append(item)


def _list(reader: PickleReader) -> list:
    if type(reader.stack[-1]) is not list:
        raise pickle.UnpicklingError("something that is no list is given items")
    return reader.stack[-1]


@_on(pickle.REDUCE)
def _reduce(reader: PickleReader) -> None:
    arguments = reader.stack.pop()
    reader.stack[-1] = _call(reader.stack[-1], arguments)


@_on(pickle.NEWOBJ)
def _newobj(reader: PickleReader) -> None:
    arguments, kind = reader.stack.pop(), reader.stack.pop()
    if not isinstance(kind, type):
        raise pickle.UnpicklingError("an object has no class")
    reader.append(_call(kind, arguments))


@_on(pickle.NEWOBJ_EX)
def _newobj_ex(reader: PickleReader) -> None:
    if reader.stack.pop() != {}:
        raise pickle.UnpicklingError("something is called with arguments by name")
    _newobj(reader)


@_on(pickle.BUILD)
def _build(reader: PickleReader) -> None:
    state = reader.stack.pop()
    made = reader.stack[-1]
    if isinstance(made, type) or not hasattr(made, "__setstate__"):
        raise pickle.UnpicklingError("something that has no state is given one")
    made.__setstate__(state)


@_on(pickle.INT, pickle.LONG)
def _integer(reader: PickleReader) -> None:
    text = reader.readline()
    if len(text) > MOST_DIGITS:
        raise pickle.UnpicklingError("a number is endless")
    text = text.strip().removesuffix(b"L")
    reader.append(text == b"01" if text in (b"00", b"01") else int(text, 0))


@_on(pickle.LONG4)
def _long4(reader: PickleReader) -> None:
    (size,) = unpack("<i", reader.read(4))
    if not 0 <= size <= MOST_DIGITS:
        raise pickle.UnpicklingError("a number is endless")
    reader.append(pickle.decode_long(reader.read(size)))


@_on(pickle.BYTEARRAY8)
def _bytearray8(reader: PickleReader) -> None:
    (size,) = unpack("<Q", reader.read(8))
    reader.append(reader.read(size))


@_on(pickle.PUT)
def _put(reader: PickleReader) -> None:
    text = reader.readline()
    _memoise(reader, int(text) if len(text) < MOST_DIGITS else -1)


@_on(pickle.BINPUT)
def _binput(reader: PickleReader) -> None:
    _memoise(reader, reader.read(1)[0])


@_on(pickle.LONG_BINPUT)
def _long_binput(reader: PickleReader) -> None:
    _memoise(reader, unpack("<I", reader.read(4))[0])


def _counted(handler: Callable) -> Callable:
    def load(reader: PickleReader) -> None:
        reader._made += 1
        if reader._made > MOST_MADE:
            raise pickle.UnpicklingError("it makes more objects than any file of this kind")
        handler(reader)

    return load


for _makers in (
    (pickle.MARK, pickle.EMPTY_DICT, pickle.EMPTY_LIST, pickle.EMPTY_SET, pickle.DICT, pickle.LIST, pickle.FROZENSET),
    (pickle.TUPLE, pickle.TUPLE1, pickle.TUPLE2, pickle.TUPLE3, pickle.REDUCE, pickle.NEWOBJ, pickle.OBJ, pickle.INST),
    (pickle.MEMOIZE, pickle.PUT, pickle.BINPUT, pickle.LONG_BINPUT),
):
    for _maker in _makers:
        PickleReader.dispatch[_maker[0]] = _counted(PickleReader.dispatch[_maker[0]])
