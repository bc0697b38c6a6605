"""The one exception a person is meant to read, and how a stranger's text stands in it."""

from unicodedata import category

MAX_SHOWN = 300
_OBEYED = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # what terminals obey and pages hide, and what is no text
_HARMLESS = "\n\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"  # in Persian and Hindi, and within an emoji


class ExplorerError(Exception):
    """One sentence: what is wrong, with what, and what to do about it.

    Every room raises this (or a subclass) for bad input; the command prints it and leaves with status 2,
    the app shows it beside the pictures. Anything else that escapes is a bug. Its text never holds what a terminal
    would obey, nor what cannot be written in UTF-8.
    """

    def __str__(self) -> str:
        return printable(super().__str__())


def printable(text: str) -> str:
    """The text with a mark in place of each control character and half of a surrogate pair; line breaks stay."""
    if text.isprintable():
        return text
    return "".join(
        letter if letter in _HARMLESS or category(letter) not in _OBEYED else "\N{REPLACEMENT CHARACTER}"
        for letter in text
    )


def shown(text: object, most: int = MAX_SHOWN) -> str:
    """What a stranger wrote, as it may stand in a message or a table: on one line, printable, `most` characters."""
    line = printable(str(text)[: most + 1]).replace("\n", "\N{REPLACEMENT CHARACTER}")
    return line if len(line) <= most else line[: most - 1] + "…"
