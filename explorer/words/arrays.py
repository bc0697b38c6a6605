"""Read NumPy's `.npy` and `.npz` files of plain floating-point numbers without trusting their headers."""

import io
import math
import os
import zipfile
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from explorer.files import open_regular
from explorer.words.unpacking import MAX_FREE, MAX_RATIO, limited

_READERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


def open_array(path: Path) -> np.ndarray:
    """The array in a `.npy` file, mapped from it and read-only: rows that are not used take no memory.

    Raises OSError, and ValueError for what is no regular file with exactly the floating-point numbers that its header
    promises.
    """
    with open_regular(path) as file:
        shape, order, kind = _header(file)
        if os.fstat(file.fileno()).st_size - file.tell() != math.prod(shape) * kind.itemsize:
            raise ValueError("it is not as long as its header says")
        return np.memmap(file, kind, "r", file.tell(), shape, order)  # type: ignore[call-overload]


def unpack_array(path: Path, name: str) -> np.ndarray:
    """The array of that name in a packed `.npz` file; raises as `open_array` does."""
    try:
        with open_regular(path) as file, zipfile.ZipFile(file) as archive:
            member = archive.getinfo(f"{name}.npy")
            packed = min(member.compress_size, os.fstat(file.fileno()).st_size)
            if member.file_size > max(MAX_FREE, MAX_RATIO * packed):
                raise ValueError("it claims to unpack to more than it could hold")
            with limited(cast(io.BufferedReader, archive.open(member)), packed) as stream:
                shape, order, kind = _header(stream)
                size = math.prod(shape) * kind.itemsize
                if size > member.file_size or len(data := stream.read(size + 1)) != size:
                    raise ValueError("it is not as long as its header says")
        return np.frombuffer(data, kind).reshape(shape, order=order)  # type: ignore[call-overload]
    except OSError:
        raise
    except Exception as error:  # zipfile and its unpackers raise whatever a broken file provokes
        raise ValueError(str(error) if isinstance(error, ValueError) else "it is no whole .npz file") from error


def _header(file: BinaryIO) -> tuple[tuple[int, ...], str, np.dtype]:
    """Shape, order and kind of the numbers that follow."""
    try:
        shape, fortran, kind = _READERS[np.lib.format.read_magic(file)](file)
    except OSError:
        raise
    except Exception as error:  # a header is a Python expression, and fails in as many ways
        raise ValueError("its header is not that of a NumPy array") from error
    if kind.kind != "f" or kind.itemsize > 8:
        raise ValueError("it does not hold floating-point numbers")
    if len(shape) > 8 or any(size < 0 for size in shape):
        raise ValueError("its shape is impossible")
    return shape, "F" if fortran else "C", kind
