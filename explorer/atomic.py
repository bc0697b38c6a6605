"""Files that are replaced in one step."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from explorer.files import is_regular


def write_atomic(path: Path, data: bytes) -> None:
    """Write a file such that a reader, or whoever comes after a kill, meets the old content or the new, never half.

    A link stays a link, unless it leads to what is no file, such as a device. Raises OSError, and then what was there
    is untouched.
    """
    with written_whole(path) as file:
        file.write(data)


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """As `write_atomic`, of what is written into the file inside; an error in there leaves what was there untouched."""
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
