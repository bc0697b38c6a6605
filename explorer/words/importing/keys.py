"""Keys in a file of vectors: ConceptNet's `/c/en/boots`, and whether they are sorted by the alphabet."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from explorer.words.errors import WordSpaceError

_CONCEPT = re.compile(r"/c/([A-Za-z_-]{2,12})/(.+)", re.DOTALL)
_SAMPLE = 200  # words by which the order is known; in a frequency list, too, those that come equally often are sorted
_SORTED = 0.95  # of those, with the one before


class Keys:
    """Turn keys into words, all of the kind of the first: ConceptNet Numberbatch has 78 languages in one file.

    language: whose keys are kept, as in `/c/de/`; English if none is given.
    """

    def __init__(self, label: str, language: str | None):
        self._label, self._given, self._language = label, language, (language or "en").lower()
        self._concepts: bool | None = None
        self._others: Counter[str] = Counter()

    def word(self, key: str) -> str | None:
        """The word, or None for one of another language. Raises WordSpaceError for a language that no key has."""
        match = _CONCEPT.fullmatch(key)
        if self._concepts is None:
            self._concepts = match is not None
            if self._given is not None and not match:
                raise WordSpaceError(
                    f"--language chooses among keys such as /c/{self._language}/word, as ConceptNet Numberbatch has "
                    f"them; {self._label} has none, so leave it out."
                )
        if not self._concepts or not match:
            return key
        if match[1].lower() != self._language:
            self._others[match[1].lower()] += 1
            return None
        return match[2]

    def notes(self, kept: int) -> list[str]:
        """Sentences about what was done. Raises WordSpaceError where no word is left."""
        if not self._concepts:
            return []
        others, total = self._others.most_common(8), sum(self._others.values())
        named = ", ".join(f"{language} ({count:,})" for language, count in others)
        if not kept and total:
            raise WordSpaceError(
                f"{self._label} has no words of the language {self._language!r}, but of these: {named}; "
                "choose one with --language."
            )
        verb = "was" if total == 1 else "were"
        left = f"; {total:,} of other languages {verb} left out: {named}. --language takes another" if total else ""
        return [f"Keys of ConceptNet: words are what stands behind /c/{self._language}/{left}."]


def are_alphabetical(words: Sequence[str]) -> bool:
    """Whether words are sorted by the alphabet, and so not by frequency."""
    sample = words[:: max(1, len(words) // _SAMPLE)]
    if len(sample) < _SAMPLE // 2:
        return False
    orders = (list(sample), [word.casefold() for word in sample])
    return any(sum(one <= other for one, other in pairwise(order)) >= _SORTED * (len(order) - 1) for order in orders)
