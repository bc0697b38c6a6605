"""The exception whose text a person reads, and text of strangers made safe for it."""

from collections.abc import Iterable
from unicodedata import category

MAX_SHOWN = 300
_UNSAFE = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # terminals obey or pages hide them, or they are no text
_HARMLESS = "\n\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"  # in Persian and Hindi, and within an emoji


class ExplorerError(Exception):
    """One sentence: what is wrong, with what, and what to do about it.

    Every room raises this (or a subclass) for bad input; the command prints it and exits with status 2, the app shows
    it beside the pictures. Any other exception that escapes is a bug. Its text holds no control characters, and nothing
    that UTF-8 cannot encode.
    """

    def __str__(self) -> str:
        return printable(super().__str__())


def printable(text: str) -> str:
    """The text with a mark in place of each control character and half of a surrogate pair; line breaks stay."""
    if text.isprintable():
        return text
    return "".join(
        letter if letter in _HARMLESS or category(letter) not in _UNSAFE else "\N{REPLACEMENT CHARACTER}"
        for letter in text
    )


def shown(text: object, most: int = MAX_SHOWN) -> str:
    """A stranger's text for a message or a table: on one line, printable, at most `most` characters."""
    line = printable(str(text)[: most + 1]).replace("\n", "\N{REPLACEMENT CHARACTER}")
    return line if len(line) <= most else line[: most - 1] + "…"


def listed(items: Iterable[object], last: str = "and") -> str:
    """The items of a sentence: "a", "a and b", "a, b and c"."""
    texts = [str(item) for item in items]
    return f" {last} ".join(filter(None, [", ".join(texts[:-1]), *texts[-1:]]))
