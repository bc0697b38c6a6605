"""Training of word spaces: gensim's Word2Vec on a streamed corpus, saved every epoch, resumable."""

from explorer.words.training.config import Config
from explorer.words.training.loop import Progress, Trained, train_words
from explorer.words.training.writing import write_trained

__all__ = ["Config", "Progress", "Trained", "train_words", "write_trained"]
