"""Inspection of a person's pictures before a training: counts, a sheet, unknown words, a names file to fill in."""

import base64
import binascii
import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

from explorer.data import NAMES, ReadOptions, load, source_path
from explorer.data.folders.class_words import translate_folder_names
from explorer.data.folders.load import find_labels, open_listing
from explorer.data.folders.names_file import first_word
from explorer.data.imageset import SIZES, DataError, ImageSet
from explorer.data.progress import Report
from explorer.data.sources.doodles import drawn_words, is_doodles
from explorer.many_labels import sentence, spread
from explorer.places import DEFAULT_SPACE
from explorer.words import ExpressionError, UnknownWord, WordSpace, open_space
from explorer.words.expressions.parse import plain_name

MAX_UNKNOWN = 100  # unknown words for which suggestions are sought
COLUMNS = 8  # pictures of a class on the sheet
MAX_CLASSES = 100_000
_PAPER = 255
_NAMES_HEADINGS = ("folder", "word", "did you mean")


@dataclass(frozen=True)
class Inspection:
    """A source as a training would read it.

    name: of the set. pictures: how many. counts: how many each word has, in label order.
    side, channels: of every picture as it will be, one of SIZES in pixels, 1 (grey) or 3 (RGB).
    notes: sentences about what was done on the way in.
    unknown_words: class words that the space lacks, with suggestions; a training cannot be conditioned on them. The
        first MAX_UNKNOWN; none for a single class, whose word is never a condition.
    broken: files that were left out because they cannot be read: the path below the set's folder, and why; up to a
        thousand.
    styles: how many pictures each style has, if there are any. subjects: how many things the pictures show, where they
        have subjects.
    sheet: a PNG of COLUMNS pictures across and a row a class, in the order of `counts`; of many, a spread of them
        (`many_labels.spread`).
    """

    name: str
    pictures: int
    counts: dict[str, int]
    side: int
    channels: int
    notes: tuple[str, ...]
    unknown_words: dict[str, tuple[str, ...]]
    sheet: bytes
    broken: tuple[tuple[str, str], ...] = ()
    styles: dict[str, int] = field(default_factory=dict)
    subjects: int = 0

    def to_json(self) -> str:
        """One line; the sheet is in base64."""
        return json.dumps(asdict(self) | {"sheet": base64.b64encode(self.sheet).decode("ascii")})

    @classmethod
    def from_json(cls, text: str | bytes) -> "Inspection":
        """The inspection that `to_json` wrote; raises ValueError for any field that is not as it should be."""
        try:
            raw = json.loads(text)
            found = cls(
                name=_as(str, raw["name"]),
                pictures=_as(int, raw["pictures"]),
                counts={_as(str, word): _as(int, count) for word, count in raw["counts"].items()},
                side=_as(int, raw["side"]),
                channels=_as(int, raw["channels"]),
                notes=tuple(_as(str, note) for note in raw["notes"]),
                unknown_words={
                    _as(str, word): tuple(_as(str, other) for other in others)
                    for word, others in raw["unknown_words"].items()
                },
                sheet=base64.b64decode(_as(str, raw["sheet"]), validate=True),
                broken=tuple((_as(str, file), _as(str, why)) for file, why in raw["broken"]),
                styles={_as(str, style): _as(int, count) for style, count in raw["styles"].items()},
            )
        except (KeyError, TypeError, AttributeError, RecursionError, binascii.Error) as error:
            raise ValueError(f"no inspection: {error}") from error
        if found.side not in SIZES or found.channels not in (1, 3) or not 1 <= len(found.counts) <= MAX_CLASSES:
            raise ValueError("an inspection of pictures that no network draws")
        return found


