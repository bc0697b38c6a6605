"""CIFAR-10's official files: batches of records in binary, or arrays in pickles, which are read as data.

Both are described at https://www.cs.toronto.edu/~kriz/cifar.html. A record is a label, then 32 x 32 red, green and blue
values, row by row: 3,073 bytes.
"""

import io
import pickle
from pathlib import Path

import numpy as np

from explorer.data.folders.listing import Listing, Parts
from explorer.data.imageset import DataError
from explorer.data.progress import Report
from explorer.pickles.standins import NUMPY, Array, Refused, read_standins

SIDE = 32
PIXELS = 3 * SIDE * SIDE
RECORD = 1 + PIXELS
BATCHES = {"train": tuple(f"data_batch_{number}" for number in range(1, 6)), "test": ("test_batch",)}


def find_batches(listing: Listing, split: str) -> list[Parts]:
    """Paths of the batches of a split, binary ones first; empty where the listing has none.

    Raises DataError where some of them are missing.
    """
    known = {name for batches in BATCHES.values() for name in batches}
    for suffix in (".bin", ""):
        there = {parts[-1].removesuffix(suffix): parts for parts in listing.files if parts[-1].endswith(suffix)}
        if known & there.keys():
            lacking = [name for name in BATCHES[split] if name not in there]
            if lacking:
                raise DataError(f"{listing.root} lacks {lacking[0]}{suffix}: fetch or unpack it again.")
            return [there[name] for name in BATCHES[split]]
    return []


def read_batches(listing: Listing, batches: list[Parts], report: Report) -> np.ndarray:
    """The records of all these batches, uint8 [N, 3073]."""
    records = []
    for number, parts in enumerate(batches, 1):
        data, where = listing.read(parts), listing.where(parts)
        records.append(as_records(data, where) if parts[-1].endswith(".bin") else _unpickled(data, where))
        report("Reading cifar10", number, len(batches))
    return np.concatenate(records)


def as_records(data: bytes, where: str | Path) -> np.ndarray:
    """Bytes of the binary form as uint8 [N, 3073], every label from 0 to 9; DataError for anything else."""
    if not data or len(data) % RECORD:
        raise DataError(f"{where} does not hold whole records of {RECORD:,} bytes: fetch or unpack it again.")
    return _checked(np.frombuffer(data, np.uint8).reshape(-1, RECORD), where)


def to_records(images: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """uint8 [N, 3, 32, 32] and labels [N] -> uint8 [N, 3073]."""
    return np.column_stack([labels.astype(np.uint8), images.reshape(len(images), PIXELS)])


def _unpickled(data: bytes, where: str) -> np.ndarray:
    try:
        batch = read_standins(io.BytesIO(data), NUMPY)
        if not isinstance(batch, dict):
            raise pickle.UnpicklingError("it is no dictionary")
        pixels, labels = (batch.get(name, batch.get(name.encode())) for name in ("data", "labels"))
        if not isinstance(pixels, Array) or not isinstance(labels, list):
            raise pickle.UnpicklingError("it lacks data or labels")
        images = pixels.values(("u1",), "bytes")
    except Refused as refused:
        raise DataError(
            f"{where} asks for {str(refused)!r}, which no batch of CIFAR-10 needs: it was not read any further, and "
            "nothing in it was run."
        ) from None
    except MemoryError:
        raise DataError(f"{where} claims more memory than there is: it is damaged or made to harm.") from None
    except Exception as error:  # whatever a broken or hostile file provokes in the reading of it is the file's fault
        reason = str(error) if isinstance(error, pickle.UnpicklingError) else "it is cut short or damaged"
        raise DataError(f"{where} is no batch of CIFAR-10 ({reason[:200]}): fetch or unpack it again.") from None
    whole = images.ndim == 2 and images.shape[1] == PIXELS and len(images) == len(labels) > 0
    if not whole or not all(type(label) is int and 0 <= label <= 255 for label in labels):
        raise DataError(f"{where} does not hold {PIXELS:,} bytes and a label a picture: fetch or unpack it again.")
    return _checked(to_records(images, np.array(labels)), where)


def _checked(records: np.ndarray, where: str | Path) -> np.ndarray:
    if records[:, 0].max() > 9:
        raise DataError(f"{where} has a label {records[:, 0].max()}, but CIFAR-10 has 10 classes: is it CIFAR-100's?")
    return records
