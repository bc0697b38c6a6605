"""Export of a library: a zip of the PNGs, each with its recipe inside, and a CSV of all their specs."""

import csv
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from explorer.errors import ExplorerError
from explorer.explore.library.entry import Entry, LibraryError
from explorer.explore.library.library import Library
from explorer.files import reason

TABLE = "library.csv"
COLUMNS = ("file", "word", "kind", "date", "generator", "seed", "psi", "tags", "note", "recipe")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # spreadsheets would compute what begins so


def file_name(entry: Entry) -> str:
    """The name of an entry's PNG in the zip: its id and its word, such as `20261128-225410-3fa1c2-boots.png`."""
    word = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in entry.word)[:40]
    return f"{entry.id}-{'-'.join(filter(None, word.split('-')))}".rstrip("-") + ".png"


def export(library: Library, entries: Sequence[Entry], file: BinaryIO | Path, most: float = float("inf")) -> list[str]:
    """Write a zip; gives a sentence for each entry that had to be left out.

    most: bytes of all pictures together. Raises LibraryError where they are more, or the zip cannot be written.
    """
    rows, left_out, size = [], [], 0
    try:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as packed:
            for entry in entries:
                try:
                    png = library.picture(entry.id)
                    recipe = library.contents(entry.id).text
                except ExplorerError as error:
                    left_out.append(str(error))
                    continue
                size += len(png)
                if size > most:
                    raise LibraryError(
                        f"These pictures have more than {most / 2**20:.0f} MB together: export fewer, or use the "
                        "command: gan-explorer library export -o library.zip"
                    )
                packed.writestr(file_name(entry), png)
                rows.append(_row(entry, recipe))
            packed.writestr(TABLE, _table(rows), zipfile.ZIP_DEFLATED)
    except (OSError, zipfile.LargeZipFile) as error:
        raise LibraryError(f"The zip could not be written ({reason(error)}).") from error
    return left_out


def _row(entry: Entry, recipe: str) -> list[str]:
    seed = "" if entry.seed is None else str(entry.seed)
    date = entry.date.isoformat().replace("+00:00", "Z")
    about = [file_name(entry), entry.word, entry.kind, date, entry.generator, seed, f"{entry.psi:g}"]
    cells = [*about, ", ".join(entry.tags), entry.note, recipe]
    return [f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells]


def _table(rows: list[list[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([COLUMNS, *rows])
    return text.getvalue()
