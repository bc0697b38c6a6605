"""Reading files of a run folder as if a stranger had written them: regular files only, no links, within bounds."""

import os
from pathlib import Path
from typing import Any

from explorer.files import is_regular, open_regular, read_json

MAX_SMALL = 1 << 20  # bytes of a config, a status or a note


def small_json(path: Path) -> dict[str, Any]:
    """The object in a small JSON file; an empty one where there is none that can be read."""
    try:
        found = read_json(path, MAX_SMALL) if is_regular(path, links=False) else {}
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def tail(path: Path, most: int) -> tuple[bytes, bool]:
    """The last `most` bytes of a file from the start of a line on, and whether that is all of it."""
    if not is_regular(path, links=False):
        return b"", True
    try:
        with open_regular(path) as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - most))
            data = file.read(most)
    except OSError:
        return b"", True
    return (data, True) if size <= most else (data.partition(b"\n")[2], False)
