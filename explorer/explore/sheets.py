"""A sheet: a row of tiles an expression, the words written at its left."""

import textwrap
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from explorer.errors import ExplorerError
from explorer.explore.picture import Picture, compose, to_image
from explorer.explore.spec import Spec

COLUMNS = 16  # a row of more tiles goes on in the next line
TEXT_SIZE, LINE, MARGIN, GAP = 14, 17, 8, 4  # pixels
LETTERS = 22  # of a line of words
PAPER, INK = (255, 255, 255), (32, 32, 32)


def sheet(
    pictures: Sequence[Picture],
    labels: Sequence[str] | None = None,
    scale: int = 1,
    columns: Sequence[int] | None = None,
) -> Image.Image:
    """An RGB image with a row a picture, `labels` (default: what was typed) at the left, each pixel `scale` x `scale`.

    All pictures must have tiles of one size. columns: the most tiles beside each other of each picture (default: 16).
    """
    if not pictures:
        raise ExplorerError("A sheet needs at least one picture.")
    if len({picture.tiles.shape[1:3] for picture in pictures}) > 1:
        raise ExplorerError("The pictures of a sheet must have tiles of one size; use checkpoints of one resolution.")
    labels = [label_of(picture) for picture in pictures] if labels is None else list(labels)
    if len(labels) != len(pictures):
        raise ExplorerError(f"A sheet of {len(pictures)} pictures needs as many labels, not {len(labels)}.")
    lines = [textwrap.wrap(label, LETTERS) for label in labels]
    most = [COLUMNS] * len(pictures) if columns is None else columns
    strips = [to_image(compose(p.tiles, min(len(p.tiles), m)), scale) for p, m in zip(pictures, most, strict=True)]
    font = ImageFont.load_default(TEXT_SIZE)
    left = 2 * MARGIN + round(max((font.getlength(line) for row in lines for line in row), default=0))
    heights = [max(strip.height, LINE * len(row)) for strip, row in zip(strips, lines, strict=True)]
    size = (left + max(strip.width for strip in strips), sum(heights) + GAP * (len(strips) - 1))
    page = Image.new("RGB", size, PAPER)
    pen = ImageDraw.Draw(page)
    top = 0
    for strip, row, height in zip(strips, lines, heights, strict=True):
        page.paste(strip.convert("RGB"), (left, top))
        first = top + (height - LINE * len(row)) // 2
        for number, line in enumerate(row):
            pen.text((left - MARGIN, first + number * LINE), line, fill=INK, font=font, anchor="ra")
        top += height + GAP
    return page


def label_of(picture: Picture) -> str:
    """What a picture was drawn from, see `name_of`."""
    return name_of(picture.spec)


def name_of(spec: Spec) -> str:
    """What was typed, or "a vector"."""
    condition = spec.condition
    return condition if isinstance(condition, str) else "a vector"
