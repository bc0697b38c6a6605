"""WordNet's database files, read for which words share a meaning and which meaning is the wider one.

The format is described in WordNet's manual page wndb(5WN). A line of `data.noun`:

    03378174 06 n 01 footwear 0 001 @ 03122748 n 0000 | covering for a person's feet

    place in the file, subject, part of speech, how many words (hexadecimal), each with a number, how many pointers,
    each with its kind, where it points and from which word to which; for verbs their frames; then an explanation
"""

import io
import re
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from explorer.files import open_regular, reason
from explorer.words.errors import WordSpaceError

DEBIAN = Path("/usr/share/wordnet")
"""Where Debian's package `wordnet-base` puts WordNet 3.0."""

_FILES = {"n": "data.noun", "v": "data.verb", "a": "data.adj", "r": "data.adv"}
_LINE = re.compile(
    r"(\d{8}) \d\d [nvasr] ([0-9a-f]{2}) ((?:\S+ [0-9a-f] )+)"
    r"(\d{3}) ((?:\S+ \d{8} [nvasr] [0-9a-f]{4} )*)"
    r"(?:\d\d (?:\+ \d\d [0-9a-f]{2} )*)?\| "
)
_MAX_LINE = 1 << 16  # characters; the longest line of WordNet 3.0 has 12,972
_WIDER = ("@", "@i")  # hypernym, and hypernym of an instance
_MARKER = re.compile(r"\((?:a|p|ip)\)$")  # where an adjective may stand


@dataclass(frozen=True)
class Synset:
    """One meaning. words: what may say it, as written there, blanks within. wider: places in the list of synsets."""

    words: tuple[str, ...]
    wider: tuple[int, ...]


def read_wordnet(folder: Path = DEBIAN) -> list[Synset]:
    """Every meaning in the four data files of a WordNet 3.0 (some 117,000, in a few seconds).

    Raises WordSpaceError for a folder that lacks one of them, or a file that is not WordNet's.
    """
    found: dict[tuple[str, str], tuple[tuple[str, ...], list[tuple[str, str]]]] = {}
    for part, file in _FILES.items():
        for place, words, wider in _lines(folder / file):
            found[part, place] = words, wider
    rows = {key: row for row, key in enumerate(found)}
    synsets = []
    for (part, place), (words, wider) in found.items():
        if lost := [pointer for pointer in wider if pointer not in rows]:
            raise WordSpaceError(
                f"The meaning {place} in {folder / _FILES[part]} points to {lost[0][1]}, which is not there; copy "
                "WordNet's files again."
            )
        synsets.append(Synset(words, tuple(rows[pointer] for pointer in wider)))
    return synsets


def read_nouns(folder: Path = DEBIAN) -> list[tuple[str, tuple[str, ...]]]:
    """Each meaning of `data.noun` by its place in the file, eight digits, with its words; errors as `read_wordnet`.

    The place is what ImageNet calls its classes by, with an n before it.
    """
    return [(place, words) for place, words, _ in _lines(folder / _FILES["n"])]


def _lines(path: Path) -> list[tuple[str, tuple[str, ...], list[tuple[str, str]]]]:
    """Each meaning's place, words and wider meanings (as part of speech and place)."""
    read = []
    try:
        with io.TextIOWrapper(open_regular(path), encoding="latin-1") as file:
            for number in count(1):
                line = file.readline(_MAX_LINE)
                if not line:
                    return read
                if not line.startswith("  "):  # the licence
                    read.append(_synset(path, number, line))
    except FileNotFoundError:
        raise WordSpaceError(
            f"{path.parent} holds no {path.name}; give the folder of WordNet 3.0's database files (Debian's package "
            f"wordnet-base puts them in {DEBIAN}) with --wordnet."
        ) from None
    except OSError as error:
        raise WordSpaceError(f"Cannot read {path}: {reason(error)}.") from error


def _synset(path: Path, number: int, line: str) -> tuple[str, tuple[str, ...], list[tuple[str, str]]]:
    match = _LINE.match(line)
    words = match[3].split()[::2] if match else []
    pointers = match[5].split() if match else []
    if not match or len(words) != int(match[2], 16) or len(pointers) != 4 * int(match[4]):
        raise WordSpaceError(
            f"Line {number} of {path} is not one of WordNet's; give the folder of WordNet 3.0's database files."
        )
    kinds, places, parts = pointers[::4], pointers[1::4], pointers[2::4]
    wider = [
        ("a" if part == "s" else part, place)  # satellite adjectives stand among the others
        for kind, place, part in zip(kinds, places, parts, strict=True)
        if kind in _WIDER
    ]
    return match[1], tuple(_MARKER.sub("", word).replace("_", " ") for word in words), wider
