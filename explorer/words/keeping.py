"""Which words of a large vocabulary a space keeps: the most frequent, and those that people will type here."""

from collections.abc import Sequence

from explorer import places


def listed_words() -> set[str]:
    """Every word of the lists, and its plain plurals and singulars, so that both are there when people type either."""
    listed: set[str] = set()
    for path in sorted((places.shipped("words") / "lists").glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if not line.startswith("#"):
                listed.update(line.split())
    return listed | {word + end for word in listed for end in ("s", "es")} | {word.removesuffix("s") for word in listed}


def choose(words: Sequence[str], keep: int) -> list[int]:
    """Rows to keep of words in frequency order: the `keep` first that have a letter or a digit, then the listed."""
    listed = listed_words()
    rows = [row for row, word in enumerate(words) if any(mark.isalnum() for mark in word) and word.isprintable()]
    return rows[:keep] + [row for row in rows[keep:] if words[row] in listed]
