"""Make assets/words/wordnet/nouns.txt.xz: for each noun of WordNet 3.0 its number and one word for it.

python assets/words/build_wordnet_nouns.py [FOLDER]    # by default where Debian's package wordnet-base puts WordNet

Of the words of a meaning, which WordNet lists the most frequent first, the first is taken that the default word space
can read; where it can read none, the first.
"""

import lzma
import sys
from pathlib import Path

from explorer.data.folders.wordnet_nouns import FILE
from explorer.words import DEFAULT_SPACE, WordSpace, open_space
from explorer.words.expressions.inflect import other_numbers
from explorer.words.wordnet import DEBIAN, read_nouns

HERE = Path(__file__).resolve().parent
XZ = {"preset": 9 | lzma.PRESET_EXTREME, "check": lzma.CHECK_CRC32}


def readable(space: WordSpace, noun: str) -> bool:
    """Whether the space has the noun, or each of its words; as `WordSpace.resolve_name` would find, and much faster."""
    words = noun.lower().split()
    if "-".join(words) in space or "_".join(words) in space:
        return True
    parts = [part for word in words for part in ([word] if word in space else word.split("-")) if part]
    return all(part in space or any(other in space for other in other_numbers(part)) for part in parts)


def main(folder: Path) -> None:
    space = open_space(DEFAULT_SPACE)
    lines = []
    for number, nouns in read_nouns(folder):
        lines.append(f"{number} {next((noun for noun in nouns if readable(space, noun)), nouns[0])}\n")
    data = lzma.compress("".join(lines).encode(), **XZ)
    (HERE / FILE).write_bytes(data)
    print(f"{len(lines):,} nouns in {len(data):,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DEBIAN)
