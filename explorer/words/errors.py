"""Errors of word spaces, expressions and unknown words."""

from explorer.errors import ExplorerError


class WordSpaceError(ExplorerError):
    """A word-space file (ours or one to import) that cannot be used."""


class ExpressionError(ExplorerError):
    """A typed expression that cannot be read; `position` is where in the text (0-based, in characters)."""

    def __init__(self, sentence: str, position: int = 0):
        super().__init__(sentence)
        self.position = position


class UnknownWord(ExpressionError):
    """A word the space does not have; `suggestions` holds up to five known words, best first."""

    def __init__(self, sentence: str, word: str, position: int = 0, suggestions: tuple[str, ...] = ()):
        super().__init__(sentence, position)
        self.word = word
        self.suggestions = suggestions
