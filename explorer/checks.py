"""Checks of values from outside: a page, a stranger's file, the command line. Each room words its own errors."""

import math
import sys
from collections.abc import Collection
from numbers import Integral, Real

_LARGEST = sys.float_info.max


def is_whole(value: object, low: float = -math.inf, high: float = math.inf) -> bool:
    """Whether this is a whole number within bounds; true and false are none."""
    return isinstance(value, Integral) and not isinstance(value, bool) and low <= value <= high


def is_number(value: object, low: float = -_LARGEST, high: float = _LARGEST) -> bool:
    """Whether this is a number within bounds, and finite; true and false are none."""
    return isinstance(value, Real) and not isinstance(value, bool) and bool(low <= value <= high)


def is_choice(value: object, choices: Collection) -> bool:
    """Whether this is one of the choices; true and false are no numbers."""
    return not isinstance(value, bool) and value in choices


def number_or_none(value: object, most: float, least: float = 0) -> float | None:
    """A number from `least` to `most`; None for anything else."""
    return value if is_number(value, least, most) else None


def line_or_none(value: object, most: int) -> str | None:
    """A text of at most `most` letters on one line, without control characters; None for anything else."""
    if not isinstance(value, str) or not value.strip():
        return None
    return "".join(letter if letter.isprintable() else " " for letter in value[:most]).rstrip()
