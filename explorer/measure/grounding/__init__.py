"""Grounding: whether words that no training used are drawn as what they mean. The lists of words to measure it on."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from explorer.errors import ExplorerError
from explorer.words.expressions.inflect import other_numbers

HERE = Path(__file__).parent
HALVES = ("tune", "test")
WITHIN = 0.01  # of the best score: less is no reason to draw words further from what was typed


@dataclass(frozen=True)
class Grounding:
    """Words that are no labels, each with the labels that a person would accept for it.

    Choices are made on `tune`; `test` is only reported.
    """

    tune: dict[str, tuple[str, ...]]
    test: dict[str, tuple[str, ...]]

    def held_out(self) -> frozenset[str]:
        """Every form of every word of both halves. No training and no list of synonyms may hold one."""
        return frozenset(form for half in (self.tune, self.test) for word in half for form in forms(word))

    def refuse(self, words: Iterable[str]) -> None:
        """Raise ExplorerError if one of these words (of a training, of a list of synonyms) is held out."""
        if found := sorted(self.held_out().intersection(word.lower() for word in words)):
            raise ExplorerError(
                f"{found[0]!r} is a word that grounding is measured on, so it may not be used in training or stand in "
                "a list of synonyms; leave it out."
            )


def names() -> tuple[str, ...]:
    """Names of the data sets that have a list."""
    return tuple(sorted(path.stem for path in HERE.glob("*.txt")))


@cache
def load(data: str, labels: tuple[str, ...] = ()) -> Grounding | None:
    """Read the list for a data set ("fashion-mnist"), or for the first of several ("emoji-styles + icons") that has
    one; None when there is none. Without the words of which a form is among `labels`: another of several may have
    pictures of them."""
    paths = [HERE / f"{name}.txt" for name in data.split(" + ") if re.fullmatch(r"[a-z0-9-]+", name)]
    path = next((path for path in paths if path.is_file()), None)
    if path is None:
        return None
    halves: dict[str, dict[str, tuple[str, ...]]] = {half: {} for half in HALVES}
    half = HALVES[0]
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("["):
            half = line.strip("[]")
        elif line and not line.startswith("#"):
            word, accepted = line.split(":")
            if not forms(word) & set(labels):
                halves[half][word] = tuple(accepted.split())
    return Grounding(**halves)


@cache
def forms(word: str) -> frozenset[str]:
    """A word and its spellings: singular and plural, and with hyphens, without, or with blanks in their place."""
    spelt = {word, word.replace("-", ""), word.replace("-", " ")}
    spelt |= {other for spelling in tuple(spelt) for other in other_numbers(spelling)}
    return frozenset(spelt | {other for spelling in tuple(spelt) for other in other_numbers(spelling)})
