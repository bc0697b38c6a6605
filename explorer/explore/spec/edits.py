"""Edits of a picture beyond its word and its latents: z pushed along directions, units switched off."""

from dataclasses import dataclass
from typing import Literal

from explorer.explore.spec.checks import SpecError, items, number, put, shown, text, whole

MAX_PUSHES = 16
MAX_AXIS_NUMBERS = 2048  # all pushes together, so that the JSON of the largest spec still fits a PNG text chunk
MAX_OFF = 1024
MAX_LAYERS = 32  # with units switched off
MAX_UNIT = 4095
OFF_TO = ("zero", "mean")
MAX_AMOUNT, MAX_COORDINATE = 100.0, 10.0  # far beyond what a generator has a picture for


@dataclass(frozen=True)
class Push:
    """A step in z along one axis: `amount` times `axis` is added to every tile's z, after psi.

    axis: Z numbers of -10 .. 10, not all zero, written out so that a picture is redrawn without the library the axis
    came from. amount: -100 .. 100; along an axis of unit length, as the library's are, in standard deviations of z.
    """

    axis: tuple[float, ...]
    amount: float = 1.0

    def __post_init__(self) -> None:
        axis = items(self.axis, "the axis of a direction", 1, MAX_AXIS_NUMBERS)
        axis = tuple(number(x, "a coordinate of an axis", -MAX_COORDINATE, MAX_COORDINATE) for x in axis)
        if not any(axis):
            raise SpecError("An axis of zeros points nowhere; give one with a direction.")
        put(self, "axis", axis)
        put(self, "amount", number(self.amount, "a direction's amount", -MAX_AMOUNT, MAX_AMOUNT))


@dataclass(frozen=True)
class Edits:
    """The edits of a spec; `Edits()` are none.

    directions: pushes of z, added up. off: units of the generator that are switched off wherever they are used, as
    (layer, unit), such as ("blocks.1", 17); kept sorted and once each, so that equal edits are equal. off_to: what
    their maps are set to, 0 or each unit's own mean over pictures of the labels.
    """

    directions: tuple[Push, ...] = ()
    off: tuple[tuple[str, int], ...] = ()
    off_to: Literal["zero", "mean"] = "zero"

    def __post_init__(self) -> None:
        directions = items(self.directions, "the directions of a spec", 0, MAX_PUSHES)
        for push in directions:
            if not isinstance(push, Push):
                raise SpecError(f"Each direction of a spec is a Push(axis, amount), not {shown(push)}.")
        if sum(len(push.axis) for push in directions) > MAX_AXIS_NUMBERS:
            raise SpecError(f"The directions of one spec hold at most {MAX_AXIS_NUMBERS} numbers in all; use fewer.")
        put(self, "directions", directions)
        off = {_unit(pair) for pair in items(self.off, "the units switched off", 0, MAX_OFF)}
        if len({layer for layer, _ in off}) > MAX_LAYERS:
            raise SpecError(f"The units switched off in one spec lie in at most {MAX_LAYERS} layers; use fewer.")
        put(self, "off", tuple(sorted(off)))
        if self.off_to not in OFF_TO:
            raise SpecError(f"Units are switched off to {' or '.join(OFF_TO)}, not {shown(self.off_to)}.")
        if not off:
            put(self, "off_to", "zero")

    def __bool__(self) -> bool:
        return bool(self.directions or self.off)


def _unit(pair: object) -> tuple[str, int]:
    layer, unit = items(pair, "a unit (layer, number)", 2, 2)
    return text(layer, "a layer's name", 1, 40), whole(unit, "a unit's number", 0, MAX_UNIT)


NO_EDITS = Edits()
