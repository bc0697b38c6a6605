"""Thumbnails of words, and the map as a picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from explorer.explore.map.levels import RATIO, shown_at
from explorer.explore.map.word_map import MapWord, WordMap, thumbnail_spec
from explorer.explore.render.files import check_target, write
from explorer.explore.render.forward import draw_each
from explorer.explore.render.picture import to_image
from explorer.explore.render.png import encode
from explorer.explore.render.sheets import INK, PAPER
from explorer.explore.render.studio import Studio
from explorer.explore.spec.checks import whole
from explorer.explore.spec.spec import Spec

if TYPE_CHECKING:
    import pandas

MOST = 256  # thumbnails of one picture, which carries the spec of each
WIDTHS = (400, 6000)  # pixels of the picture
WIDTH = 1400
_SIDE, _GAP, _TEXT = 48, 8, 12  # pixels of a thumbnail at least, between two, of a letter
_DOT, _SOFT, _TYPED = (176, 171, 162), (106, 102, 94), (44, 91, 212)


def draw_thumbnails(studio: Studio, spec: Spec, words: Sequence[str]) -> tuple[tuple[Spec, ...], np.ndarray]:
    """The specs of words' thumbnails, and their tiles, uint8 [N, H, W, C], drawn together. Raises ExplorerError."""
    specs = tuple(thumbnail_spec(spec, word) for word in words)
    vectors = [studio.vector(one) for one in specs]
    return specs, draw_each(studio.checkpoint(spec.checkpoint), specs, vectors)


@dataclass(frozen=True, eq=False)
class DrawnMap:
    """A map with the thumbnails that fit into a picture of so many pixels.

    shown: words that have one; specs and tiles, uint8 [N, H, W, C], are theirs. spec: what places are drawn with.
    """

    map: WordMap
    spec: Spec
    width: int
    shown: tuple[MapWord, ...]
    specs: tuple[Spec, ...]
    tiles: np.ndarray

    def at(self, x: float, y: float) -> Spec:
        """The spec of a place, in map units: `ex.draw(drawn.at(0.2, -0.4))`. Raises SpecError."""
        return self.map.spec_at(self.spec, x, y)

    @property
    def table(self) -> "pandas.DataFrame":
        """All words: columns `word`, `kind`, `x` and `y`, in map units."""
        import pandas

        rows = [(word.text, word.kind, word.x, word.y) for word in self.map.words]
        return pandas.DataFrame(rows, columns=["word", "kind", "x", "y"])

    def image(self) -> Image.Image:
        """The picture, RGB: thumbnails above their words, a dot for every other word."""
        frame = _Frame(self.map, self.width, self.tiles.shape[2])
        page = Image.new("RGB", (self.width, frame.height), PAPER)
        pen, font = ImageDraw.Draw(page), ImageFont.load_default(_TEXT)
        shown = set(self.shown)
        for word in self.map.words:
            x, y = frame.pixel(word)
            if word not in shown:
                pen.ellipse((x - 1.5, y - 1.5, x + 1.5, y + 1.5), fill=_DOT)
        for word, tile in zip(self.shown, self.tiles, strict=True):
            x, y = frame.pixel(word)
            left, top = round(x - frame.tile / 2), round(y - frame.cell * RATIO / 2)
            page.paste(to_image(tile, frame.scale).convert("RGB"), (left, top))
            if word.kind in ("typed", "recent"):
                pen.rectangle((left - 2, top - 2, left + frame.tile + 1, top + frame.tile + 1), outline=_TYPED, width=2)
            ink = {"label": INK, "typed": _TYPED, "recent": _TYPED}.get(word.kind, _SOFT)
            pen.text((x, top + frame.tile + 2), _fitted(word.text, font, frame.cell - 2), ink, font, "ma")
        return page

    def png(self) -> bytes:
        """The picture as a PNG that carries the spec of every thumbnail (`specs_from_png`)."""
        return encode(self.image(), self.specs)

    def save(self, path: str | Path) -> Path:
        """Write a .png that carries the spec of every thumbnail; returns the path."""
        return write(check_target(path, {".png": "a picture"}), self.png())

    def _repr_png_(self) -> bytes:
        return self.png()

    def __repr__(self) -> str:
        return f"<DrawnMap of {len(self.map.words)} words, {len(self.shown)} of them drawn>"


def draw_map(studio: Studio, found: WordMap, spec: Spec, width: int = WIDTH) -> DrawnMap:
    """Draw a map of `spec`'s checkpoint with as many thumbnails as fit into a picture so wide. Raises ExplorerError."""
    width = whole(width, "the width of a map", *WIDTHS)
    frame = _Frame(found, width, studio.checkpoint(spec.checkpoint).image_shape[2])
    levels = np.array([word.level for word in found.words])
    places = np.flatnonzero(shown_at(levels, frame.unit / frame.cell))
    first = np.sort(places[np.argsort(levels[places], kind="stable")][:MOST])
    shown = tuple(found.words[place] for place in first)
    specs, tiles = draw_thumbnails(studio, spec, [word.text for word in shown])
    return DrawnMap(found, spec, width, shown, specs, tiles)


class _Frame:
    """Where a map's words lie in a picture of `width` pixels, whose generator draws tiles of `side` pixels."""

    def __init__(self, found: WordMap, width: int, side: int):
        self.scale = -(-_SIDE // side)
        self.tile = self.scale * side
        self.cell = self.tile + _GAP
        low, high = found.places.min(0), found.places.max(0)
        self.unit = (width - 2 * self.cell) / max(float(high[0] - low[0]), 1e-6)  # pixels of a map unit
        self.unit = min(self.unit, width)  # were all words at about one place
        tall = self.unit * float(high[1] - low[1])
        self.height = min(4 * width, round(tall + 2 * self.cell * RATIO))
        self._middle, self._centre = (low + high) / 2, (width / 2, self.height / 2)

    def pixel(self, word: MapWord) -> tuple[float, float]:
        """The middle of the word's thumbnail."""
        return (
            self._centre[0] + (word.x - float(self._middle[0])) * self.unit,
            self._centre[1] + (word.y - float(self._middle[1])) * self.unit,
        )


def _fitted(word: str, font: ImageFont.FreeTypeFont, width: float) -> str:
    """As much of a word as fits."""
    if font.getlength(word) <= width:
        return word
    while word and font.getlength(f"{word}…") > width:
        word = word[:-1]
    return f"{word}…"
