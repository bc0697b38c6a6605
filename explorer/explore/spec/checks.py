"""The checks behind a spec: each returns the value in its canonical type, or raises `SpecError` with one sentence."""

import math
import unicodedata
from collections.abc import Iterable

from explorer.checks import is_number, is_whole
from explorer.errors import ExplorerError


class SpecError(ExplorerError):
    """A spec that cannot be drawn: the sentence names the field and what it should hold."""


def put(value: object, name: str, content: object) -> None:
    object.__setattr__(value, name, content)  # how a frozen dataclass stores what it has checked


def shown(value: object) -> str:
    """A value as an error may show it: short, whatever it is."""
    plain = isinstance(value, (str, int, float, bool)) and _is_short(value)
    # str, for NumPy's floats are floats that call themselves np.float64(...)
    text = (f"{value!r}" if isinstance(value, str) else f"{value!s}") if plain else type(value).__name__
    return text if len(text) <= 60 else text[:57] + "..."


def _is_short(value: object) -> bool:
    return not isinstance(value, int) or value.bit_length() < 200  # longer ints are slow, or refuse, to be printed


def whole(value: object, name: str, low: int, high: int) -> int:
    if not is_whole(value):
        raise SpecError(f"{name} must be a whole number, not {shown(value)}.")
    if not low <= value <= high:
        raise SpecError(f"{name} must lie between {low} and {high}, not {shown(value)}.")
    return int(value)


def number(value: object, name: str, low: float, high: float) -> float:
    if not is_number(value, -math.inf, math.inf):
        raise SpecError(f"{name} must be a number, not {shown(value)}.")
    if not low <= value <= high:  # False for NaN too
        raise SpecError(f"{name} must lie between {low:g} and {high:g}, not {shown(value)}.")
    return float(value) + 0.0  # no -0.0, so that equal specs have equal JSON


def text(value: object, name: str, shortest: int, longest: int) -> str:
    if not isinstance(value, str):
        raise SpecError(f"{name} must be text, not {shown(value)}.")
    if not shortest <= len(value) <= longest:
        raise SpecError(f"{name} must have {shortest} to {longest} characters, not {len(value)}.")
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in value):
        raise SpecError(f"{name} holds a control character; type it as plain text on one line.")
    return str(value)


def items(value: object, name: str, fewest: int, most: int) -> tuple:
    if isinstance(value, (str, bytes, dict)) or not isinstance(value, Iterable) or not hasattr(value, "__len__"):
        raise SpecError(f"{name} must be a list, not {shown(value)}.")
    if not fewest <= len(value) <= most:
        raise SpecError(f"{name} must hold {fewest} to {most} items, not {len(value)}.")
    return tuple(value)
