"""Tables of pictures: `metadata.jsonl`, as Hugging Face's ImageFolder has it, or a CSV of the same columns."""

import csv
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from explorer import files
from explorer.data.folders.listing import MAX_FILES, Listing, Parts, entry_parts
from explorer.data.folders.names_file import NAMES_FILES, csv_rows, text_of
from explorer.data.folders.splits import SPLIT_NAMES
from explorer.data.imageset import DataError
from explorer.errors import listed, shown

METADATA_FILES = ("metadata.jsonl", "metadata.csv")
MAX_BYTES = 64 << 20
MAX_OTHERS = 16  # CSVs that are looked into; more are data of another kind
MAX_LETTERS = 10_000  # of one value
MAX_KEYWORDS = 100  # of one picture; further ones are not read

_FILE = ("file_name", "filename", "file", "image", "path")  # the first of these columns that is there
_TEXTS = ("text", "word", "label", "style", "subject", "emoji", "split")


@dataclass(frozen=True)
class Row:
    """What a table says of one picture: "" where it says nothing. where: the table and the line, for messages."""

    where: str
    text: str = ""
    word: str = ""
    label: str = ""
    style: str = ""
    subject: str = ""
    emoji: str = ""
    split: str = ""
    keywords: tuple[str, ...] = ()

    @property
    def said(self) -> tuple:
        """All but the place, to compare rows by."""
        return tuple(getattr(self, name) for name in _TEXTS) + self.keywords


@dataclass
class Table:
    """name: of its file. rows: what is said of each file, which may be missing."""

    name: str
    rows: dict[Parts, Row] = field(default_factory=dict)


def read_table(listing: Listing) -> Table | None:
    """All that the tables of a listing say, or None if it has none.

    A table is a file METADATA_FILES in any folder, JSON lines before CSV; or else the only CSV with a column of files
    and one of labels or texts: one that does not fit is passed by, with a note, as are several. Paths are relative to
    the table's folder; in such a CSV names alone will do. An accent may be a letter's own or a mark of its own (NFC,
    NFD), as on the disks of a Mac. Raises DataError, naming the line, for what is no such table,
    a path that leads elsewhere, a value of a wrong type, or two rows of one file.
    """
    if named := _named(listing):
        return _as_spelled(listing, _read(listing, named))
    others = [parts for parts in listing.files if parts[-1].lower().endswith(".csv")]
    others = [parts for parts in others if parts[-1].lower() not in NAMES_FILES]
    if len(others) > MAX_OTHERS:
        return None
    others = [parts for parts in others if _has_columns(listing, parts)]
    if not others:
        return None
    try:
        if len(others) > 1:
            raise DataError(f"{listed(one[-1] for one in others[1:])} say words too; call the right one metadata.csv.")
        return _where_they_lie(listing, _as_spelled(listing, _read(listing, others)))
    except DataError as error:
        note = f"{others[0][-1]} was passed by: {error}"
        if note not in listing.notes:
            listing.notes.append(note)
        return None


def _as_spelled(listing: Listing, table: Table) -> Table:
    """The table with the names of files as they are spelled in the listing, where only the form of accents differs."""
    here = set(listing.files)
    if table.rows.keys() <= here:
        return table
    spelled = {_composed(parts): parts for parts in listing.files}
    names = {parts: parts if parts in here else spelled.get(_composed(parts), parts) for parts in table.rows}
    return replace(table, rows={names[parts]: row for parts, row in table.rows.items()})


def _composed(parts: Parts) -> Parts:
    return tuple(unicodedata.normalize("NFC", part) for part in parts)


def _named(listing: Listing) -> list[Parts]:
    """The files that are called METADATA_FILES: one a folder."""
    by_folder: dict[Parts, Parts] = {}
    for name in METADATA_FILES:
        for parts in listing.files:
            if parts[-1].lower() == name:
                by_folder.setdefault(parts[:-1], parts)
    return sorted(by_folder.values())


def _read(listing: Listing, found: list[Parts]) -> Table:
    table = Table(found[0][-1])
    for parts in found:
        where = listing.where(parts)
        data = listing.read(parts)
        if len(data) > MAX_BYTES:
            raise DataError(f"{where} is longer than {MAX_BYTES >> 20} MB: split the set into several.")
        try:
            text = text_of(data)
        except UnicodeDecodeError as error:
            raise DataError(f"{where} is not in UTF-8: save it so (Excel calls that CSV UTF-8).") from error
        lines = _json_lines(text, where) if parts[-1].lower().endswith(".jsonl") else _csv_lines(text, where)
        for number, raw in lines:
            at = f"{where}, line {number},"
            file = (*parts[:-1], *_path(raw, listing, at))
            row = _row(raw, at)
            before = table.rows.setdefault(file, row)
            if before.said != row.said:
                raise DataError(
                    f"{at} says something else of {shown('/'.join(file), 100)} than a line before: keep one."
                )
            if len(table.rows) > MAX_FILES:
                raise DataError(f"{where} has more than {MAX_FILES:,} rows: give the table of one data set.")
    if not table.rows:
        raise DataError(f"{listing.where(found[0])} has no row: write one for each picture, or remove it.")
    return table


