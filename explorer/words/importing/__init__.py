"""Word vectors of others into our format: word2vec text and binary, and what gensim saves. Runs nothing they hold."""

from explorer.words.importing.convert import Imported, import_space

__all__ = ["Imported", "import_space"]
