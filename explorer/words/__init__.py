"""Words: spaces of vectors, the expressions people type, similarity, suggestions. Imports neither torch nor gensim."""

from explorer.words.errors import ExpressionError, UnknownWord, WordSpaceError
from explorer.words.labels import label_table
from explorer.words.shelf import list_spaces, open_space
from explorer.words.space import WordSpace

__all__ = [
    "ExpressionError",
    "UnknownWord",
    "WordSpace",
    "WordSpaceError",
    "label_table",
    "list_spaces",
    "open_space",
]
