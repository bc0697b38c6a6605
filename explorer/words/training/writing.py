"""The last state of a training into a word space, with the words that it keeps."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from explorer import places
from explorer.words.errors import WordSpaceError
from explorer.words.format import write_space
from explorer.words.training.loop import Trained


def write_trained(trained: Trained, path: Path, name: str, keep: int, about: str = "") -> int:
    """Write the `keep` most frequent words and all listed ones to `path`, replaced in one step; returns how many.

    `about`: what the corpus is and its licence, for the card. Raises WordSpaceError.
    """
    config, corpus = trained.config, trained.corpus
    rows = kept_rows(trained.words, keep)
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


def listed_words() -> set[str]:
    """Every word of the shipped lists, with its plain plurals and singulars."""
    listed: set[str] = set()
    for path in sorted((places.shipped("words") / "lists").glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if not line.startswith("#"):
                listed.update(line.split())
    return listed | {word + end for word in listed for end in ("s", "es")} | {word.removesuffix("s") for word in listed}


def kept_rows(words: Sequence[str], keep: int) -> list[int]:
    """Rows to keep of words in frequency order: the first `keep` that have a letter or a digit, then listed words."""
    listed = listed_words()
    rows = [row for row, word in enumerate(words) if any(mark.isalnum() for mark in word) and word.isprintable()]
    return rows[:keep] + [row for row in rows[keep:] if words[row] in listed]
