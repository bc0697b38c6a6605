"""Read pickles as data: a stand-in takes the place of every name in them, and no code of theirs runs.

A pickle is a program that may call whatever its loader lets it import. This loader imports nothing at all. It knows the
exact names (module and attribute, never a prefix) that its caller expects, such as NumPy's arrays and dtypes (`NUMPY`).
Each is replaced by a stand-in that stores what it is given; any other name is an error. So a file can reach neither
NumPy's constructors (which unpickle object arrays) nor `__setstate__` of any real class.
"""

import math
import pickle
from collections.abc import Callable, Iterable, Mapping
from itertools import product
from typing import Any, BinaryIO

import numpy as np

from explorer.pickles.bounded import BoundedUnpickler, Ignored

Standins = Mapping[tuple[str, str], Any]
"""(module, name) -> its stand-in."""


class Refused(Exception):
    """The pickle asks for a name that its caller does not admit; the text is that name."""


class Dtype:
    """A NumPy dtype as its code (`f4`) and byte order."""

    __slots__ = ("code", "order")

    def __init__(self, code: Any = None, *_flags: Any):
        self.code = code
        self.order = "="

    def __setstate__(self, state: Any) -> None:
        self.order = state[1]


class Array:
    """A NumPy array as stored; only `values` interprets it."""

    __slots__ = ("data", "dtype", "fortran", "shape")

    def __init__(self) -> None:
        self.shape = self.dtype = self.data = None
        self.fortran = False

    def __setstate__(self, state: Any) -> None:
        _, self.shape, self.dtype, self.fortran, self.data = state

    def values(self, codes: tuple[str, ...], called: str) -> np.ndarray:
        """The array, in its shape; raises UnpicklingError if it is not a whole array of one of these plain dtypes.

        called: their name in the error.
        """
        if not isinstance(self.dtype, Dtype) or not isinstance(self.shape, tuple):
            raise pickle.UnpicklingError("an array is incomplete")
        if len(self.shape) > 8 or not all(type(size) is int and 0 <= size < 1 << 48 for size in self.shape):
            raise pickle.UnpicklingError("an array has an impossible shape")
        if self.dtype.code not in codes or self.dtype.order not in ("<", ">", "=", "|"):
            raise pickle.UnpicklingError(f"an array does not hold {called}")
        kind = np.dtype(self.dtype.order.replace("|", "=") + self.dtype.code)
        # Python 2 wrote bytes as text, which is read as latin-1, and the older protocols spell them.
        data = self.data.encode("latin-1") if isinstance(self.data, str) else self.data
        if not isinstance(data, bytes | bytearray) or len(data) != math.prod(self.shape) * kind.itemsize:
            raise pickle.UnpicklingError("an array is not as long as its shape says")
        return np.frombuffer(data, kind).reshape(self.shape, order="F" if self.fortran is True else "C")


class Function:
    """A callable stand-in that a pickle can call but not alter."""

    __slots__ = ("_call",)

    def __init__(self, call: Callable[..., Any]):
        self._call = call

    def __call__(self, *arguments: Any) -> Any:
        return self._call(*arguments)

    def __setstate__(self, state: Any) -> None:
        raise pickle.UnpicklingError("a function cannot have a state")


def admit(modules: Iterable[str], names: Iterable[str], standin: Any) -> dict[tuple[str, str], Any]:
    """The same stand-in for each of these names in each of these modules."""
    return dict.fromkeys(product(modules, names), standin)


def spelled_bytes(text: str = "", encoding: str = "latin1") -> str:
    """Bytes as the older protocols spell them: a call with their letters. They stay letters, or a file of three bytes a
    call could fill the memory with copies."""
    if not isinstance(text, str) or encoding != "latin1":
        raise pickle.UnpicklingError("bytes are spelled in an odd way")
    return text


def _array(*_arguments: Any) -> Array:
    return Array()


def _array_of_bytes(data: Any, dtype: Any, shape: Any, order: Any) -> Array:
    array = Array()
    array.data, array.dtype, array.shape, array.fortran = data, dtype, shape, order == "F"
    return array


NUMPY: Standins = {
    **admit(("_codecs",), ("encode",), Function(spelled_bytes)),
    **admit(("numpy",), ("dtype",), Dtype),
    **admit(("numpy",), ("ndarray",), Ignored),
    **admit(("numpy.core.multiarray", "numpy._core.multiarray"), ("_reconstruct",), Function(_array)),
    **admit(("numpy.core.numeric", "numpy._core.numeric"), ("_frombuffer",), Function(_array_of_bytes)),
}
"""Arrays, which come out as `Array`."""


def read_standins(file: BinaryIO, standins: Standins, persistent: Callable[[Any], Any] | None = None) -> Any:
    """The value of a pickle, with stand-ins for its classes and functions, sets as lists, text of Python 2 as latin-1.

    persistent: gives what stands for a persistent id; None if there may be none. `bounded` has the limits.
    Raises Refused for any other name, and whatever a broken or hostile file provokes in the reading of it: most often
    pickle.UnpicklingError, but any Exception, MemoryError among them.
    """

    def find(module: str, name: str) -> Any:
        standin = standins.get((module, name))
        if standin is None:
            raise Refused(f"{module}.{name}"[:120])
        return standin

    return BoundedUnpickler(file, find, persistent).load()
