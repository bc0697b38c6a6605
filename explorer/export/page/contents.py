"""What a page carries of a checkpoint: its weights, its labels, the words that can be typed, what is said of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from explorer.checkpoint import Checkpoint, learned
from explorer.checkpoint.examples import examples, some_labels
from explorer.checkpoint.figures_line import figures_line
from explorer.checkpoint.space import space_of
from explorer.errors import ExplorerError
from explorer.words import ExpressionError, WordSpace
from explorer.words.expressions.inflect import other_numbers
from explorer.words.familiarity import median_similarity, vocabulary_similarities

WORDS = 20_000
SHARES = 1000  # of the vocabulary, at which its similarity to the labels is noted
MAX_SIZE = 6e4  # of a weight: float16 holds no larger number


@dataclass(frozen=True)
class Contents:
    """facts: what the page's script reads as JSON. weights: float16, little-endian, the tensors one after the other.
    vectors: int8 [words, dim]. labels: float32, little-endian, [labels, dim]. Bytes each."""

    facts: dict[str, Any]
    weights: bytes
    vectors: bytes
    labels: bytes


def contents_of(checkpoint: Checkpoint, most_words: int, kept: Iterable[str], name: str) -> Contents:
    """All that a page needs to draw as the app does.

    most_words: of the word space, the most frequent ones, with their plurals and singulars; those of labels, examples
    and `kept` texts (words, expressions; what cannot be read is left out) are there in any case. name: of the
    checkpoint, in recipes. Raises ExplorerError for a generator whose condition the page has no controls for, and for
    weights that float16 cannot hold.
    """
    about = checkpoint.description
    if about.codes:
        raise ExplorerError(
            f"{checkpoint.name} takes codes that it learned without labels, which a page has no controls for; export a "
            "generator that takes words, labels, or z alone."
        )
    space = space_of(checkpoint)
    tried = examples(about.labels) if about.conditioning == "word" else some_labels(about.labels)
    rows = _rows(space, most_words, (*about.labels, *tried, *kept))
    similarities = vocabulary_similarities(space, checkpoint.label_vectors)
    shapes, weights = _weights(checkpoint)
    facts = {
        "checkpoint": name,
        "learned": learned(about),
        "figures": figures_line(checkpoint.path),
        "network": asdict(checkpoint.generator.config),
        "tensors": shapes,
        "conditioning": about.conditioning,
        "labels": list(about.labels),
        "display_names": dict(about.display_names),
        "styles": list(about.styles),
        "word_truncation": about.word_truncation,
        "examples": tried,
        "space": space.name,
        "words": [space.words[row] for row in rows],
        "familiarity": {
            "median": median_similarity(similarities),
            "shares": [round(float(one), 5) for one in np.quantile(similarities, np.linspace(0, 1, SHARES + 1))],
        },
    }
    vectors = _packed(space.matrix[rows])
    return Contents(facts, weights, vectors.tobytes(), checkpoint.label_vectors.astype("<f4").tobytes())


def _rows(space: WordSpace, most: int, texts: Iterable[str]) -> np.ndarray:
    """The rows of a page's words, in the order of frequency. Their plurals and singulars are there, too: the page would
    read those as the word itself, which the app does not."""
    wanted = {*space.words[:most], *(word for text in texts for word in _words_in(space, text))}
    others = {other for word in wanted for other in other_numbers(word) if other in space}
    return np.array(sorted(map(space.rank, wanted | others)))


def _words_in(space: WordSpace, text: str) -> Iterator[str]:
    """The words of the space that a text is made of; none where it cannot be read."""
    try:
        for term in space.resolve(text).terms:
            yield from term.words
    except ExpressionError:
        return


def _packed(vectors: np.ndarray) -> np.ndarray:
    """Unit rows as int8, the largest number of each 127: what a file of ours holds, to the bit, comes back."""
    return np.rint(vectors * (127 / np.abs(vectors).max(axis=1, keepdims=True))).astype("i1")


def _weights(checkpoint: Checkpoint) -> tuple[list[tuple[str, list[int]]], bytes]:
    """The generator's tensors: name and shape of each, and their numbers."""
    tensors: Mapping[str, Any] = checkpoint.generator.state_dict()
    arrays = {name: one.detach().cpu().contiguous().numpy() for name, one in tensors.items() if one.is_floating_point()}
    for name, array in arrays.items():
        if np.abs(array).max() > MAX_SIZE:
            raise ExplorerError(f"{checkpoint.name} has numbers in {name} that a page, in float16, cannot hold.")
    shapes = [(name, list(array.shape)) for name, array in arrays.items()]
    return shapes, b"".join(array.astype("<f2").tobytes() for array in arrays.values())
