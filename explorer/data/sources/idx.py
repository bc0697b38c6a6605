"""IDX files, the format of MNIST and its relatives: a magic number, the dimensions, then bytes.

The format is described at the end of http://yann.lecun.com/exdb/mnist/ (two zero bytes, 0x08 for unsigned
byte, the number of dimensions, each dimension as a big-endian uint32, then the data in C order).
"""

import gzip
import math
import struct
import zlib
from pathlib import Path

import numpy as np

from explorer.data.imageset import DataError

MAX_BYTES = 1 << 30
"""No file may unpack to more than this; Fashion-MNIST's largest is 47 MB."""

_UNSIGNED_BYTE = 0x08


def read_idx(path: Path, dimensions: int) -> np.ndarray:
    """The uint8 array in an IDX file, plain or gzipped (detected by its first bytes, not by its name).

    `dimensions` is how many the file must have: 1 for labels, 3 for pictures. Nothing beyond the length that
    the header promises (plus one byte, to notice a longer file) is unpacked.
    Raises DataError for anything that is not such a file.
    """
    try:
        with path.open("rb") as raw:
            zipped = raw.read(2) == b"\x1f\x8b"
        with gzip.open(path, "rb") if zipped else path.open("rb") as file:
            shape = _header(file.read(4 + 4 * dimensions), path, dimensions)
            length = math.prod(shape)
            data = file.read(length + 1)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{path} is damaged ({error}): delete it and fetch it again.") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror or error}).") from error
    if len(data) != length:
        how = "ends early" if len(data) < length else "is longer than its header says"
        raise DataError(f"{path} {how} ({length:,} bytes expected): delete it and fetch it again.")
    return np.frombuffer(bytearray(data), dtype=np.uint8).reshape(shape)


def _header(head: bytes, path: Path, dimensions: int) -> tuple[int, ...]:
    if len(head) < 4 or head[:2] != b"\0\0":
        raise DataError(f"{path} is not an IDX file: it does not begin with IDX's magic number.")
    if head[2] != _UNSIGNED_BYTE:
        raise DataError(f"{path} holds IDX data of type 0x{head[2]:02x}, but only unsigned bytes (0x08) are pictures.")
    if head[3] != dimensions:
        raise DataError(f"{path} has {head[3]} dimensions, but {dimensions} were expected: are two files swapped?")
    if len(head) < 4 + 4 * dimensions:
        raise DataError(f"{path} ends inside its header: delete it and fetch it again.")
    shape = struct.unpack(f">{dimensions}I", head[4:])
    if math.prod(shape) > MAX_BYTES:
        raise DataError(f"{path} says it holds {' x '.join(map(str, shape))} bytes, which is more than any known set.")
    return shape
