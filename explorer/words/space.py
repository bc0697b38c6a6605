"""`WordSpace`: words and their unit vectors."""

import re
from collections.abc import Collection, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.words.errors import UnknownWord, WordSpaceError
from explorer.words.format import RawSpace, read_space

if TYPE_CHECKING:
    from gensim.models import KeyedVectors

    from explorer.words.expressions.resolve import ResolvedExpression


_TAGGED = re.compile(r"(.+)[|_]([A-Z]{1,12})", re.DOTALL)


class WordSpace:
    """An immutable set of words with unit vectors; `open_space` makes them.

    name: shown in menus. hash: sha256 of the content (words and vectors, not the name or card).
    words: in frequency order. matrix: float32 [len(words), dim], unit rows, read-only. card: source, licence
    and how it was made. path: the file it came from.
    """

    def __init__(self, raw: RawSpace, path: Path | None = None):
        self.name = raw.name
        self.words = raw.words
        self.matrix = raw.vectors
        self.hash = raw.sha256
        self.card: dict[str, Any] = raw.card
        self.path = path
        self._rows = {word: row for row, word in enumerate(raw.words)}

    @classmethod
    def open(cls, path: Path) -> "WordSpace":
        """The space in one of our files; raises WordSpaceError."""
        return cls(read_space(path), path)

    @property
    def dim(self) -> int:
        """Numbers in a vector."""
        return self.matrix.shape[1]

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        return word in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self.words)

    def __repr__(self) -> str:
        return f"<WordSpace {self.name}: {len(self)} words, {self.dim} dimensions>"

    def rank(self, word: str) -> int:
        """The word's place in frequency order, 0 the most frequent; raises UnknownWord."""
        if word not in self._rows:
            suggestions = tuple(self.suggest(word))
            raise UnknownWord(unknown_sentence(word, self.name, suggestions), word, 0, suggestions)
        return self._rows[word]

    def vector(self, word: str) -> np.ndarray:
        """The unit vector of exactly this word, float32 [dim]; raises UnknownWord."""
        return self.matrix[self.rank(word)]

    def known(self, word: str) -> str | None:
        """The word itself or, where words carry tags, its most frequent tagged form (`boots`: `boots|NOUN`); or
        None."""
        return word if word in self._rows else next(iter(self.tagged.get(word, ())), None)

    @cached_property
    def tagged(self) -> dict[str, list[str]]:
        """Untagged word -> its tagged forms, the most frequent first, if words carry parts of speech (`boots|NOUN`,
        `boots_NOUN`); empty for other spaces."""
        sample = self.words[:: max(1, len(self) // 1000)]
        if sum(_TAGGED.fullmatch(word) is not None for word in sample) < 0.8 * len(sample):
            return {}
        found: dict[str, list[str]] = {}
        for word in self.words:
            if match := _TAGGED.fullmatch(word):
                found.setdefault(match[1], []).append(word)
        return found

    def resolve(self, text: str) -> "ResolvedExpression":
        """The vector of an expression (see `expressions.parse`); raises ExpressionError or UnknownWord."""
        from explorer.words.expressions.resolve import resolve

        return resolve(self, text)

    def resolve_name(self, name: str, suggest: bool = True) -> "ResolvedExpression":
        """The vector of a class's name, which is a phrase and never a sum; raises as `resolve`, without suggestions
        unless `suggest` is set."""
        from explorer.words.expressions.resolve import resolve_name

        return resolve_name(self, name, suggest)

    def nearest(self, vector: np.ndarray, n: int = 10, exclude: Collection[str] = ()) -> list[tuple[str, float]]:
        """The n words of highest cosine to `vector` [dim], best first, without those in `exclude`."""
        cosines = self.cosines(vector)
        wanted = min(len(self), max(0, n) + len(exclude))
        best = np.argpartition(-cosines, wanted - 1)[:wanted] if wanted else np.empty(0, dtype=int)
        best = best[np.lexsort((best, -cosines[best]))]
        return [(self.words[i], float(cosines[i])) for i in best if self.words[i] not in exclude][: max(0, n)]

    def cosines(self, vector: np.ndarray) -> np.ndarray:
        """The cosine of `vector` [dim] with every word, float32 [len(self)]; raises WordSpaceError."""
        vector = np.asarray(vector, dtype=np.float32)
        if vector.shape != (self.dim,):
            raise WordSpaceError(f"The space {self.name} compares vectors of {self.dim} numbers, not {vector.shape}.")
        norm = float(np.linalg.norm(vector))
        if not (np.isfinite(norm) and norm > 0):
            raise WordSpaceError("Only a finite vector that points somewhere can be compared with words.")
        return self.matrix @ (vector / norm)

    def suggest(self, word: str, n: int = 5) -> list[str]:
        """Up to n known words that `word` may have meant, best first (case, plural, compound, edit distance)."""
        return self._suggester.suggest(word, n)

    @cached_property
    def _suggester(self) -> Any:
        from explorer.words.expressions.suggest import Suggester

        words = list(dict.fromkeys(map(untagged, self.words))) if self.tagged else self.words
        return Suggester(words, {word: row for row, word in enumerate(words)} if self.tagged else self._rows)

    def keyed_vectors(self) -> "KeyedVectors":
        """A gensim KeyedVectors with the same words and rows (imports gensim: about a second)."""
        from gensim.models import KeyedVectors

        keyed = KeyedVectors(self.dim, count=0, dtype=np.float32)
        keyed.add_vectors(list(self.words), self.matrix)
        return keyed


def untagged(word: str) -> str:
    """A word without its part of speech, if it carries one."""
    match = _TAGGED.fullmatch(word)
    return match[1] if match else word


def unknown_sentence(word: str, space: str, suggestions: tuple[str, ...]) -> str:
    """The error message about an unknown word."""
    shown = word if len(word) <= 40 else word[:39] + "…"
    if not suggestions:
        return f"“{shown}” is not among the words of {space}; try another word for it."
    return f"“{shown}” is not among the words of {space}; did you mean {', '.join(suggestions)}?"
