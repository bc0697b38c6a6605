"""The layers of a judge's network; free of torch, so that listing judges is quick."""

from dataclasses import dataclass
from typing import Any

MOST_LAYERS, MOST_WIDTH = 16, 512


@dataclass(frozen=True)
class Layout:
    """Convolutions, one after another.

    widths: output channels of each. halved: whether a max pool of 2 x 2 comes before it.
    """

    widths: tuple[int, ...]
    halved: tuple[bool, ...]

    @property
    def features(self) -> int:
        """The number of features of a picture."""
        return self.widths[-1]


def small(side: int) -> Layout:
    """The layout for grey pictures of `side` pixels. Only the first convolution has the full size, where they are slow:
    the features of 64 pictures take less time than typing a letter."""
    return Layout((24, 48, 48, 96, 128), (False, True, side > 32, True, False))


def large(side: int) -> Layout:
    """The layout for colour pictures, which show more than strokes and outlines: twice the work of the small one."""
    return Layout((32, 64, 64, 128, 128, 192, 192), (False, True, side > 32, True, False, True, False))


def wide(side: int) -> Layout:
    """The layout for hundreds of classes: some 1.3 MB in float16 with 670 of them."""
    return Layout((32, 64, 64, 128, 128, 192), (False, True, side > 32, True, False, True))


def slim(side: int) -> Layout:
    """The layout for telling styles apart, which shows in colours and outlines: 150 kB in float16."""
    return Layout((16, 32, 32, 64, 64), (False, True, side > 32, True, False))


def read_layout(fields: Any, side: int) -> Layout:
    """Check the layout in a config; without one it is the small one, as of all judges of earlier versions.

    Raises ValueError with a sentence.
    """
    if fields is None:
        return small(side)
    if not isinstance(fields, dict) or fields.keys() != {"widths", "halved"}:
        raise ValueError("its layout is none")
    widths, halved = fields["widths"], fields["halved"]
    if not all(isinstance(part, list) and 1 <= len(part) <= MOST_LAYERS for part in (widths, halved)):
        raise ValueError(f"its layout does not list 1 to {MOST_LAYERS} layers")
    if not all(type(width) is int and 1 <= width <= MOST_WIDTH for width in widths):
        raise ValueError(f"the widths of its layers are not numbers from 1 to {MOST_WIDTH}")
    if len(halved) != len(widths) or not all(type(one) is bool for one in halved) or side >> sum(halved) < 1:
        raise ValueError("its layers are halved in a way that pictures of its shape cannot be")
    return Layout(tuple(widths), tuple(halved))
