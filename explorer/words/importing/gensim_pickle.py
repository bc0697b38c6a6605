"""Read gensim's pickles as data (see `explorer.pickles.standins`).

The names admitted are gensim's classes, NumPy's arrays, dtypes and random generators, and Python's containers. A file
cannot reach gensim's own loading, which follows file names and calls `np.load`.
"""

import pickle
from typing import Any, BinaryIO

from explorer.pickles.standins import NUMPY, Function, Ignored, Refused, Standins, admit, read_standins, spelled_bytes
from explorer.words.errors import WordSpaceError
from explorer.words.unpacking import UnpacksTooMuch


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


# Neither copies: a file could call them a million times with the same million items.
def _dictionary(*arguments: Any) -> dict:
    return arguments[0] if arguments and isinstance(arguments[0], dict) else {}


def _collection(items: Any = ()) -> list | tuple:
    return items if isinstance(items, list | tuple) else ()


def _reconstructed(kind: Any, *_base: Any) -> Shell:
    if not (isinstance(kind, type) and issubclass(kind, Shell)):
        raise pickle.UnpicklingError("an object of an odd class is rebuilt")
    return kind()


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
_STANDINS: Standins = {
    # Containers and plain values of Python; models mention `hash` and `int`, without need.
    **admit(_BUILTINS, ("hash", "int", "long", "float", "object"), Ignored),
    **admit(_BUILTINS, ("set", "frozenset"), Function(_collection)),
    **admit(_BUILTINS, ("bytes",), Function(spelled_bytes)),
    **admit(("collections", "UserString"), ("defaultdict",), Function(_dictionary)),
    **admit(("collections",), ("OrderedDict", "Counter"), Function(_dictionary)),
    **admit(("copyreg", "copy_reg"), ("_reconstructor",), Function(_reconstructed)),
    # NumPy.
    **NUMPY,
    **admit(("numpy.core.multiarray", "numpy._core.multiarray"), ("scalar",), Ignored),
    **admit(("numpy.random", "numpy.random._pickle"), ("__RandomState_ctor", "__randomstate_ctor"), Ignored),
    **admit(("numpy.random._pickle",), ("__generator_ctor", "__bit_generator_ctor"), Ignored),
    **admit(("numpy.random._mt19937",), ("MT19937",), Ignored),
    **admit(("numpy.random._pcg64",), ("PCG64",), Ignored),
    **admit(("numpy.random.bit_generator",), ("SeedSequence", "__pyx_unpickle_SeedSequence"), Ignored),
    # gensim.
    **{(module, name): type(name, (Shell,), {"__slots__": ()}) for module, names in _GENSIM.items() for name in names},
    **admit(("gensim.utils",), ("call_on_class_only",), Ignored),
}


def read_pickle(file: BinaryIO, label: str) -> Any:
    """What a gensim pickle holds, in shells; raises WordSpaceError for anything that word vectors do not need."""
    try:
        return read_standins(file, _STANDINS)
    except Refused as refused:
        raise WordSpaceError(
            f"{label} asks for {str(refused)!r}, which word vectors do not need; it was not read any further, "
            "and nothing in it was run."
        ) from None
    except UnpacksTooMuch:
        raise
    except MemoryError:
        raise WordSpaceError(f"{label} claims more memory than there is; it is damaged or made to harm.") from None
    except Exception as error:
        # Whatever a broken or hostile file provokes in the reading of it is the file's fault.
        reason = str(error) if isinstance(error, pickle.UnpicklingError) else "it is cut short or damaged"
        raise WordSpaceError(f"{label} cannot be read as word vectors saved by gensim: {reason[:200]}.") from None
