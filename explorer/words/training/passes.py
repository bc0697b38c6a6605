"""One pass over a corpus, for gensim to read."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from explorer.words.training import corpus
from explorer.words.training.tokens import words_of

_TOLD_EVERY = 1000  # sentences


class Pass:
    """The sentences of a text as lists of words, once through; `sentences` and `running` (words) count them.

    gensim reads them in a thread of its own, where an exception would be lost and training wait for ever. So trouble
    and stopping end the pass, and `check` raises them afterwards. `read` is told the bytes of the file read so far,
    `counted` the words.
    """

    def __init__(
        self,
        text: Path,
        stop: threading.Event,
        read: Callable[[int], None] = lambda count: None,
        counted: Callable[[int], None] = lambda count: None,
    ):
        self.sentences = self.running = 0
        self._text, self._stop, self._read, self._counted = text, stop, read, counted
        self._error: Exception | None = None
        self._stopped = False

    def __iter__(self) -> Iterator[list[str]]:
        try:
            for line in corpus.lines(self._text, self._read):
                if self._stop.is_set():
                    self._stopped = True
                    return
                words = words_of(line)
                if words:
                    self.sentences += 1
                    self.running += len(words)
                    if self.sentences % _TOLD_EVERY == 0:
                        self._counted(self.running)
                    yield words
        except Exception as error:
            self._error = error

    def check(self, doing: str) -> None:
        """Raise what went wrong during the pass; KeyboardInterrupt if it was stopped before its end."""
        if self._error is not None:
            raise self._error
        if self._stopped:
            raise KeyboardInterrupt(
                f"Stopped in {doing}; the same command begins that again and keeps what was before."
            )
