"""Stroke drawings as Quick, Draw! publishes them (`.ndjson`, simplified), drawn as pictures of any size."""

import gzip
import io
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import PIL
from PIL import Image, ImageDraw

from explorer import files
from explorer.data import cache
from explorer.data.folders.classes import is_picture, word_of
from explorer.data.folders.listing import Listing
from explorer.data.folders.names_file import first_word
from explorer.data.imageset import USUAL_SIZES, DataError, ImageSet
from explorer.data.options import ReadOptions
from explorer.data.progress import Report, reporting
from explorer.errors import shown

SUFFIXES = (".ndjson", ".ndjson.gz")
MAX_BYTES = 1 << 30  # of all lines, unpacked
MAX_LINE = 1 << 20
MAX_DRAWINGS = 500_000
MAX_POINTS = 20_000  # of one drawing
SIDE = 255  # the largest coordinate

_OVERSAMPLING = 4
_WIDTHS, _SCALES, _SHIFT = (0.035, 0.06), (0.78, 0.92), 0.04  # of the picture's side

Source = tuple[str, "Path | bytes"]
"""Where it lies, for messages; and the file, or what is in it."""


@dataclass(frozen=True)
class Drawing:
    """number: its place among all lines, from 0. word: what it shows. strokes: of each, points uint8 [P, 2] (x, y)."""

    number: int
    word: str
    strokes: tuple[np.ndarray, ...]


def is_doodles(path: Path) -> bool:
    """Whether a file is called like one of stroke drawings."""
    return path.name.lower().endswith(SUFFIXES) and not path.is_dir()


def doodles_in(listing: Listing) -> list[Source]:
    """The files of stroke drawings in a folder or archive that has no pictures."""
    found = [parts for parts in listing.files if parts[-1].lower().endswith(SUFFIXES)]
    if not found or any(map(is_picture, listing.files)):
        return []
    return [(listing.where(parts), listing.read(parts)) for parts in found]


def load_doodles(
    name: str, sources: Iterable[Source], split: str, size: int | None, progress: bool | Report, options: ReadOptions
) -> ImageSet:
    """Every recognised drawing, `options.variants` times, black on white: uint8 [N, 1, size, size], 28 by default.

    The variants of a drawing differ a little in the strokes' width, in position and scale. They follow from its number
    and theirs alone, so that a set is drawn the same everywhere. Raises DataError for a line that is no such drawing,
    and for a split other than train.
    """
    if split != "train":
        raise DataError(f"{name} has stroke drawings without splits, so no {split} split.")
    size, variants = size or USUAL_SIZES[0], options.variants
    drawings, unrecognised = _read(sources)
    given = {word_of(folder): first_word(word) for folder, word in options.names}
    word_of_each = {one.word: given.get(word_of(one.word), first_word(one.word)) for one in drawings}
    if empty := next((written for written, word in word_of_each.items() if not word), None):
        raise DataError(f"{name} has drawings of {shown(empty, 60)!r}, which is no word: leave them out.")
    words = tuple(sorted(set(word_of_each.values())))
    labels = {word: label for label, word in enumerate(words)}
    drawings.sort(key=lambda one: (labels[word_of_each[one.word]], one.number))
    shape = (len(drawings) * variants, 1, size, size)

    def build(allocate: cache.Allocate) -> tuple[np.ndarray, dict]:
        images = allocate(shape)
        with reporting(progress) as report:
            for at, one in enumerate(drawings):
                if at % 256 == 0 or at == len(drawings) - 1:
                    report(f"Drawing {name}", at + 1, len(drawings))
                for variant in range(variants):
                    images[at * variants + variant, 0] = draw(one.strokes, size, one.number, variant)
        return images, {}

    if np.prod(shape) < cache.MIN_BYTES:
        images, note = build(cache.in_memory)[0], ""
    else:
        key = cache.cache_key("doodles", size, variants, PIL.__version__, cache.digest_of(_points(drawings)))
        images, _, note = cache.cached(key, build)
    own = np.array([labels[word_of_each[one.word]] for one in drawings], dtype=np.int64)
    total = len(drawings) + unrecognised
    recorded = [f"{unrecognised:,} of {total:,} drawings were left out, since nobody recognised them."]
    recorded = recorded if unrecognised else []
    if variants > 1:
        recorded.append(f"Each of {len(drawings):,} drawings was drawn {variants} times.")
    notes = (*recorded, *filter(None, [note]))
    return ImageSet(name, images, own.repeat(variants), words, notes, tuple(recorded))


def drawn_words(sources: Iterable[Source]) -> tuple[str, ...]:
    """What the recognised drawings show, as it is written, in alphabetical order. DataError as `load_doodles`."""
    return tuple(sorted({one.word for one in _read(sources)[0]}))


