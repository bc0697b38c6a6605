"""The training of a word space: count, then epoch after epoch through gensim's Word2Vec."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from explorer.stopping import interruptible
from explorer.words.errors import WordSpaceError
from explorer.words.training import corpus as corpora
from explorer.words.training.config import Config
from explorer.words.training.corpus import Fingerprint
from explorer.words.training.dump import extract
from explorer.words.training.run import Run, writing_in
from explorer.words.training.tokens import words_of
from explorer.words.training.vocabulary import Vocabulary, check_enough, count

if TYPE_CHECKING:
    from gensim.models import Word2Vec


@dataclass(frozen=True)
class Progress:
    """Where a training is: what it does now, and how many of its bytes or words are done; the last report has all."""

    doing: str
    done: int
    total: int
    unit: Literal["bytes", "words"] = "bytes"


@dataclass(frozen=True)
class Trained:
    """The last state of a run: words, most frequent first, their vectors [len(words), dim], and what they come from."""

    words: list[str]
    vectors: np.ndarray
    config: Config
    corpus: Fingerprint
    running: int  # words of the corpus, with repetitions


Report = Callable[[Progress], None]


def train_words(
    corpus: Path, folder: Path, config: Config, threads: int, report: Report = lambda progress: None
) -> Trained:
    """Learn vectors for the words of a text or dump, resuming what the run folder holds after its last whole epoch.

    With one thread a stopped and resumed run gives the vectors of one that nobody stopped, bit for bit; more threads
    write into the same vectors in whatever order they come (Hogwild), so that no two runs are the same. Ctrl-C and
    SIGTERM raise KeyboardInterrupt with a sentence that says where to go on. Raises WordSpaceError for a corpus that
    cannot be read, is too small or has changed, another config than the run's, and a full disk.
    """
    with interruptible() as stop:
        size = _size(corpus)
        print_of = corpora.fingerprint(corpus, lambda read: report(Progress("reading", read, size)))
        dump = corpora.is_dump(corpus)
        with writing_in(folder):
            run = Run(folder, config, print_of)
            text = corpus
            if dump:
                text = run.text
                if not text.exists() and not extract(
                    corpus, text, threads, stop, lambda read: report(Progress("extracting", read, size))
                ):
                    raise KeyboardInterrupt("Stopped while extracting; the same command begins with that again.")
            vocabulary = _counted(text, corpus, run, config, stop, report)
            return _trained(text, run, config, vocabulary, threads, stop, report, print_of)


def _counted(text: Path, corpus: Path, run: Run, config: Config, stop: threading.Event, report: Report) -> Vocabulary:
    if run.vocabulary.exists():
        return Vocabulary.load(run.vocabulary)
    size = _size(text)
    passed = Pass(text, stop, lambda read: report(Progress("counting words", read, size)), by_bytes=True)
    vocabulary = count(passed, config.min_count)
    passed.check()
    check_enough(corpus, vocabulary, config.min_count)
    vocabulary.save(run.vocabulary)
    report(Progress("counting words", size, size))
    return vocabulary


def _trained(
    text: Path,
    run: Run,
    config: Config,
    vocabulary: Vocabulary,
    threads: int,
    stop: threading.Event,
    report: Report,
    print_of: Fingerprint,
) -> Trained:
    model = _model(config, vocabulary, threads)
    shape = (len(model.wv), config.dim)
    state = run.load(shape)
    done = 0
    if state is not None:
        done, model.wv.vectors[:], model.syn1neg[:] = state
    if done < config.epochs:
        run.check_room(shape)
    for epoch in range(done, config.epochs):
        doing = f"epoch {epoch + 1} of {config.epochs}"
        passed = Pass(text, stop, lambda read, doing=doing: report(Progress(doing, read, vocabulary.running, "words")))
        model.random = np.random.RandomState([config.seed, epoch])  # a resumed run draws what the whole one would
        with _quiet():
            model.train(
                corpus_iterable=passed,
                total_examples=vocabulary.sentences,
                epochs=1,
                start_alpha=config.alpha_before(epoch),
                end_alpha=config.alpha_before(epoch + 1),
            )
        passed.check(f"in {doing}; the same command goes on after epoch {epoch}" if epoch else f"in {doing}")
        if (passed.sentences, passed.running) != (vocabulary.sentences, vocabulary.running):
            raise WordSpaceError(
                f"{text} has changed while it was read: bring it back, and give the same command again."
            )
        if not (np.isfinite(model.wv.vectors).all() and np.isfinite(model.syn1neg).all()):
            raise WordSpaceError(
                f"The vectors grew beyond all numbers {doing}; train in another folder with other settings."
            )
        run.save(epoch + 1, model.wv.vectors, model.syn1neg)
        report(Progress(doing, passed.running, passed.running, "words"))
    return Trained(list(model.wv.index_to_key), model.wv.vectors, config, print_of, vocabulary.running)


def _model(config: Config, vocabulary: Vocabulary, threads: int) -> "Word2Vec":
    """An untrained model of the counted words; the same every time, which is why no model needs to be stored."""
    from gensim.models import Word2Vec

    with _quiet():
        model = Word2Vec(
            vector_size=config.dim,
            window=config.window,
            negative=config.negative,
            min_count=config.min_count,
            sg=1,
            seed=config.seed,
            workers=threads,
        )
        model.build_vocab_from_freq(vocabulary.counts, corpus_count=vocabulary.sentences)
    return model


class Pass:
    """One pass over a text, for gensim to read from a thread of its own, where an exception would be lost for ever.

    So trouble and stopping end the pass, and `check` raises them afterwards. `sentences` and `running` (words) count.
    """

    def __init__(self, text: Path, stop: threading.Event, place: corpora.Place, by_bytes: bool = False):
        self.sentences = self.running = 0
        self._text, self._stop, self._place, self._by_bytes = text, stop, place, by_bytes
        self._error: Exception | None = None

    def __iter__(self) -> Iterator[list[str]]:
        try:
            for line in corpora.lines(self._text, self._place if self._by_bytes else lambda read: None):
                if self._stop.is_set():
                    return
                words = words_of(line)
                if words:
                    self.sentences += 1
                    self.running += len(words)
                    if not self._by_bytes and self.sentences % 1000 == 0:
                        self._place(self.running)
                    yield words
        except Exception as error:
            self._error = error

    def check(self, where: str = "while counting; the same command begins with that again") -> None:
        """Raise what went wrong during the pass; KeyboardInterrupt if it was to stop."""
        if self._error is not None:
            raise self._error
        if self._stop.is_set():
            raise KeyboardInterrupt(f"Stopped {where}.")


def _size(path: Path) -> int:
    with corpora.readable(path):
        return path.stat().st_size


@contextmanager
def _quiet() -> Iterator[None]:
    """gensim warns of what is so on purpose: few words, one epoch at a time."""
    log = logging.getLogger("gensim.models.word2vec")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(level)