def inspect(
    source: str | Path | Sequence[str | Path],
    space_name: str | None = None,
    data_dir: Path | None = None,
    progress: bool | Report = False,
    options: ReadOptions | None = None,
) -> Inspection:
    """Look at a source (see `explorer.data.load`) as a training with that word space would, by default the usual one.

    options: how a folder is read. Raises DataError or WordSpaceError with a sentence for whatever would keep it from
    being trained on.
    """
    space = open_space(space_name or DEFAULT_SPACE)
    pictures = load(source, data_dir=data_dir, progress=progress, **(options or ReadOptions()).keywords)
    _, side, _ = pictures.image_shape
    lacks = sentence(len(spread(pictures.words)), len(pictures.words), "classes")
    more = (f"The sheet shows {lacks}",) if lacks else ()
    return Inspection(
        name=pictures.name,
        pictures=len(pictures),
        counts=pictures.counts(),
        side=side,
        channels=pictures.image_shape[0],
        notes=(*pictures.notes, *more),
        unknown_words=unknown_words(pictures.words, space) if len(pictures.words) > 1 else {},
        sheet=_sheet(pictures),
        broken=pictures.broken,
        styles={name: int((pictures.style_ids == at).sum()) for at, name in enumerate(pictures.styles)},
        subjects=len(pictures.texts),
    )


def unknown_words(words: tuple[str, ...], space: WordSpace, most: int | None = None) -> dict[str, tuple[str, ...]]:
    """Words that a space cannot resolve, with suggestions: the first `most`, MAX_UNKNOWN by default."""
    found = {}
    for word in words:
        if len(found) == (MAX_UNKNOWN if most is None else most):
            break
        try:
            space.resolve_name(word)
        except UnknownWord as error:
            name, end = plain_name(word), error.position + len(error.word)
            found[word] = tuple(name[: error.position] + other + name[end:] for other in error.suggestions)
        except ExpressionError:
            found[word] = ()
    return found


def names_template(
    source: str | Path, space: WordSpace, data_dir: Path | None = None, options: ReadOptions | None = None
) -> tuple[str, int, int]:
    """A names file to fill in, as (CSV, number of rows, number of rows without a word). No picture is read.

    A word that the space lacks is left blank, with suggestions in the third column. Raises DataError for what is no
    folder, zip or tar of classes.
    """
    if source in NAMES:
        raise DataError(f"{source} has words of its own, and no folders to be named.")
    options = options or ReadOptions()
    folders, words = _folders_and_words(source_path(source, data_dir), options)
    unknown = unknown_words(words, space, most=len(words))
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(_NAMES_HEADINGS)
    for folder, word in zip(folders, words, strict=True):
        rows.writerow((folder, "" if word in unknown else word, ", ".join(unknown.get(word, ()))))
    return text.getvalue(), len(words), len(unknown)


def _folders_and_words(path: Path, options: ReadOptions) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of class folders, or what stands for them, and their words."""
    if is_doodles(path):
        written = drawn_words([(str(path), path)])
        return written, tuple(first_word(word) for word in written)
    listing = open_listing(path)
    try:
        classes = translate_folder_names(find_labels(listing, "train", options), listing, options)
    finally:
        listing.close()
    return classes.folders, classes.words


def _sheet(pictures: ImageSet) -> bytes:
    channels, side, _ = pictures.image_shape
    labels = spread(pictures.words)
    paper = np.full((len(labels), side, COLUMNS, side, channels), _PAPER, dtype=np.uint8)
    for row, label in enumerate(labels):
        own = np.flatnonzero(pictures.labels == label)
        chosen = own[np.linspace(0, len(own) - 1, min(COLUMNS, len(own))).astype(int)]  # from all over the class
        paper[row, :, : len(chosen)] = pictures.images[chosen].transpose(2, 0, 3, 1)
    flat = paper.reshape(len(labels) * side, COLUMNS * side, channels)
    buffer = io.BytesIO()
    Image.fromarray(flat[..., 0] if channels == 1 else flat).save(buffer, "PNG")
    return buffer.getvalue()


def _as(kind: type, value: object):
    if type(value) is not kind:
        raise TypeError(f"{value!r:.40} is no {kind.__name__}")
    return value
