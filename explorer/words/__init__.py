"""Word spaces: vectors, similarity, expressions, suggestions. Imports neither torch nor gensim."""

from explorer.words.errors import ExpressionError, UnknownWord, WordSpaceError
from explorer.words.expressions.resolve import ResolvedExpression, Term
from explorer.words.familiarity import Familiarity, familiarity, label_table
from explorer.words.listing import DEFAULT_SPACE, list_spaces, open_named_space, open_space
from explorer.words.space import WordSpace

__all__ = [
    "DEFAULT_SPACE",
    "ExpressionError",
    "Familiarity",
    "ResolvedExpression",
    "Term",
    "UnknownWord",
    "WordSpace",
    "WordSpaceError",
    "familiarity",
    "label_table",
    "list_spaces",
    "open_named_space",
    "open_space",
]
