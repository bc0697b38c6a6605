"""Pictures that a table describes: their labels, styles, subjects and texts."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from explorer.data.folders.broken_files import SKIP_HINT
from explorer.data.folders.captions import MAX_TEXT, head_word, specific_texts
from explorer.data.folders.classes import OTHER_SPLIT, Classes, find_top, is_picture, word_of
from explorer.data.folders.listing import Listing, Parts
from explorer.data.folders.metadata import Row, Table
from explorer.data.folders.names_file import first_word
from explorer.data.folders.splits import SPLITS, Tree
from explorer.data.imageset import DataError
from explorer.data.styles import check_count, style_name
from explorer.errors import listed, shown


@dataclass(frozen=True)
class _Picture:
    """One picture: the split that it is in, the label as it is written, and its word; row: None where none describes
    it."""

    parts: Parts
    split: str
    label: str
    word: str
    row: Row | None


def find_described(listing: Listing, table: Table, split: str, skip_broken: bool = False) -> Classes:
    """The pictures of one split with all that a table says of them.

    A picture's label is its `word`, or else its `label`, or else the class folder that it lies in, or else its `text`:
    the whole of it where texts repeat (two pictures a text or more), and the head word of each where they do not. One
    with none of these is left out. Its split is that of the column, or else that of the folder. Styles, subjects and
    which keywords are specific follow from all splits together, so that every split has the same. A subject is what
    has one `subject`, `emoji` or `text` under one label.

    Raises DataError for rows that name no picture that is there, unless `skip_broken` leaves them out.
    """
    if split not in SPLITS:
        raise DataError(f"{listing.root} can have the splits train, val and test, but no {split!r}.")
    notes = [*listing.notes, *_about_missing(listing, table, skip_broken)]
    pictures, without = _pictures(listing, table)
    words = sorted({one.word for one in pictures if one.split == "train"})
    if not pictures:
        raise DataError(
            f"{listing.root} has no picture with a label: give each row of {table.name} a word, a label or a text."
        )
    if not words:
        raise DataError(
            f"{listing.root} has no train split, whose words are the labels: {table.name} and the folders put all of "
            f"its pictures into {listed(sorted({one.split for one in pictures}))}."
        )
    if without:
        notes.append(_left_out(listing, without, f"neither {table.name} nor a class folder says what they show"))
    own = split if any(one.split == split for one in pictures) else OTHER_SPLIT.get(split, split)
    wanted = [one for one in pictures if one.split == own]
    if not wanted:
        raise DataError(f"{listing.root} has no {split} split: hold some pictures out by a folder or a column split.")
    labels = {word: label for label, word in enumerate(words)}
    if strange := [one.parts for one in wanted if one.word not in labels]:
        notes.append(_left_out(listing, strange, "no training picture has their labels"))
        wanted = [one for one in wanted if one.word in labels]
    wanted.sort(key=lambda one: (labels[one.word], one.parts))
    styles, style_of = _styles(listing, pictures)
    subject_of, texts = _subjects(pictures)
    written = {one.word: one.label for one in reversed(pictures)}
    return Classes(
        words=tuple(words),
        files=tuple((one.parts, labels[one.word]) for one in wanted),
        notes=tuple(notes),
        folders=tuple(written[word] for word in words),
        styles=styles,
        style_ids=tuple(style_of[one.parts] for one in wanted) if styles else (),
        subjects=tuple(subject_of[one.parts] for one in wanted) if texts else (),
        texts=texts,
    )


def _about_missing(listing: Listing, table: Table, skip_broken: bool) -> list[str]:
    """A note about rows without a picture; DataError unless they may be left out."""
    here = set(listing.files)
    missing = [(parts, row) for parts, row in table.rows.items() if parts not in here or not is_picture(parts)]
    if not missing:
        return []
    first, row = missing[0]
    more = f", as do {len(missing) - 1:,} more" if len(missing) > 1 else ""
    if not skip_broken:
        raise DataError(
            f"{row.where} names {shown('/'.join(first), 100)}, which is no picture that is there{more}: bring the "
            f"pictures, remove the rows, or leave them out {SKIP_HINT}."
        )
    return [
        f"{len(missing):,} rows of {table.name} name no picture that is there, the first {shown('/'.join(first), 100)}."
    ]


def _pictures(listing: Listing, table: Table) -> tuple[list[_Picture], list[Parts]]:
    """Every picture that has a label, in the listing's order, and those that have none."""
    here = [parts for parts in listing.files if is_picture(parts)]
    places = _places(listing, here, table)
    by_text = _words_of_texts(table, places)
    pictures, without = [], []
    for parts in here:
        row = table.rows.get(parts)
        split, folder = places[parts]
        said = (row.word or row.label) if row else ""
        label = said or folder or by_text.get(row.text if row else "", "")
        word = (first_word(label) if said else word_of(label)) if label else ""
        if not word:
            without.append(parts)
        else:
            pictures.append(_Picture(parts, split, label, word, row))
    return pictures, without


