"""Sheets of runs that we made, so that an estimate can show what a budget looks like."""

import json
from dataclasses import dataclass
from functools import lru_cache
from math import log2
from pathlib import Path

from explorer.training.resolve import PictureFacts

FOLDER = Path(__file__).parent / "example_sheets"
"""JPEGs, and examples.json with a line for each; assets/examples/add_sheet.py takes them from run folders."""


@dataclass(frozen=True)
class Example:
    """A sheet of samples with a row a word.

    file: its name in the folder. about: what was trained. words: how many words its pictures had; each: pictures of one
    word and style; side, channels: of the pictures; kimg: thousands of pictures seen until then.
    """

    file: str
    about: str
    words: int
    each: float
    side: int
    channels: int
    kimg: float

    @property
    def path(self) -> Path:
        """Where the sheet lies."""
        return FOLDER / self.file

    @property
    def sentence(self) -> str:
        """What it shows."""
        return f"Of our own runs the most like it: {self.about}, after {self.kimg:g} kimg."

    def distance(self, pictures: PictureFacts, kimg: float) -> float:
        """How unlike a training of such pictures is, in doublings of words, pictures a word, pixels, kimg a word."""
        ratios = [
            len(pictures.counts) / self.words,
            pictures.each / self.each,
            (pictures.side / self.side) ** 2,
            (kimg / len(pictures.counts)) / (self.kimg / self.words),
        ]
        return sum(abs(log2(max(ratio, 1e-6))) for ratio in ratios) + 2 * (pictures.channels != self.channels)


UNLIKE = 8.0  # doublings from which on an example says nothing


def nearest_example(pictures: PictureFacts, kimg: float) -> Example | None:
    """The example that is most like a training of these pictures with this budget; None where each is too unlike."""
    best = min(examples(), key=lambda example: example.distance(pictures, kimg))
    return best if best.distance(pictures, kimg) < UNLIKE else None


def ages_of(example: Example | None) -> tuple[Example, ...]:
    """The examples of the same training, the youngest first; none of None."""
    same = (one for one in examples() if example is not None and one.about == example.about)
    return tuple(sorted(same, key=lambda one: one.kimg))


@lru_cache(1)
def examples() -> tuple[Example, ...]:
    """All examples."""
    return tuple(Example(**fields) for fields in json.loads((FOLDER / "examples.json").read_text("utf-8")))
