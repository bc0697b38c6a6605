"""Pictures as the bytes of files, and folders of them."""

import io
from pathlib import Path
from typing import Any

from PIL import Image


def png(colour: Any = 200, size: int | tuple[int, int] = 28, mode: str | None = None, **options: Any) -> bytes:
    """A PNG of one colour: grey for a number, RGB for the name of a colour, else in `mode`."""
    buffer = io.BytesIO()
    mode = mode or ("L" if isinstance(colour, int) else "RGB")
    Image.new(mode, (size, size) if isinstance(size, int) else size, colour).save(buffer, "PNG", **options)
    return buffer.getvalue()


def write_files(root: Path, files: dict[str, bytes]) -> Path:
    """Write files, path below root -> content; returns root."""
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    return root
