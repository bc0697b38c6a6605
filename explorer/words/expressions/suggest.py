"""Suggestions: known words that an unknown one may have meant."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import islice

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from explorer.words.expressions.inflect import other_numbers
from explorer.words.format import MAX_WORD

_COMMON = 30_000  # a part of a split compound has a rank below this: nearly any letters split into rare words
_SHORTEST_PART = 3  # letters of such a part
_SHORTEST_START = 4  # letters before a word may be completed


class Suggester:
    """Suggestions from words in frequency order."""

    def __init__(self, words: Sequence[str], rows: Mapping[str, int]):
        self._words = words
        self._rows = rows
        self._folded = [word.casefold() for word in words]
        by_length: dict[int, list[int]] = defaultdict(list)
        for row, word in enumerate(self._folded):
            by_length[len(word)].append(row)
        self._by_length = {
            size: (np.array(rows), [self._folded[row] for row in rows]) for size, rows in by_length.items()
        }

    def suggest(self, word: str, n: int = 5) -> list[str]:
        """Up to n, best first: another case, another number, one edit away, two words run together (`red boots`),
        a beginning completed, then what is farther away. More frequent words come first among equals."""
        word = word.strip()[: MAX_WORD + 1]
        folded = word.casefold()
        if not folded or len(folded) > MAX_WORD or n < 1:
            return []
        near, far = self._by_edits(folded)
        sources = (
            self._other_case(folded),
            [other for other in other_numbers(folded) if other in self._rows],
            near[:3],  # then make room for what spelling does not explain
            self._split(folded),
            self._completions(folded),
            near[3:],
            far,
        )
        found = dict.fromkeys(other for source in sources for other in source if other != word)
        return list(found)[:n]

    def _other_case(self, folded: str) -> list[str]:
        rows, spelled = self._by_length.get(len(folded), ((), ()))
        return [self._words[row] for row, other in zip(rows, spelled, strict=True) if other == folded]

    def _by_edits(self, folded: str) -> tuple[list[str], list[str]]:
        """Words one edit away, and words farther away, as far as the length allows (a swap of neighbours is one)."""
        most = 1 if len(folded) < 4 else 2 if len(folded) < 10 else 3
        found = []
        for length in range(len(folded) - most, len(folded) + most + 1):
            if length in self._by_length:
                rows, spelled = self._by_length[length]
                edits = process.cdist([folded], spelled, scorer=OSA.distance, score_cutoff=most, dtype=np.uint8)[0]
                hits = np.flatnonzero(edits <= most)
                found += zip(edits[hits].tolist(), rows[hits].tolist(), strict=True)
        single, skeleton = _without_doubles(folded), _consonants(folded)

        def rank(hit: tuple[int, int]) -> tuple:
            distance, row = hit
            other = self._folded[row]
            # The first letter is seldom wrong; doubled letters and vowels often are: `sliper` is slipper before sniper.
            alike = _without_doubles(other) == single, _consonants(other) == skeleton
            return distance, other[0] != folded[0], not alike[0], not alike[1], row

        found.sort(key=rank)
        near = [self._words[row] for distance, row in found if distance == 1]
        return near, [self._words[row] for distance, row in found if distance > 1]

    def _split(self, folded: str) -> list[str]:
        """The split into two common words whose rarer one is the most frequent."""
        splits = []
        for at in range(_SHORTEST_PART, len(folded) - _SHORTEST_PART + 1):
            first, second = folded[:at].strip("-_ "), folded[at:].strip("-_ ")
            rank = max(self._rows.get(first, _COMMON), self._rows.get(second, _COMMON))
            if rank < _COMMON and min(len(first), len(second)) >= _SHORTEST_PART:
                splits.append((rank, f"{first} {second}"))
        return [split for _, split in sorted(splits)[:1]]

    def _completions(self, folded: str) -> list[str]:
        if len(folded) < _SHORTEST_START:
            return []
        starts = (row for row, other in enumerate(self._folded) if other.startswith(folded))
        return [self._words[row] for row in islice(starts, 2)]


def _without_doubles(word: str) -> str:
    return "".join(mark for mark, before in zip(word, " " + word, strict=False) if mark != before)


def _consonants(word: str) -> str:
    return _without_doubles("".join(mark for mark in word if mark not in "aeiouy"))
