"""Names files: a CSV or JSON that says which word each class folder stands for."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from explorer import files
from explorer.data.folders.classes import Classes, word_of
from explorer.data.folders.listing import Listing, Parts
from explorer.data.imageset import DataError
from explorer.errors import shown
from explorer.words.expressions.parse import plain_name

NAMES_FILES = ("names.csv", "names.json")
"""What a names file is called that lies beside the class folders, or further up."""

MAX_BYTES = 4 << 20


def read_names(path: Path) -> dict[str, str]:
    """A names file: folder -> word. See `parse_names`; DataError for one that cannot be read."""
    try:
        data = files.read_bytes(path, MAX_BYTES)
    except OSError as error:
        raise DataError(f"The names file {path} cannot be read: {files.reason(error)}.") from error
    found = parse_names(data, str(path))
    if not found:
        raise DataError(f"The names file {path} has no row with a folder and a word: write one a class.")
    return found


def parse_names(data: bytes, where: str) -> dict[str, str]:
    """The rows of a names file, folder -> word, those without a word left out.

    As CSV, two columns (comma, semicolon or tab; more are ignored); as JSON, an object folder -> word, or one whose
    values are pairs [folder, word], as ImageNet's index has them. Of several words for one class, separated by commas,
    the first counts. Raises DataError.
    """
    try:
        if len(data) > MAX_BYTES:
            raise ValueError(f"it is longer than {MAX_BYTES >> 20} MB")
        text = text_of(data)
        rows = _json_rows(text) if text.lstrip()[:1] in ("{", "[") else _csv_rows(text)
        found = {folder.strip(): first_word(word) for folder, word in rows}
        if found.get("folder") == "word":  # the headings
            del found["folder"]
    except (ValueError, TypeError, csv.Error) as error:
        no_text = "it is not in UTF-8; Excel calls that CSV UTF-8"
        reason = no_text if isinstance(error, UnicodeDecodeError) else shown(error)
        raise DataError(
            f"The names file {where} cannot be read ({reason}): write a row with a folder and its word for each class, "
            "as CSV or JSON."
        ) from error
    return {folder: word for folder, word in found.items() if folder and word}


def find_names_file(listing: Listing, classes: Classes) -> Parts | None:
    """The names file beside a set's class folders or above them: the uppermost, CSV before JSON."""
    words = set(classes.words)
    path = classes.files[0][0]
    depth = next((at for at, part in enumerate(path[:-1]) if word_of(part) in words), 0)
    found = [one for one in listing.files if one[-1].lower() in NAMES_FILES and len(one) <= depth + 1]
    return min(found, key=lambda one: (len(one), NAMES_FILES.index(one[-1].lower()), one), default=None)


def text_of(data: bytes, errors: str = "strict") -> str:
    """A text in UTF-8, or in UTF-16 where it begins with its mark, as Excel's "Unicode text" does. UnicodeDecodeError
    for any other, unless `errors` says what to do with it."""
    return data.decode("utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig", errors)


def csv_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The number of the line that each row of a CSV ends in, and its values.

    Between the columns stands what a first line `sep=;` says, as Excel understands it, or else a tab, a semicolon or a
    comma, by the first line. Raises csv.Error.
    """
    first = text.lstrip().split("\n", 1)[0].strip()
    said = re.fullmatch(r'"?sep=([^\w"\\])"?\1*', first, re.IGNORECASE)
    mark = said[1] if said else "\t" if "\t" in first else ";" if ";" in first and "," not in first else ","
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    is_said = said is not None
    for row in rows:
        if is_said and any(row):  # the line that says it
            is_said = False
            continue
        yield rows.line_num, row


def _csv_rows(text: str) -> Iterator[tuple[str, str]]:
    for _, row in csv_rows(text):
        if len(row) > 1:
            yield row[0], row[1]


def _json_rows(text: str) -> Iterator[tuple[str, str]]:
    raw = files.parse_json(text)
    pairs = raw.items() if isinstance(raw, dict) else raw
    for one in pairs:
        folder, word = one
        if isinstance(word, list):
            folder, word = word
        if not isinstance(folder, str) or not isinstance(word, str):
            raise ValueError("a folder or a word is no text")
        yield folder, word


def first_word(word: str) -> str:
    """The first of the words for a class, as an expression that is one phrase."""
    name = word_of(word.split(",")[0])
    return plain_name(name) or name
