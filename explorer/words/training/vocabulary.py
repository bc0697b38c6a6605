"""Words of a corpus and their counts, from a first pass over it; kept in the run folder."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from explorer.atomic import write_atomic
from explorer.files import read_json, reason
from explorer.words.errors import WordSpaceError

MAX_COUNTED = 5_000_000  # different words counted at a time, about half a gigabyte
MAX_WORDS = 1_000_000  # learned at most: 800 MB of vectors at 100 numbers
MOST = 1 << 30  # bytes of a file of MAX_WORDS words, none of them endless
LEAST_WORDS, LEAST_RUNNING = 5, 200  # below these there is nothing to learn from


@dataclass(frozen=True)
class Vocabulary:
    """`counts`: the words to learn, most frequent first. `sentences`, `running`: of the whole corpus, unknown words
    counted, which every later pass must find again."""

    sentences: int
    running: int
    counts: dict[str, int]

    def save(self, path: Path) -> None:
        """Write it whole; raises OSError."""
        write_atomic(path, json.dumps(asdict(self), ensure_ascii=False).encode())

    @classmethod
    def load(cls, path: Path) -> "Vocabulary":
        """Read what `save` wrote; raises WordSpaceError."""
        try:
            return cls(**read_json(path, MOST))
        except (OSError, ValueError, TypeError) as error:
            raise WordSpaceError(
                f"{path} cannot be read ({reason(error)}); delete the run's folder to start anew."
            ) from error


def count(sentences: Iterable[list[str]], min_count: int) -> Vocabulary:
    """Count a corpus in bounded memory: where there are too many different words, the rarest so far are forgotten."""
    counts: Counter[str] = Counter()
    number = running = floor = 0
    for sentence in sentences:
        number += 1
        running += len(sentence)
        counts.update(sentence)
        while len(counts) > MAX_COUNTED:
            floor += 1
            counts = Counter({word: times for word, times in counts.items() if times > floor})
    learned = sorted((-times, word) for word, times in counts.items() if times >= min_count)[:MAX_WORDS]
    return Vocabulary(number, running, {word: -times for times, word in learned})


def check_enough(corpus: Path, vocabulary: Vocabulary, min_count: int) -> None:
    """Raise WordSpaceError for a corpus too small to learn from."""
    counts = vocabulary.counts
    if vocabulary.sentences > 1 and len(counts) >= LEAST_WORDS and sum(counts.values()) >= LEAST_RUNNING:
        return
    lines = "one line" if vocabulary.sentences == 1 else f"{vocabulary.sentences} lines"
    raise WordSpaceError(
        f"{corpus} is too small to learn from: {lines} of text, {vocabulary.running} words, {len(counts)} different "
        f"ones that come {min_count} times or more; give some thousand lines, a sentence or paragraph on each."
    )
