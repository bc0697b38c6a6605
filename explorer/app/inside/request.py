"""What the page of the Inside tab asks for, read as if a stranger had written it."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from explorer.app.shared.request import RequestError, read_request

if TYPE_CHECKING:
    import numpy as np

    from explorer.checkpoint import Checkpoint
    from explorer.explore import Spec

DRAWN = {"tab", "w", "s", "n", "psi", "c", "save"}  # the fields that `read_request` reads
METHODS = ("pca", "sefa", "own")
MOST_OFF, MOST_PUSHES = 256, 16
SIGMAS = 3.0  # how far a slider goes either way; said here, where asks are read without torch
MOST_NAME = 60
MOST_LABEL = 200
MOST_REGION = 2**20  # letters of a brushed region: a bit a pixel, in base64
MOST_SENT = 6 * 2**20  # letters of a picture that is sent, in base64
MOST_SIDE = 1024  # its pixels, either way
_NUMBER = (int, float)


@dataclass(frozen=True)
class Slider:
    """One direction and how far it is pushed, in standard deviations.

    method: `pca` or `sefa`, where `which` is the number of the axis, or `own`, where it is a saved direction's name.
    """

    method: str
    which: int | str
    amount: float


@dataclass(frozen=True)
class InsideRequest:
    """tab: the mailbox; name: the checkpoint's; spec: what to draw, units switched off in it; save: as a file;
    sliders: what its z is pushed along; more: the other fields, as checked by what reads them."""

    tab: str
    name: str
    spec: "Spec"
    save: bool
    sliders: tuple[Slider, ...]
    more: dict[str, Any]


def read_inside_request(
    raw: object, source_of: Callable[[str], str | None], default: str, more: tuple[str, ...] = ()
) -> InsideRequest:
    """The ask in `raw`, a decoded JSON value of any kind.

    Fields: those of the Explore tab's asks that a word, its noise and its generator need; off: up to 256 [layer, unit];
    push: up to 16 [method, which, amount]; and those named in `more`, read by the functions below. Raises
    RequestError, or the spec's own error, with a sentence.
    """
    from explorer.explore import Edits

    if not isinstance(raw, dict) or not set(raw) <= DRAWN | {"off", "push", *more}:
        raise RequestError("This page and the app do not understand each other; reload the page.")
    ask = read_request({key: value for key, value in raw.items() if key in DRAWN}, source_of, default)
    off = _list(raw.get("off", []), MOST_OFF, "units switched off")
    if not all(isinstance(unit, list) and len(unit) == 2 and _is_whole(unit[1]) for unit in off):
        raise RequestError("A unit that is switched off is a layer's name and a number.")
    spec = ask.spec.replace(edits=Edits(off=tuple(map(tuple, off))))
    sliders = tuple(map(_slider, _list(raw.get("push", []), MOST_PUSHES, "directions")))
    return InsideRequest(ask.tab, ask.name, spec, ask.save, sliders, {key: raw[key] for key in more if key in raw})


def text_of(raw: object, field: str, most: int) -> str:
    """A text of 1 to `most` letters; raises RequestError."""
    value = raw.get(field) if isinstance(raw, dict) else None
    if not isinstance(value, str) or not 1 <= len(value) <= most or not value.isprintable():
        raise RequestError(f"The field {field} must be text of 1 to {most} letters.")
    return value


def region_of(raw: dict, checkpoint: "Checkpoint", count: int) -> "np.ndarray | None":
    """The brushed region, bool [count, H, W], a bit a pixel; None if nothing was brushed. Raises RequestError."""
    import numpy as np

    text = raw.get("region")
    if text is None:
        return None
    _, height, width = checkpoint.image_shape
    data = _bytes(text, MOST_REGION, "region")
    if len(data) != -(-count * height * width // 8):
        raise RequestError("What was brushed does not fit the pictures on show; brush them again.")
    bits = np.unpackbits(np.frombuffer(data, np.uint8), count=count * height * width)
    return bits.reshape(count, height, width).astype(bool)


def picture_of(raw: dict) -> bytes:
    """The bytes of the PNG that was sent, at most 1024 pixels wide and high; raises RequestError."""
    import io

    from PIL import Image

    data = _bytes(raw.get("picture"), MOST_SENT, "picture")
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
            fits = max(image.size) <= MOST_SIDE
    except Exception as error:  # decoders fail in many ways, and each means the same
        raise RequestError("This picture could not be read; choose another one.") from error
    if not fits:
        raise RequestError(f"A picture may have at most {MOST_SIDE} x {MOST_SIDE} pixels.")
    return data


def _bytes(text: object, most: int, what: str) -> bytes:
    if not isinstance(text, str) or not 1 <= len(text) <= most:
        raise RequestError(f"The {what} that was sent is missing or too large; choose a smaller one.")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise RequestError(f"The {what} that was sent cannot be read.") from error


def _slider(raw: object) -> Slider:
    if not isinstance(raw, list) or len(raw) != 3:
        raise RequestError("A direction is a method, which of its axes, and how far.")
    method, which, amount = raw
    if method not in METHODS:
        raise RequestError(f"Directions are found by {', '.join(METHODS[:2])}, or one's own.")
    if method == "own":
        if not isinstance(which, str) or not 1 <= len(which) <= MOST_NAME:
            raise RequestError("A direction of one's own goes by its name.")
    elif not _is_whole(which) or not 0 <= which < 100:
        raise RequestError("An axis goes by its number.")
    if isinstance(amount, bool) or not isinstance(amount, _NUMBER) or not -SIGMAS <= amount <= SIGMAS:
        raise RequestError(f"A direction is pushed by {-SIGMAS:g} to {SIGMAS:g} standard deviations.")
    return Slider(method, which, float(amount))


def _list(value: object, most: int, what: str) -> list:
    if not isinstance(value, list) or len(value) > most:
        raise RequestError(f"There can be at most {most} {what} at once.")
    return value


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
