"""Real pictures that a translator's folder carries, so that it can be tried without its data set."""

import io
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from explorer.files import read_bytes

FILE = "examples.png"
EXAMPLES = 24  # of each domain
MAX_BYTES = 8 << 20


class Examples(NamedTuple):
    """Pictures uint8 [N, H, W, C] of domains a and b; and of each those that come back worst, where it was measured."""

    a: np.ndarray
    b: np.ndarray
    worst_a: np.ndarray
    worst_b: np.ndarray


def examples_sheet(*rows: np.ndarray) -> Image.Image:
    """EXAMPLES pictures uint8 [N, H, W, C] side by side a row: domains a and b, and their worst, if any."""
    return Image.fromarray(np.concatenate([np.concatenate(list(row), axis=1) for row in rows]).squeeze())


def examples_png(*rows: np.ndarray) -> bytes:
    """The same as the content of a file."""
    buffer = io.BytesIO()
    examples_sheet(*rows).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def read_examples(folder: Path, shape: tuple[int, int, int]) -> Examples:
    """The pictures of a translator in `folder` that takes `shape` [C, H, W]; none where the file is missing, or is not
    as we write it."""
    channels, side, _ = shape
    none = np.empty((0, side, side, channels), np.uint8)
    try:
        with Image.open(io.BytesIO(read_bytes(folder / FILE, MAX_BYTES)), formats=["PNG"]) as image:
            rows = image.height // side
            if image.size != (EXAMPLES * side, rows * side) or rows not in (2, 4):
                return Examples(none, none, none, none)
            pixels = np.asarray(image.convert("L" if channels == 1 else "RGB"))
    except Exception:  # decoders fail in many ways, and a translator is good without examples
        return Examples(none, none, none, none)
    tiles = pixels.reshape(rows, side, EXAMPLES, side, channels).swapaxes(1, 2)
    return Examples(*tiles, *[none] * (4 - rows))
