"""Files that are replaced in one step."""

import os
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Write a file such that a reader, or whoever comes after a kill, meets the old content or the new, never half.

    A link stays a link. Raises OSError, and then what was there is untouched.
    """
    place = path.resolve()
    fresh = place.with_name(f".{place.name}.{os.getpid()}.new")
    try:
        with open(fresh, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(place)
    finally:
        fresh.unlink(missing_ok=True)
