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
from explorer.words.training.corpus import CorpusPass, Fingerprint
from explorer.words.training.dump import extract
from explorer.words.training.run import Run, write_errors
from explorer.words.training.vocabulary import Vocabulary, check_enough, count

if TYPE_CHECKING:
    from gensim.models import Word2Vec


@dataclass(frozen=True)
class Progress:
    """Progress of a training: what it does now, and how many of its bytes or words are done; the last report of an
    epoch comes after it was saved, and has all of them."""

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

    With one thread a stopped and resumed run gives the vectors of an uninterrupted one, bit for bit; more threads
    write into the same vectors in whatever order they come (Hogwild), so that no two runs are the same. Ctrl-C and
    SIGTERM raise KeyboardInterrupt with a sentence that says where to go on. Raises WordSpaceError for a corpus that
    cannot be read, is too small or has changed, another config than the run's, and a full disk.
    """
    size = corpora.size(corpus)
    with interruptible() as stop:

        def report_bytes(doing: str) -> Callable[[int], None]:
            return lambda read: report(Progress(doing, read, size))

        identity = corpora.fingerprint(corpus, stop, report_bytes("reading"))
        dump = corpora.is_dump(corpus)
        with write_errors(folder):
            run = Run(folder, config, identity)
            if dump and not run.text.exists():
                extract(corpus, run.text, threads, stop, report_bytes("extracting"))
            text = run.text if dump else corpus
            if not run.vocabulary.exists():
                passed = CorpusPass(text, stop, report_bytes=report_bytes("counting words"))
                counted = count(passed, config.min_count)
                passed.check("the counting of words")
                check_enough(corpus, counted, config.min_count)
                counted.save(run.vocabulary)
            vocabulary = Vocabulary.load(run.vocabulary)
            model = _model(config, vocabulary, threads)
            _train(model, text, run, vocabulary, stop, report)
    return Trained(list(model.wv.index_to_key), model.wv.vectors, config, identity, vocabulary.running)


def _model(config: Config, vocabulary: Vocabulary, threads: int) -> "Word2Vec":
    """An untrained model of the counted words, the same every time, so that only its numbers need to be stored."""
    from gensim.models import Word2Vec

    with _without_warnings():
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


def _train(
    model: "Word2Vec", text: Path, run: Run, vocabulary: Vocabulary, stop: threading.Event, report: Report
) -> None:
    """Train the epochs that the run has not done yet, and save each."""
    config = run.config
    begin = run.restore(model.wv.vectors, model.syn1neg)
    if begin < config.epochs:
        run.check_room(model.wv.vectors.nbytes)
    for epoch in range(begin, config.epochs):
        doing = f"epoch {epoch + 1} of {config.epochs}"

        def report_words(words: int, doing: str = doing) -> None:
            report(Progress(doing, words, vocabulary.running, "words"))

        passed = CorpusPass(text, stop, report_words=report_words)
        model.random = np.random.RandomState([config.seed, epoch])  # a resumed run draws as an uninterrupted one
        with _without_warnings():
            model.train(
                corpus_iterable=passed,
                total_examples=vocabulary.sentences,
                epochs=1,
                start_alpha=config.alpha_before(epoch),
                end_alpha=config.alpha_before(epoch + 1),
            )
        passed.check(doing)
        if (passed.sentences, passed.running) != (vocabulary.sentences, vocabulary.running):
            raise WordSpaceError(
                f"{text} has changed since its words were counted: bring it back, and give the same command again."
            )
        if not (np.isfinite(model.wv.vectors).all() and np.isfinite(model.syn1neg).all()):
            raise WordSpaceError(
                f"Some vectors are not finite after {doing}; train in another folder, on another text."
            )
        run.save(epoch + 1, model.wv.vectors, model.syn1neg)
        report(Progress(doing, passed.running, passed.running, "words"))
        if stop.is_set() and epoch + 1 < config.epochs:
            raise KeyboardInterrupt(f"Stopped after {doing}; the same command goes on from there.")


@contextmanager
def _without_warnings() -> Iterator[None]:
    """Suppress gensim's warnings of what is on purpose: few words, one epoch at a time."""
    log = logging.getLogger("gensim.models.word2vec")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(level)
