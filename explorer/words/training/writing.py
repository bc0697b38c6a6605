"""A trained run into a word space of ours."""

from dataclasses import asdict
from pathlib import Path

from explorer.words.errors import WordSpaceError
from explorer.words.format import write_space
from explorer.words.keeping import choose
from explorer.words.training.loop import Trained


def write_trained(trained: Trained, path: Path, name: str, keep: int, about: str = "") -> int:
    """Write the `keep` most frequent words and all listed ones to `path`, replaced in one step; returns how many.

    `about`: what the corpus is and its licence, for the card. Raises WordSpaceError.
    """
    config, corpus = trained.config, trained.corpus
    rows = choose(trained.words, keep)
    card = {
        "title": name,
        "source": about or f"{corpus.name}, {trained.running:,} words",
        "licence": "that of the corpus",
        "corpus": asdict(corpus),
        "made": f"gensim Word2Vec: skip-gram, {config.dim} numbers, {config.epochs} epochs of {trained.running:,} "
        f"words, window {config.window}, {config.negative} negatives, no word that came less than {config.min_count} "
        f"times; the {keep:,} most frequent and the listed ones, no direction removed, rows at unit length, int8",
    }
    try:
        write_space(path, name, [trained.words[row] for row in rows], trained.vectors[rows], card)
    except OSError as error:
        raise WordSpaceError(
            f"Cannot write {path} ({error.strerror or error}); the training is kept, so make room or give another "
            f"place with --out, and give the same command again."
        ) from error
    return len(rows)
