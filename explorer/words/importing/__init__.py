"""Import of word vectors: word2vec text and binary, and what gensim saves. Nothing in a file is ever run."""

from explorer.words.importing.convert import Imported, import_space

__all__ = ["Imported", "import_space"]
