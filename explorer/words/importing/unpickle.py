"""Reads gensim's pickles as data: every name in them stands for an empty shell of ours, and no code of theirs runs.

A pickle is a program that may call whatever its loader lets it import. This loader imports nothing at all. It knows
the exact names (module and attribute, never a prefix) that gensim's word vectors and models hold: gensim's classes,
NumPy's arrays, dtypes and random generators, Python's containers. Each is replaced by a stand-in that stores what it is
given; any other name ends the reading. So neither gensim's load paths (which follow file names and call `np.load`) nor
NumPy's constructors (which unpickle object arrays) nor `__setstate__` of any real class are within a file's reach.
"""

import math
import pickle
from collections.abc import Callable, Iterable
from itertools import product
from typing import Any, BinaryIO

import numpy as np

from explorer.words.errors import WordSpaceError


class Shell:
    """An object of a gensim class: its attributes in `state`, none of its behaviour."""

    __slots__ = ("state",)

    def __new__(cls, *_arguments: Any) -> "Shell":
        self = object.__new__(cls)
        self.state = {}
        return self

    def __init__(self, *_arguments: Any):
        pass

    def __setstate__(self, state: Any) -> None:
        if not isinstance(state, dict):
            raise pickle.UnpicklingError("the state of an object is no dictionary")
        self.state = state


class Ignored:
    """Something that word vectors do not need, such as the random generator of a training."""

    __slots__ = ()

    def __new__(cls, *_arguments: Any) -> "Ignored":
        return object.__new__(cls)

    def __init__(self, *_arguments: Any):
        pass

    def __setstate__(self, state: Any) -> None:
        pass


class Dtype:
    """A NumPy dtype as its code (`f4`) and byte order."""

    __slots__ = ("code", "order")

    def __init__(self, code: Any = None, *_flags: Any):
        self.code = code
        self.order = "="

    def __setstate__(self, state: Any) -> None:
        self.order = state[1]

    def floating(self) -> np.dtype:
        """The dtype, which must be one of plain floats; raises UnpicklingError (object and structured ones too)."""
        if self.code not in ("f2", "f4", "f8") or self.order not in ("<", ">", "=", "|"):
            raise pickle.UnpicklingError("an array of vectors does not hold plain floating-point numbers")
        return np.dtype(self.order.replace("|", "=") + self.code)


class Array:
    """A NumPy array as stored: nothing is interpreted until `floats` is asked for."""

    __slots__ = ("data", "dtype", "fortran", "shape")

    def __init__(self) -> None:
        self.shape = self.dtype = self.data = None
        self.fortran = False

    def __setstate__(self, state: Any) -> None:
        _, self.shape, self.dtype, self.fortran, self.data = state

    def floats(self) -> np.ndarray:
        """float32, in the array's shape; raises UnpicklingError if it is not a whole array of plain floats."""
        if not isinstance(self.dtype, Dtype) or not isinstance(self.shape, tuple):
            raise pickle.UnpicklingError("an array is incomplete")
        if not all(type(size) is int and size >= 0 for size in self.shape):
            raise pickle.UnpicklingError("an array has an impossible shape")
        kind = self.dtype.floating()
        # Python 2 wrote bytes as text, which is read as latin-1.
        data = self.data.encode("latin-1") if isinstance(self.data, str) else self.data
        if not isinstance(data, bytes | bytearray) or len(data) != math.prod(self.shape) * kind.itemsize:
            raise pickle.UnpicklingError("an array is not as long as its shape says")
        order = "F" if self.fortran is True else "C"
        return np.frombuffer(data, kind).reshape(self.shape, order=order).astype(np.float32)


class _Function:
    """A callable stand-in that a pickle can call but not alter."""

    __slots__ = ("_call",)

    def __init__(self, call: Callable[..., Any]):
        self._call = call

    def __call__(self, *arguments: Any) -> Any:
        return self._call(*arguments)

    def __setstate__(self, state: Any) -> None:
        raise pickle.UnpicklingError("a function cannot have a state")


def _bytes(text: str = "", encoding: str = "latin1") -> bytes:
    if not isinstance(text, str) or encoding != "latin1":
        raise pickle.UnpicklingError("bytes are spelled in an odd way")
    return text.encode("latin-1")


def _dictionary(*arguments: Any) -> dict:
    return dict(arguments[0]) if arguments and isinstance(arguments[0], dict) else {}


def _collection(items: Any = ()) -> tuple:
    return tuple(items) if isinstance(items, list | tuple) else ()


def _reconstructed(kind: Any, *_base: Any) -> Shell:
    if not (isinstance(kind, type) and issubclass(kind, Shell)):
        raise pickle.UnpicklingError("an object of an odd class is rebuilt")
    return kind()


def _array(*_arguments: Any) -> Array:
    return Array()


