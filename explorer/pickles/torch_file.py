"""Read what `torch.save` writes (a zip with a pickle and the tensors' numbers) without running anything in it.

torch's own reader, even with weights_only, hashes whatever the pickle asks for, for ever if it asks for that. Here the
pickle is read by `standins`, and may hold containers, plain values and dense tensors; the numbers are taken from the
zip, in which they lie unpacked, so that nothing is larger than the file.
"""

import math
import os
import pickle
import sys
import zipfile
from typing import Any, BinaryIO

import torch
from torch import Tensor

from explorer.pickles.standins import Function, Refused, Standins, admit, read_standins

MAX_PICKLE = 1 << 26  # bytes: names and shapes
_DTYPES = {
    **{"Float": torch.float32, "Double": torch.float64, "Half": torch.float16, "BFloat16": torch.bfloat16},
    **{"Byte": torch.uint8, "Char": torch.int8, "Short": torch.int16, "Int": torch.int32, "Long": torch.int64},
    "Bool": torch.bool,
}


class DamagedState(Exception):
    """A file is no whole state; the text says why, for the middle of a sentence."""


class _StorageType:
    """Stands for torch's class of storages of one dtype."""

    __slots__ = ("dtype",)

    def __init__(self, dtype: torch.dtype):
        self.dtype = dtype


class _OrderedDict(dict):
    """Stands for Python's own; attributes that torch adds to it are left out."""

    def __init__(self) -> None:
        super().__init__()

    def __setstate__(self, state: Any) -> None:
        pass


def _tensor(numbers: Any, offset: Any, size: Any, stride: Any, *_rest: Any) -> Tensor:
    """A tensor whose numbers lie within a storage."""
    if not isinstance(numbers, Tensor) or not isinstance(size, tuple) or not isinstance(stride, tuple):
        raise pickle.UnpicklingError("a tensor is incomplete")
    whole = (offset, *size, *stride)
    if len(size) != len(stride) or len(size) > 8 or not all(type(one) is int and 0 <= one < 1 << 48 for one in whole):
        raise pickle.UnpicklingError("a tensor has an impossible shape")
    count = math.prod(size)
    last = offset + sum((side - 1) * step for side, step in zip(size, stride, strict=True)) if count else 0
    if count > numbers.numel() or (count and last >= numbers.numel()):
        raise pickle.UnpicklingError("a tensor is larger than its storage")
    return numbers.as_strided(size, stride, offset)


def _parameter(tensor: Any, *_rest: Any) -> Any:
    return tensor


_STANDINS: Standins = {
    **admit(("collections",), ("OrderedDict",), _OrderedDict),
    **admit(("torch._utils",), ("_rebuild_tensor_v2",), Function(_tensor)),
    **admit(("torch._utils",), ("_rebuild_parameter",), Function(_parameter)),
    **{("torch", f"{name}Storage"): _StorageType(dtype) for name, dtype in _DTYPES.items()},
}


def read_torch(file: BinaryIO) -> Any:
    """The containers, plain values and CPU tensors that `torch.save` wrote to a file.

    Raises OSError, and DamagedState for anything that is not wholly that.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            return _read(archive, os.fstat(file.fileno()).st_size)
    except OSError:
        raise
    except Refused as refused:
        raise DamagedState(f"it asks for {str(refused)!r}, which no state needs, and nothing in it was run") from None
    except pickle.UnpicklingError as error:
        raise DamagedState(str(error)) from error
    except Exception as error:  # in whatever way a broken or hostile file fails
        raise DamagedState("it is cut short or damaged") from error


def _read(archive: zipfile.ZipFile, size: int) -> Any:
    members = {member.filename: member for member in archive.infolist()}
    if sum(member.file_size for member in members.values()) > size:
        raise pickle.UnpicklingError("it unpacks to more than it has")
    (name,) = (name for name in members if name.split("/")[-1] == "data.pkl")
    folder = name.removesuffix("data.pkl")
    order = f"{folder}byteorder"
    if order in members and archive.read(order).decode() != sys.byteorder:
        raise pickle.UnpicklingError("it was written on a machine of another kind")
    if members[name].file_size > MAX_PICKLE:
        raise pickle.UnpicklingError("its pickle is endless")
    storages: dict[str, Tensor] = {}

    def storage(pid: Any) -> Tensor:
        if (
            not isinstance(pid, tuple)
            or len(pid) != 5
            or not isinstance(pid[1], _StorageType)
            or type(pid[2]) is not str
        ):
            raise pickle.UnpicklingError("it points outside itself")
        _, kind, key, _, count = pid
        if key not in storages:
            data = archive.read(members[f"{folder}data/{key}"])
            if type(count) is not int or len(data) != count * kind.dtype.itemsize:
                raise pickle.UnpicklingError("a storage is not as long as it says")
            numbers = torch.frombuffer(bytearray(data), dtype=kind.dtype) if data else torch.empty(0, dtype=kind.dtype)
            storages[key] = numbers
        if storages[key].dtype != kind.dtype:
            raise pickle.UnpicklingError("a storage is of two kinds")
        return storages[key]

    with archive.open(name) as program:
        return read_standins(program, _STANDINS, storage)
