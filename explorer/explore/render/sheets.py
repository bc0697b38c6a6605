"""Sheets: a row of tiles for each expression, its words at the left."""

import textwrap
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from explorer.errors import ExplorerError
from explorer.explore.render.picture import Picture, compose, to_image
from explorer.explore.spec.spec import Spec
from explorer.explore.spec.style import EACH, is_each

COLUMNS = 16  # of tiles; a row of more goes on in the next line
TEXT_SIZE, LINE, MARGIN, GAP = 14, 17, 8, 4  # pixels
SMALL_TEXT, SMALL_LINE = 11, 14
LETTERS, LETTER = 22, 8  # letters in a line; pixels of a letter, about
NARROWEST = 7 * LETTER  # pixels of a column that a style's name has room above
PAPER, INK = (255, 255, 255), (32, 32, 32)


def sheet(
    pictures: Sequence[Picture],
    labels: Sequence[str] | None = None,
    scale: int = 1,
    columns: Sequence[int] | None = None,
) -> Image.Image:
    """An RGB image with a row a picture, `labels` (default: what was typed) at the left, each pixel `scale` x `scale`.

    All pictures must have tiles of one size. columns: tiles beside each other, of each picture (default: 16). Where
    every tile has a style of its own, and there is room, the styles stand above the columns.
    """
    if not pictures:
        raise ExplorerError("A sheet needs at least one picture.")
    if len({picture.tiles.shape[1:3] for picture in pictures}) > 1:
        raise ExplorerError("The pictures of a sheet must have tiles of one size; use checkpoints of one resolution.")
    labels = [label_of(picture) for picture in pictures] if labels is None else list(labels)
    if len(labels) != len(pictures):
        raise ExplorerError(f"A sheet of {len(pictures)} pictures needs as many labels, not {len(labels)}.")
    heads = _style_heads(pictures, scale) if columns is None else ()
    return rows_sheet([picture.tiles for picture in pictures], labels, scale, columns, heads)


def rows_sheet(
    rows: Sequence[np.ndarray],
    labels: Sequence[str],
    scale: int = 1,
    columns: Sequence[int] | None = None,
    heads: Sequence[str] = (),
) -> Image.Image:
    """The same of bare tiles, uint8 [N, H, W, C] a row; heads: texts above the labels, then above each column."""
    lines = [textwrap.wrap(label, LETTERS) for label in labels]
    most = [COLUMNS] * len(rows) if columns is None else columns
    strips = [to_image(compose(tiles, min(len(tiles), m)), scale) for tiles, m in zip(rows, most, strict=True)]
    font = ImageFont.load_default(TEXT_SIZE)
    texts = [line for row in lines for line in row] + list(heads[:1])
    left = 2 * MARGIN + round(max(map(font.getlength, texts), default=0))
    heights = [max(strip.height, LINE * len(row)) for strip, row in zip(strips, lines, strict=True)]
    tile_width = rows[0].shape[2] * scale
    above = [textwrap.wrap(head, max(9, tile_width // LETTER)) or [""] for head in heads[1:]]
    widest = max((font.getlength(line) for head in above for line in head), default=0)
    head_font = font if widest < tile_width else ImageFont.load_default(TEXT_SIZE * (tile_width - 2) / widest)
    top = LINE * max(1, *map(len, above)) + GAP if heads else 0
    size = (left + max(strip.width for strip in strips), top + sum(heights) + GAP * (len(strips) - 1))
    page = Image.new("RGB", size, PAPER)
    pen = ImageDraw.Draw(page)
    for head in heads[:1]:
        pen.text((left - MARGIN, 0), head, fill=INK, font=font, anchor="ra")
    for column, words in enumerate(above):
        first = top - GAP - LINE * len(words)
        for number, word in enumerate(words):
            pen.text(
                (left + (column + 0.5) * tile_width, first + number * LINE), word, fill=INK, font=head_font, anchor="ma"
            )
    for strip, row, height in zip(strips, lines, heights, strict=True):
        page.paste(strip.convert("RGB"), (left, top))
        first = top + (height - LINE * len(row)) // 2
        for number, line in enumerate(row):
            pen.text((left - MARGIN, first + number * LINE), line, fill=INK, font=font, anchor="ra")
        top += height + GAP
    return page


def _style_heads(pictures: Sequence[Picture], scale: int) -> Sequence[str]:
    """The styles above the columns; none where the columns have no style in common, or are too narrow for names."""
    longest = max((picture.tile_styles for picture in pictures), key=len)
    if len(longest) > COLUMNS or pictures[0].tiles.shape[2] * scale < NARROWEST:
        return ()
    alike = (longest[: len(one.tiles)] == one.tile_styles and is_each(one.spec.style) for one in pictures)
    return ("", *longest) if all(alike) else ()


def label_of(picture: Picture) -> str:
    """Label of a picture, see `name_of`."""
    return name_of(picture.spec)


def name_of(spec: Spec) -> str:
    """The expression as typed, or "a vector", and the style: `kitten`, `kitten, noto`, `kitten, each style`."""
    style = f"{EACH} style" if is_each(spec.style) else spec.style.strip()
    return f"{words_of(spec)}, {style}" if style else words_of(spec)


def words_of(spec: Spec) -> str:
    """The expression as typed, or "a vector"."""
    condition = spec.condition
    return condition if isinstance(condition, str) else "a vector"