def _array_of_bytes(data: Any, dtype: Any, shape: Any, order: Any) -> Array:
    array = Array()
    array.data, array.dtype, array.shape, array.fortran = data, dtype, shape, order == "F"
    return array


def _admit(modules: Iterable[str], names: Iterable[str], standin: Any) -> dict[tuple[str, str], Any]:
    return dict.fromkeys(product(modules, names), standin)


_BUILTINS = ("builtins", "__builtin__")
_GENSIM = {
    "gensim.models.keyedvectors": (
        *("KeyedVectors", "Word2VecKeyedVectors", "EuclideanKeyedVectors", "FastTextKeyedVectors"),
        *("BaseKeyedVectors", "WordEmbeddingsKeyedVectors", "Vocab", "CompatVocab", "SimpleVocab"),
    ),
    "gensim.models.word2vec": ("Word2Vec", "Word2VecVocab", "Word2VecTrainables", "Vocab"),
    "gensim.models.fasttext": ("FastText", "FastTextVocab", "FastTextTrainables", "FastTextKeyedVectors"),
    "gensim.models.wrappers.fasttext": ("FastText", "FastTextKeyedVectors"),
}
_STANDINS: dict[tuple[str, str], Any] = {
    # Containers and plain values of Python; models mention `hash` and `int`, without need.
    **_admit(_BUILTINS, ("hash", "int", "long", "float", "object"), Ignored),
    **_admit(_BUILTINS, ("set", "frozenset"), _Function(_collection)),
    **_admit(_BUILTINS, ("bytes",), _Function(_bytes)),
    **_admit(("collections", "UserString"), ("defaultdict",), _Function(_dictionary)),
    **_admit(("collections",), ("OrderedDict", "Counter"), _Function(_dictionary)),
    **_admit(("_codecs",), ("encode",), _Function(_bytes)),
    **_admit(("copyreg", "copy_reg"), ("_reconstructor",), _Function(_reconstructed)),
    # NumPy.
    **_admit(("numpy",), ("dtype",), Dtype),
    **_admit(("numpy",), ("ndarray",), Ignored),
    **_admit(("numpy.core.multiarray", "numpy._core.multiarray"), ("_reconstruct",), _Function(_array)),
    **_admit(("numpy.core.multiarray", "numpy._core.multiarray"), ("scalar",), Ignored),
    **_admit(("numpy.core.numeric", "numpy._core.numeric"), ("_frombuffer",), _Function(_array_of_bytes)),
    **_admit(("numpy.random", "numpy.random._pickle"), ("__RandomState_ctor", "__randomstate_ctor"), Ignored),
    **_admit(("numpy.random._pickle",), ("__generator_ctor", "__bit_generator_ctor"), Ignored),
    **_admit(("numpy.random._mt19937",), ("MT19937",), Ignored),
    **_admit(("numpy.random._pcg64",), ("PCG64",), Ignored),
    **_admit(("numpy.random.bit_generator",), ("SeedSequence", "__pyx_unpickle_SeedSequence"), Ignored),
    # gensim.
    **{(module, name): type(name, (Shell,), {"__slots__": ()}) for module, names in _GENSIM.items() for name in names},
    **_admit(("gensim.utils",), ("call_on_class_only",), Ignored),
}


# The unpickler written in Python, not the one in C: its memo is a dictionary, where the other allocates as many places
# as a file cares to claim.
class _Reader(pickle._Unpickler):  # type: ignore[name-defined]
    def find_class(self, module: str, name: str) -> Any:
        standin = _STANDINS.get((module, name))
        if standin is None:
            raise _Refused(f"{module}.{name}"[:120])
        return standin

    def persistent_load(self, pid: Any) -> Any:
        raise pickle.UnpicklingError("it points outside itself")

    def get_extension(self, code: int) -> None:
        raise pickle.UnpicklingError("it uses registered extensions")


class _Refused(Exception):
    pass


def read_pickle(file: BinaryIO, label: str) -> Any:
    """What a gensim pickle holds, in shells; raises WordSpaceError for anything that word vectors do not need."""
    try:
        return _Reader(file, encoding="latin1").load()
    except _Refused as refused:
        raise WordSpaceError(
            f"{label} asks for {str(refused)!r}, which word vectors do not need; it was not read any further, "
            "and nothing in it was run."
        ) from None
    except MemoryError:
        raise WordSpaceError(f"{label} claims more memory than there is; it is damaged or made to harm.") from None
    except Exception as error:
        # Whatever a broken or hostile file provokes in the reading of it is the file's fault.
        reason = str(error) if isinstance(error, pickle.UnpicklingError) else "it is cut short or damaged"
        raise WordSpaceError(f"{label} cannot be read as word vectors saved by gensim: {reason[:200]}.") from None
