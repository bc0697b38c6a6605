"""What the Inside tab's page asks for, read as if a stranger had written it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from explorer.app.shared.request import (
    DRAWN_WITH,
    RequestError,
    SourceOf,
    check_fields,
    list_of,
    read_bytes,
    read_request,
)
from explorer.checks import is_number

if TYPE_CHECKING:
    import numpy as np

    from explorer.checkpoint import Checkpoint
    from explorer.explore import Spec

DRAWN = DRAWN_WITH | {"tab", "w", "s", "n", "c", "save"}  # the fields that `read_request` reads
METHODS = ("pca", "sefa", "own")
MOST_OFF, MOST_PUSHES = 256, 16
SIGMAS = 3.0  # how far a slider goes either way; said here, where requests are read without torch
MOST_NAME, MOST_LABEL, MOST_LAYER = 60, 200, 40  # letters
MOST_REGION = 2**20  # letters of a brushed region: a bit a pixel, in base64


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
    save: str
    sliders: tuple[Slider, ...]
    more: dict[str, Any]


def read_inside_request(raw: object, source_of: SourceOf, default: str, more: tuple[str, ...] = ()) -> InsideRequest:
    """Read the request in `raw`, a decoded JSON value of any kind.

    Fields: those of the Explore tab's requests that a word, its noise and its generator need; off: up to 256 [layer,
    unit]; mean: whether these take their means instead of 0; push: up to 16 [method, which, amount]; and those named in
    `more`, read by the functions below. Raises RequestError, or the spec's own error, with a sentence.
    """
    from explorer.explore import Edits

    check_fields(raw, DRAWN | {"off", "mean", "push", *more})
    request = read_request({key: value for key, value in raw.items() if key in DRAWN}, source_of, default)
    off = _at_most(raw.get("off", []), MOST_OFF, "units switched off")
    if not all(isinstance(unit, list) and len(unit) == 2 and type(unit[1]) is int for unit in off):
        raise RequestError("A unit that is switched off is a layer's name and a number.")
    if type(raw.get("mean", False)) is not bool:
        raise RequestError("Whether units are held at their means is true or false.")
    edits = Edits(off=tuple(map(tuple, off)), off_to="mean" if raw.get("mean") else "zero")
    spec = request.spec.replace(edits=edits)
    sliders = tuple(map(_read_slider, _at_most(raw.get("push", []), MOST_PUSHES, "directions")))
    others = {key: raw[key] for key in more if key in raw}
    return InsideRequest(request.tab, request.name, spec, request.save, sliders, others)


def read_region(raw: dict, checkpoint: "Checkpoint", count: int) -> "np.ndarray | None":
    """Read the brushed region, bool [count, H, W], a bit a pixel; None if nothing was brushed. Raises RequestError."""
    import numpy as np

    if raw.get("region") is None:
        return None
    _, height, width = checkpoint.image_shape
    data = read_bytes(raw, "region", MOST_REGION)
    if len(data) != -(-count * height * width // 8):
        raise RequestError("What was brushed does not fit the pictures on show; brush them again.")
    bits = np.unpackbits(np.frombuffer(data, np.uint8), count=count * height * width)
    return bits.reshape(count, height, width).astype(bool)


def _read_slider(raw: object) -> Slider:
    method, which, amount = list_of(raw, object, "A direction is a method, which of its axes, and how far.", 3, 3)
    if method not in METHODS:
        raise RequestError(f"Directions are found by {', '.join(METHODS[:2])}, or one's own.")
    if method == "own":
        if not isinstance(which, str) or not 1 <= len(which) <= MOST_NAME:
            raise RequestError("A direction of one's own goes by its name.")
    elif type(which) is not int or not 0 <= which < 100:
        raise RequestError("An axis goes by its number.")
    if not is_number(amount, -SIGMAS, SIGMAS):
        raise RequestError(f"A direction is pushed by {-SIGMAS:g} to {SIGMAS:g} standard deviations.")
    return Slider(method, which, float(amount))


def _at_most(value: object, most: int, what: str) -> list:
    return list_of(value, object, f"There can be at most {most} {what} at once.", 0, most)
