"""Settings of a word training, all of which decide its vectors."""

from dataclasses import dataclass

from explorer.words.errors import WordSpaceError
from explorer.words.format import MAX_DIM


@dataclass(frozen=True)
class Config:
    """Skip-gram with negative sampling (Mikolov 2013), as creative-gan trained its vectors with gensim.

    The window stays at gensim's 5: a narrow one learns what words are, a wide one what a text is about (Levy and
    Goldberg 2014), and garments are to lie near garments. 5 negatives suit a corpus of tens of millions of words
    (Mikolov: 5 to 20 for small ones); more of them cost as much time as more epochs.
    """

    dim: int = 100  # numbers in a vector
    min_count: int = 2  # rarer words are not learned: garments are rare in an encyclopedia, so this stays low
    window: int = 5  # words to either side
    negative: int = 5  # random words that each pair is contrasted with
    epochs: int = 5
    alpha: float = 0.025  # the learning rate falls from this ...
    min_alpha: float = 0.0001  # ... to this, linearly over all epochs
    seed: int = 1

    def __post_init__(self) -> None:
        for name, most in (
            ("dim", MAX_DIM),
            ("min_count", 10**6),
            ("window", 100),
            ("negative", 100),
            ("epochs", 1000),
        ):
            if not 1 <= getattr(self, name) <= most:
                raise WordSpaceError(f"{name} is {getattr(self, name)}; it must lie between 1 and {most}.")

    def alpha_before(self, epoch: int) -> float:
        """The learning rate with which an epoch (0-based) begins, which is where the one before it ended."""
        return self.alpha - (self.alpha - self.min_alpha) * epoch / self.epochs