def draw(strokes: Iterable[np.ndarray], size: int, number: int, variant: int) -> np.ndarray:
    """One drawing as uint8 [size, size], black on white, anti-aliased."""
    strokes = [points.astype(np.float64) for points in strokes]
    random = np.random.default_rng((number, variant))
    width, scale = (random.uniform(*bounds) for bounds in (_WIDTHS, _SCALES))
    shift = random.uniform(-_SHIFT, _SHIFT, 2)
    side = size * _OVERSAMPLING
    ends = np.concatenate(strokes)
    centre = (ends.min(axis=0) + ends.max(axis=0)) / 2
    pixels = max(1, round(width * side))
    paper = Image.new("L", (side, side), 255)
    pen = ImageDraw.Draw(paper)
    for points in strokes:
        line = [tuple(point) for point in (points - centre) * (scale * side / SIDE) + (0.5 + shift) * side]
        if len(line) > 1:
            pen.line(line, fill=0, width=pixels, joint="curve")
        for x, y in (line[0], line[-1]):  # round ends
            pen.ellipse((x - pixels / 2, y - pixels / 2, x + pixels / 2, y + pixels / 2), fill=0)
    return np.asarray(paper.reduce(_OVERSAMPLING))


def _points(drawings: Iterable[Drawing]) -> Iterator[bytes]:
    for one in drawings:
        yield f"{one.number} {[len(points) for points in one.strokes]}".encode()
        yield from (points.tobytes() for points in one.strokes)


def _read(sources: Iterable[Source]) -> tuple[list[Drawing], int]:
    """All that were recognised, and how many were not."""
    drawings: list[Drawing] = []
    number = length = unrecognised = 0
    where = ""
    for where, source in sources:
        with _opened(where, source) as file:
            for at, line in enumerate(_lines(file, where), 1):
                length += len(line)
                if length > MAX_BYTES or number >= MAX_DRAWINGS:
                    raise DataError(
                        f"{where} has more than {MAX_DRAWINGS:,} drawings or {MAX_BYTES >> 20:,} MB: take fewer lines."
                    )
                if not line.strip():
                    continue
                raw = _json(line, f"{where}, line {at},")
                if raw.get("recognized", True) is True:
                    drawings.append(_drawing(raw, number, f"{where}, line {at},"))
                else:
                    unrecognised += 1
                number += 1
    if not drawings:
        raise DataError(f"{where} has no drawing that was recognised: take another file.")
    return drawings, unrecognised


@contextmanager
def _opened(where: str, source: Path | bytes) -> Iterator[BinaryIO]:
    try:
        with io.BytesIO(source) if isinstance(source, bytes) else files.open_regular(source) as packed:
            if packed.read(2) == b"\x1f\x8b":
                packed.seek(0)
                with gzip.open(packed) as file:
                    yield file
            else:
                packed.seek(0)
                yield packed
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{where} is damaged ({error}): fetch it again.") from error
    except OSError as error:
        raise DataError(f"{where} cannot be read ({files.reason(error)}).") from error


def _lines(file: BinaryIO, where: str) -> Iterator[bytes]:
    while line := file.readline(MAX_LINE + 1):
        if len(line) > MAX_LINE:
            raise DataError(f"{where} has a line of more than {MAX_LINE >> 20} MB: that is no simplified drawing.")
        yield line


def _json(line: bytes, at: str) -> Mapping:
    try:
        raw = files.parse_json(line)
    except ValueError as error:
        raise DataError(f"{at} is not JSON ({shown(error, 100)}): write a drawing a line.") from error
    if not isinstance(raw, dict):
        raise DataError(f"{at} is no JSON object: write a drawing a line.")
    return raw


def _drawing(raw: Mapping, number: int, at: str) -> Drawing:
    word, strokes = raw.get("word"), raw.get("drawing")
    if not isinstance(word, str) or not word.strip():
        raise DataError(f"{at} has no word: say what is drawn.")
    try:
        pairs = [(xs, ys) for xs, ys in strokes if len(xs) == len(ys) > 0]
        points = tuple(np.array(pair, dtype=np.float64).T for pair in pairs)
        good = len(pairs) == len(strokes) > 0 and sum(map(len, points)) <= MAX_POINTS
        good = good and all(one.ndim == 2 and one.min() >= 0 and one.max() <= SIDE for one in points)
    except (TypeError, ValueError, OverflowError):
        good = False
    if not good:
        raise DataError(
            f"{at} has no strokes [xs, ys] of 1 to {MAX_POINTS:,} points from 0 to {SIDE}: take simplified drawings."
        )
    return Drawing(number, word, tuple(one.round().astype(np.uint8) for one in points))
