"""Resolve an expression in a word space: one unit vector, and the words that it was made of."""

import math
from dataclasses import dataclass

import numpy as np

from explorer.words.errors import ExpressionError
from explorer.words.expressions.lookup import Found, find, hyphenated, joined
from explorer.words.expressions.parse import Weighted, Word, parse, plain_name
from explorer.words.space import WordSpace

# Two words are read as the one they spell together only if it means about what they mean. In glove-100d the cosine
# with their mean is .36 to .66 for 18 of 23 plain compounds (sweatshirt .66, handbag .64, footwear .37; but
# suitcase .19), and below .35 where the phrase is meant (red shirt .-03, a redshirt being a student; greenhouse .14).
_SAME_MEANING = 0.35
_LONGEST_COMPOUND = 3  # words


@dataclass(frozen=True)
class Term:
    """One addend: its weight, and the words of the space whose mean direction it is (one, or a phrase)."""

    weight: float
    words: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class ResolvedExpression:
    """An expression in a space: `vector` is float32 [dim], unit length, read-only; `hints` are whole sentences."""

    text: str
    vector: np.ndarray
    terms: tuple[Term, ...]
    hints: tuple[str, ...]


def resolve(space: WordSpace, text: str, suggest: bool = True) -> ResolvedExpression:
    """Parse `text` and add up its words' unit vectors by weight, scaled to unit length.

    suggest: whether an error on an unknown word makes suggestions, which takes 50 ms. Raises ExpressionError where the
    text cannot be read or its parts cancel out, UnknownWord for unknown words.
    """
    terms, hints = [], []
    total = np.zeros(space.dim)
    size = 0.0
    for part in parse(text):
        words, notes = _match_words(space, part, suggest)
        terms.append(Term(part.weight, words))
        hints += notes
        total += part.weight * _direction(space, words, part.words[0].position)
        size += abs(part.weight)
    length = math.sqrt(float(total @ total))
    if size == 0 or length <= 1e-6 * size:
        raise ExpressionError(
            "The parts of this expression cancel out and leave no direction; change a word or a weight."
        )
    vector = (total / length).astype(np.float32)
    vector.flags.writeable = False
    return ResolvedExpression(text, vector, tuple(terms), tuple(dict.fromkeys(hints)))


def resolve_name(space: WordSpace, name: str, suggest: bool = True) -> ResolvedExpression:
    """Resolve the name of a class, which is a phrase and never a sum (see `plain_name`); otherwise as `resolve`."""
    return resolve(space, plain_name(name), suggest)


def _direction(space: WordSpace, words: tuple[str, ...], position: int) -> np.ndarray:
    """The unit mean of the words' unit vectors, float64 [dim]."""
    mean = np.mean([space.vector(word) for word in words], axis=0, dtype=np.float64)
    length = math.sqrt(float(mean @ mean))
    if length < 1e-6:
        raise ExpressionError(f"The words {' '.join(words)} cancel out and leave no direction.", position)
    return mean / length


def _match_words(space: WordSpace, part: Weighted, suggest: bool) -> tuple[tuple[str, ...], list[str]]:
    """Words of the space for one phrase, and hints; longest compounds first, from the left."""
    words: list[str] = []
    hints: list[str] = []
    at = 0
    while at < len(part.words):
        found = None
        for length in range(min(_LONGEST_COMPOUND, len(part.words) - at), 1, -1):
            found = _as_compound(space, part.words[at : at + length], hints)
            if found:
                break
        if not found:
            length, word = 1, part.words[at]
            found = find(space, word.text, word.position, suggest)
        words += found.words
        hints += found.hints
        at += length
    return tuple(words), hints


def _as_compound(space: WordSpace, typed: tuple[Word, ...], hints: list[str]) -> Found | None:
    spelled = tuple(word.text for word in typed)
    phrase = " ".join(spelled)
    one = hyphenated(space, spelled)
    if one:
        return Found((one,), (f"“{phrase}” is read as the one word {one}.",))
    one = joined(space, spelled)
    known = [space.known(word.lower()) for word in spelled]
    if not one or None in known:
        return Found((one,), (f"“{phrase}” is read as the one word {one}.",)) if one else None
    meaning = _direction(space, tuple(word for word in known if word), typed[0].position)
    if float(space.vector(one) @ meaning) >= _SAME_MEANING:
        return Found((one,), (f"“{phrase}” is read as the one word {one}.",))
    hints.append(f"“{phrase}” is read as a phrase; {one} is another word.")
    return None
