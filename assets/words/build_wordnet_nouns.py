"""Make assets/words/wordnet/nouns.txt.xz: for each noun of WordNet 3.0 its number and one word for it.

python assets/words/build_wordnet_nouns.py [FOLDER]    # by default where Debian's package wordnet-base puts WordNet

Of the words of a meaning, which WordNet lists the most frequent first, the first is taken that the default word space
can read; where it can read none, the first.
"""

import lzma
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from explorer.data.folders.wordnet_nouns import FILE
from explorer.words import DEFAULT_SPACE, WordSpace, open_space
from explorer.words.expressions.inflect import other_numbers

HERE = Path(__file__).resolve().parent
DEBIAN = Path("/usr/share/wordnet")
XZ = {"preset": 9 | lzma.PRESET_EXTREME, "check": lzma.CHECK_CRC32}
LINE = re.compile(r"(\d{8}) \d\d n ([0-9a-f]{2}) ((?:\S+ [0-9a-f] )+)\d{3} ")


def read_nouns(folder: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each meaning in WordNet's `data.noun` (see its manual page wndb): its number, and the words for it.

    03378174 06 n 01 footwear 0 001 @ 03122748 n 0000 | covering for a person's feet
    """
    with open(folder / "data.noun", encoding="latin-1", newline="\n") as file:
        for line in file:
            if line.startswith("  "):  # the licence
                continue
            match = LINE.match(line)
            words = match[3].split()[::2] if match else []
            if not match or len(words) != int(match[2], 16):
                sys.exit(f"{folder / 'data.noun'} is not WordNet 3.0's: {line[:80]!r}")
            yield match[1], tuple(word.replace("_", " ") for word in words)


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
