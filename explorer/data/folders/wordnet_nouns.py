"""Nouns by WordNet's numbers, which are the folder names (`n02085620`) of ImageNet and of sets made from it."""

import lzma
from functools import lru_cache

from explorer import files, places
from explorer.data.imageset import DataError

FILE = "wordnet/nouns.txt.xz"
"""Made by assets/words/build_wordnet_nouns.py: a line `02085620 Chihuahua` for each of WordNet 3.0's 82,115 nouns."""

_MAX_BYTES, _MAX_UNPACKED = 1 << 20, 4 << 20


def noun_at(number: str) -> str | None:
    """The noun of a number of eight digits, None where WordNet has none."""
    return _nouns().get(number)


@lru_cache(1)
def _nouns() -> dict[str, str]:
    path = places.shipped("words") / FILE
    try:
        text = lzma.LZMADecompressor().decompress(files.read_bytes(path, _MAX_BYTES), _MAX_UNPACKED).decode("utf-8")
    except (OSError, lzma.LZMAError, ValueError) as error:
        raise DataError(f"The table of WordNet's nouns {path} cannot be read ({files.reason(error)}).") from error
    return dict(line.split(" ", 1) for line in text.splitlines())