def _where_they_lie(listing: Listing, table: Table) -> Table:
    """The table with paths of pictures that are there; its own may lack the folders. DataError if it is of others."""
    if any(parts in table.rows for parts in listing.files):
        return table
    by_name: dict[str, list[Parts]] = defaultdict(list)
    for parts in listing.files:
        by_name[parts[-1]].append(parts)
    rows = {by_name[parts[-1]][0]: row for parts, row in table.rows.items() if len(by_name[parts[-1]]) == 1}
    if not rows:
        raise DataError("it names none of these pictures.")
    return replace(table, rows=rows)


def _has_columns(listing: Listing, parts: Parts) -> bool:
    try:
        head = "\n".join(text_of(listing.read(parts), "replace").lstrip().split("\n", 2)[:2])
        _, row = next(csv_rows(head), (0, []))
        columns = {one.strip().lower() for one in row}
    except (DataError, csv.Error):
        return False
    return bool(columns & set(_FILE)) and bool(columns & {"text", "word", "label"})


def _json_lines(text: str, where: str) -> Iterator[tuple[int, Mapping]]:
    for number, line in enumerate(text.split("\n"), 1):  # splitlines would break within a JSON text
        if not line.strip():
            continue
        try:
            raw = files.parse_json(line)
        except ValueError as error:
            raise DataError(
                f"{where}, line {number}, is not JSON ({shown(error, 100)}): write an object a line."
            ) from error
        if not isinstance(raw, dict):
            raise DataError(f"{where}, line {number}, is no JSON object: write one a line, with a file_name.")
        yield number, raw


def _csv_lines(text: str, where: str) -> Iterator[tuple[int, Mapping]]:
    columns: list[str] = []
    line = 1
    try:
        for line, values in csv_rows(text):
            if not any(value.strip() for value in values):
                continue
            if not columns:
                columns = [value.strip().lower() for value in values]
                continue
            if len(values) > len(columns):
                raise DataError(
                    f"{where}, line {line}, has {len(values)} values for {len(columns)} columns: put what "
                    "has a comma in it in quotes."
                )
            yield line, dict(zip(columns, values, strict=False))
    except csv.Error as error:
        raise DataError(f"{where}, at or after line {line}, is not CSV ({shown(error, 100)}): mend it.") from error


def _path(raw: Mapping, listing: Listing, at: str) -> Parts:
    name = next((raw[column] for column in _FILE if raw.get(column)), None)
    if not isinstance(name, str) or not name.strip():
        raise DataError(f"{at} has no file_name: name the picture, relative to the table's folder.")
    try:
        parts = entry_parts(name.strip(), listing.root)
    except DataError as error:
        raise DataError(f"{at} names a file outside its folder ({shown(name, 100)!r}): do not trust it.") from error
    if not parts:
        raise DataError(f"{at} names no file ({shown(name, 100)!r}): name the picture.")
    return parts


def _row(raw: Mapping, at: str) -> Row:
    texts = {name: _text(raw.get(name), name, at) for name in _TEXTS}
    if texts["split"]:
        split = SPLIT_NAMES.get(texts["split"].lower())
        if split is None:
            raise DataError(f"{at} has the split {shown(texts['split'], 40)!r}: write train, val or test.")
        texts["split"] = split
    return Row(at, **texts, keywords=_keywords(raw.get("keywords"), at))


def _text(value: object, name: str, at: str) -> str:
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool) and name in ("label", "word", "subject"):
        return str(value)
    if not isinstance(value, str):
        raise DataError(f"{at} has a {name} that is no text ({shown(repr(value), 60)}): write one, or leave it out.")
    if len(value) > MAX_LETTERS:
        raise DataError(f"{at} has a {name} of {len(value):,} letters: shorten it.")
    return " ".join(value.split())


def _keywords(value: object, at: str) -> tuple[str, ...]:
    several = value.split(",") if isinstance(value, str) else [] if value is None else value
    if not isinstance(several, list) or not all(isinstance(one, str) for one in several):
        raise DataError(f"{at} has keywords that are no texts ({shown(repr(value), 60)}): write a list of them.")
    return tuple(filter(None, (_text(one, "keyword", at) for one in several[:MAX_KEYWORDS])))
