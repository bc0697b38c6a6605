"""Write files that are replaced in one step."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from explorer.files import is_regular


def write_atomic(path: Path, data: bytes) -> None:
    """Write a file so that a reader finds the old content or the new, never half, even after a kill.

    A link stays a link, unless it leads to what is no file, such as a device. Raises OSError, which leaves the old
    content untouched.
    """
    with open_atomic(path) as file:
        file.write(data)


@contextmanager
def open_atomic(path: Path) -> Iterator[BinaryIO]:
    """As `write_atomic`, with a file to write to; an error inside leaves the old content untouched."""
    place = path if path.exists() and not is_regular(path) else Path(os.path.realpath(path))
    fresh = place.with_name(f".{place.name}.{os.getpid()}.new")
    try:
        with open(fresh, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(place)
    finally:
        fresh.unlink(missing_ok=True)
