"""A picture that a page sent, and what a generator draws it from: a task of the Inside and of the Walk tab."""

import io
import math
import time
from typing import TYPE_CHECKING, Any

from explorer.app.shared.public_names import named
from explorer.app.shared.replies import base64_text, rows_png, tiles_png
from explorer.app.shared.request import RequestError, read_bytes

if TYPE_CHECKING:
    from explorer.app.shared.tasks import Progress
    from explorer.explore import Studio
    from explorer.explore.inside.inversion import Inversion

MOST_PICTURE = 6 * 2**20  # letters of a picture that is sent, in base64
MOST_SIDE = 1024  # its pixels, either way
PREVIEW_EVERY = 0.3  # seconds between two previews of the best picture so far


def read_picture(raw: dict) -> bytes:
    """Read the bytes of the PNG that was sent, at most 1024 pixels wide and high; raises RequestError."""
    from PIL import Image

    data = read_bytes(raw, "picture", MOST_PICTURE)
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
            fits = max(image.size) <= MOST_SIDE
    except Exception as error:  # decoders fail in many ways, and each means the same
        raise RequestError("This picture could not be read; choose another one.") from error
    if not fits:
        raise RequestError(f"A picture may have at most {MOST_SIDE} x {MOST_SIDE} pixels.")
    return data


def find(studio: "Studio", data: bytes, source: str, progress: "Progress") -> "Inversion":
    """Search for a picture, a PNG's bytes, in the checkpoint `source`; the page sees the best one so far."""
    from explorer.explore.inside.inversion import invert

    previewed = 0.0

    def watch(done: float, tile) -> None:
        nonlocal previewed
        progress.report("searching", done, 1)
        if time.monotonic() - previewed > PREVIEW_EVERY:
            previewed = time.monotonic()
            progress.preview = {"png": base64_text(rows_png(tile[None, None]))}

    progress.report("looking at the picture", 0, 0)
    return invert(studio, data, source, watch=watch, stop=progress.stop)


def found_reply(found: "Inversion", name: str) -> dict[str, Any]:
    """The picture as it was sought, the one that was found (a PNG with its spec), and how near they are.

    name: the checkpoint's. psnr: in dB, None for an exact one. space: `z` or `w+`.
    """
    return {
        "png": base64_text(tiles_png(named(found.picture, name), save=True)),
        "sought": base64_text(rows_png(found.target[None, None])),
        "error": round(found.error, 1),
        "space": found.space,
        "psnr": round(found.psnr, 1) if math.isfinite(found.psnr) else None,
        "notes": list(found.notes),
    }
