"""A names file to be filled in: a row for each class folder, with the word that it is read as and what may be meant."""

import csv
import io
from pathlib import Path

from explorer.data import NAMES, DataError, ReadOptions, source_path
from explorer.data.folders.class_words import named
from explorer.data.folders.classes import find_classes
from explorer.data.folders.listing import open_listing
from explorer.data.inspection import unknown_words
from explorer.words import WordSpace

HEAD = ("folder", "word", "did you mean")


def names_template(
    source: str | Path, space: WordSpace, data_dir: Path | None = None, options: ReadOptions | None = None
) -> tuple[str, int, int]:
    """(CSV, how many rows, how many of them have no word yet). No picture is read.

    A word that the space lacks is left blank, with others in the third column. Raises DataError for what is no folder,
    zip or tar of classes.
    """
    if source in NAMES:
        raise DataError(f"{source} has words of its own, and no folders to be named.")
    listing = open_listing(source_path(source, data_dir))
    try:
        classes = named(find_classes(listing, "train"), listing, options or ReadOptions())
    finally:
        listing.close()
    unknown = unknown_words(classes.words, space, most=len(classes.words))
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(HEAD)
    for folder, word in zip(classes.folders, classes.words, strict=True):
        rows.writerow((folder, "" if word in unknown else word, ", ".join(unknown.get(word, ()))))
    return text.getvalue(), len(classes.words), len(unknown)
