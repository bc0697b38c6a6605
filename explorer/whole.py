"""Files that are replaced in one step."""

import os
from pathlib import Path

from explorer.files import is_regular


def write_whole(path: Path, data: bytes) -> None:
    """Write a file such that a reader, or whoever comes after a kill, meets the old content or the new, never half.

    A link stays a link, unless it leads to what is no file, such as a device. Raises OSError, and then what was there
    is untouched.
    """
    place = path if path.exists() and not is_regular(path) else Path(os.path.realpath(path))
    fresh = place.with_name(f".{place.name}.{os.getpid()}.new")
    try:
        with open(fresh, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(place)
    finally:
        fresh.unlink(missing_ok=True)