def _places(listing: Listing, here: list[Parts], table: Table) -> dict[Parts, tuple[str, str]]:
    """The split of each picture, and the name of its class folder, "" if it lies in none."""
    rows = [table.rows.get(parts) for parts in here]
    if all(row and row.split and (row.word or row.label) for row in rows):  # folders then mean nothing
        return {parts: (row.split, "") for parts, row in zip(here, rows, strict=True)}
    tree = Tree(listing, here)
    top, splits = find_top(tree)
    training = splits.get("train", top)
    classes = {folder[-1] for folder in tree.filled(training)}
    roots = splits or {"train": top}
    found = {}
    for parts, row in zip(here, rows, strict=True):
        split, root = next(
            ((name, root) for name, root in roots.items() if parts[: len(root)] == root), ("train", training)
        )
        inside = parts[len(root) : -1]
        folder = inside[0] if len(classes) > 1 and inside and inside[0] in classes else ""
        found[parts] = (row.split if row and row.split else split, folder)
    return found


def _words_of_texts(table: Table, places: Mapping[Parts, tuple[str, str]]) -> dict[str, str]:
    """text -> label, for rows that have nothing better: see `find_described`."""
    texts = [
        row.text
        for parts, row in table.rows.items()
        if row.text and not row.word and not row.label and parts in places and not places[parts][1]
    ]
    whole = 2 * len(set(texts)) <= len(texts) and all(len(text) <= MAX_TEXT for text in texts)
    return {text: first_word(text) if whole else head_word(text) for text in set(texts)}


def _styles(listing: Listing, pictures: list[_Picture]) -> tuple[tuple[str, ...], dict[Parts, int]]:
    """Names of the styles, and the style of each picture; those without one have the set's own, where others have."""
    if not any(one.row and one.row.style for one in pictures):
        return (), {}
    own = style_name(listing.root.resolve().name.split(".")[0])
    known: dict[str, str] = {}
    name_of = {}
    for one in pictures:
        style = one.row.style if one.row else ""
        if style and style not in known:
            known[style] = style_name(style)
        name_of[one.parts] = known[style] if style else own
    styles = tuple(sorted(set(name_of.values())))
    check_count(len(styles), str(listing.root))
    return styles, {parts: styles.index(name) for parts, name in name_of.items()}


def _subjects(pictures: list[_Picture]) -> tuple[dict[Parts, int], tuple[tuple[str, ...], ...]]:
    """The subject of each picture, and their texts; none where the table tells no subjects apart."""
    numbers: dict[tuple, int] = {}
    names: dict[int, list[str]] = defaultdict(list)
    keywords: dict[int, list[str]] = defaultdict(list)
    subject_of = {}
    for one in pictures:
        row = one.row or Row("")
        key = (one.word, row.subject or row.emoji or row.text or row.keywords)
        number = subject_of[one.parts] = numbers.setdefault(key, len(numbers))
        if row.text:
            names[number].append(row.text)
        keywords[number] += row.keywords
    if not any(key for _, key in numbers):
        return {}, ()
    return subject_of, tuple(specific_texts(names, keywords, [word for word, _ in numbers]))


def _left_out(listing: Listing, left_out: list[Parts], why: str) -> str:
    return f"{len(left_out):,} pictures were left out, the first {listing.where(left_out[0])}: {why}."
