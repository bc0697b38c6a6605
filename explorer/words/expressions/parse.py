"""The grammar of expressions: words, phrases, `+`, `-`, weights and parentheses. Knows no word space.

    expression := [sign] term { sign term }
    term       := { number "*" [sign] } ( phrase | "(" expression ")" )
    phrase     := word { word }

A minus counts as one only after white space or where a term may begin; elsewhere it is a hyphen inside a word. The
result is flat, since sums are linear: `a - 2*(b - red boots)` is `a`, -2 times `b`, and 2 times `red boots`.
"""

import re
from dataclasses import dataclass

from explorer.words.errors import ExpressionError

MAX_TEXT = 200  # characters
MAX_DEPTH = 20  # parentheses inside each other
MAX_WEIGHT = 1000.0

# Signs in keyboards and copied text that stand for the plain ones; one character each, so positions stay.
_PLAIN = str.maketrans({"−": "-", "–": "-", "—": "-", "×": "*", "·": "*", "∗": "*", "’": "'", "‘": "'"})
_NUMBER = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?=\s*\*)")
_WORD = re.compile(r"[^\s+*()]+")
_SIGNS = re.compile(r"[+*()×·∗]")


@dataclass(frozen=True)
class Word:
    """A word as typed (with plain signs), and its position in the text."""

    text: str
    position: int


@dataclass(frozen=True)
class Weighted:
    """A phrase of one or more adjacent words, and its weight in the sum."""

    weight: float
    words: tuple[Word, ...]


@dataclass(frozen=True)
class _Token:
    kind: str  # "word", "number", "end", or the sign itself
    text: str
    position: int


def parse(text: str) -> tuple[Weighted, ...]:
    """The weighted phrases of an expression, in order; raises ExpressionError with the position of the error."""
    if len(text) > MAX_TEXT:
        raise ExpressionError(
            f"That is {len(text)} characters long; {MAX_TEXT} are enough for an expression.", MAX_TEXT
        )
    if not text.strip():
        raise ExpressionError("There is no word yet; type one, for example slipper.")
    return _Parser(_tokens(text.translate(_PLAIN))).run()


def plain_name(name: str) -> str:
    """The words of a name, such as a class folder's, without the signs of a sum: `boots - leather` gives boots leather,
    `0.5*coat` 0.5 coat; a hyphen inside a word stays. Parsed, it is one phrase; "" if no word is left.
    """
    words = (word.lstrip("-−–—") for word in _SIGNS.sub(" ", name).split())
    return " ".join(filter(None, words))


def _tokens(text: str) -> list[_Token]:
    tokens, at = [], 0
    while at < len(text):
        mark = text[at]
        if mark.isspace():
            at += 1
        elif mark in "+-*()":
            tokens.append(_Token(mark, mark, at))
            at += 1
        else:
            number = _NUMBER.match(text, at)
            found = number or _WORD.match(text, at)
            odd = next((i for i in range(at, found.end()) if not text[i].isprintable()), None)
            if odd is not None:
                raise ExpressionError(f"Character {odd + 1} (U+{ord(text[odd]):04X}) cannot be read; remove it.", odd)
            tokens.append(_Token("number" if number else "word", found.group(), at))
            at = found.end()
    tokens.append(_Token("end", "", len(text)))
    return tokens


class _Parser:
    """Recursive descent over the tokens, one method a rule of the grammar."""

    def __init__(self, tokens: list[_Token]):
        self.tokens = tokens
        self.at = 0
        self.depth = 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.at]

    def take(self) -> _Token:
        token = self.token
        self.at += 1
        return token

    def run(self) -> tuple[Weighted, ...]:
        found = self.expression(1.0)
        if self.token.kind == ")":
            raise ExpressionError(f"The “)” at {_at(self.token)} closes nothing; remove it.", self.token.position)
        return tuple(found)

    def expression(self, weight: float) -> list[Weighted]:
        found = self.term(weight * self.sign())
        while self.token.kind in ("+", "-"):
            found += self.term(weight * self.sign())
        if self.token.kind in ("word", "number", "("):
            token = self.token
            raise ExpressionError(f"Put + or - before “{_shorten(token.text)}” at {_at(token)}.", token.position)
        if self.token.kind == "*":
            raise ExpressionError(
                f"The * at {_at(self.token)} stands behind a word; weights stand before, as in 0.7*coat.",
                self.token.position,
            )
        return found

    def sign(self) -> float:
        sign = 1.0
        while self.token.kind in ("+", "-"):
            sign = -sign if self.take().kind == "-" else sign
        return sign

    def term(self, weight: float) -> list[Weighted]:
        while self.token.kind == "number":
            weight *= _weight(self.take())
            self.take()  # the * that made it a number
            weight *= self.sign()
        if self.token.kind == "(":
            return self.group(weight)
        words = []
        while self.token.kind == "word":
            words.append(Word(self.token.text, self.token.position))
            self.take()
        if words:
            return [Weighted(weight, tuple(words))]
        token = self.token
        if token.kind == "end":
            raise ExpressionError("The text ends where a word should follow.", token.position)
        raise ExpressionError(f"A word should stand where “{token.text}” is, at {_at(token)}.", token.position)

    def group(self, weight: float) -> list[Weighted]:
        opened = self.take()
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExpressionError(f"More than {MAX_DEPTH} parentheses inside each other are too many.", opened.position)
        found = self.expression(weight)
        if self.token.kind != ")":
            raise ExpressionError(f"The “(” at {_at(opened)} is never closed; add a “)”.", opened.position)
        self.take()
        self.depth -= 1
        return found


def _weight(token: _Token) -> float:
    value = float(token.text)
    if value > MAX_WEIGHT:
        raise ExpressionError(
            f"The weight {_shorten(token.text)} at {_at(token)} is too large; {MAX_WEIGHT:g} is the most.",
            token.position,
        )
    return value


def _at(token: _Token) -> str:
    return f"character {token.position + 1}"


def _shorten(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
