"""Whether a word never heard in training is drawn as what it means: the lists that this is measured on."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from explorer.errors import ExplorerError
from explorer.words.expressions.inflect import other_numbers

HERE = Path(__file__).parent
HALVES = ("tune", "test")


@dataclass(frozen=True)
class Grounding:
    """Words that are no labels, each with the labels that a person would accept for it.

    What is chosen is chosen on `tune`; `test` is only reported.
    """

    tune: dict[str, tuple[str, ...]]
    test: dict[str, tuple[str, ...]]

    def held_out(self) -> frozenset[str]:
        """Every form of every word of both halves: what no training and no list of synonyms may hold."""
        return frozenset(form for half in (self.tune, self.test) for word in half for form in forms(word))

    def refuse(self, heard: Iterable[str]) -> None:
        """Raise ExplorerError if one of these words (of a training, of a list of synonyms) is held out."""
        if found := sorted(self.held_out().intersection(word.lower() for word in heard)):
            raise ExplorerError(
                f"{found[0]!r} is a word that grounding is measured on, so it may not be heard in training or stand in "
                "a list of synonyms; leave it out."
            )


def names() -> tuple[str, ...]:
    """The data sets that have a list."""
    return tuple(sorted(path.stem for path in HERE.glob("*.txt")))


@cache
def load(data: str) -> Grounding | None:
    """The list for a data set ("fashion-mnist"), or None when there is none for it."""
    path = HERE / f"{data}.txt"
    if not re.fullmatch(r"[a-z0-9-]+", data) or not path.is_file():
        return None
    halves: dict[str, dict[str, tuple[str, ...]]] = {half: {} for half in HALVES}
    half = HALVES[0]
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("["):
            half = line.strip("[]")
        elif line and not line.startswith("#"):
            word, accepted = line.split(":")
            halves[half][word] = tuple(accepted.split())
    return Grounding(**halves)


@cache
def forms(word: str) -> frozenset[str]:
    """A word with all its spellings: other numbers of it, and with, without or with a blank for its hyphens."""
    spelt = {word, word.replace("-", ""), word.replace("-", " ")}
    spelt |= {other for spelling in tuple(spelt) for other in other_numbers(spelling)}
    return frozenset(spelt | {other for spelling in tuple(spelt) for other in other_numbers(spelling)})
