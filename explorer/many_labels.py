"""Bounds of what has a row a label, where a generator may have a thousand of them."""

import io
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from explorer.errors import listed

if TYPE_CHECKING:
    from PIL.Image import Image

ROWS = 32  # labels that are shown one by one; of more, a spread of so many
STYLES = 10  # columns of a sheet that show a style each; of more styles, the first
PREVIEW_BYTES = 1_000_000


def spread(labels: Sequence[str], most: int = ROWS) -> list[int]:
    """Places of at most `most` labels, in their order, that stand for all of them.

    Of up to ROWS labels, whose order somebody chose, the first; of more, those that lie evenly in the alphabet: the
    same at every moment of a training, in whatever order a folder was read.
    """
    if len(labels) <= max(most, ROWS):
        return list(range(len(labels)))[:most]
    alphabet = sorted(range(len(labels)), key=lambda place: (labels[place], place))
    return sorted(_evenly(alphabet, most))


def sheet_rows(labels: Sequence[str], below: int = 0) -> list[int]:
    """Places of the labels that have a row on a training's sheet: all; or of more than ROWS as many of their spread as
    make ROWS with the `below` preview words under them, though at least half of those."""
    rows = spread(labels)
    return rows if len(labels) <= ROWS else _evenly(rows, max(ROWS - below, ROWS // 2))


def _evenly(places: list[int], most: int) -> list[int]:
    return [places[row * (len(places) - 1) // max(1, most - 1)] for row in range(most)]


def names(labels: Sequence[str]) -> str:
    """The labels with commas between them; of many, a spread, and how many more there are."""
    shown = spread(labels)
    more = f" and {len(labels) - len(shown):,} more" if len(shown) < len(labels) else ""
    return ", ".join(labels[place] for place in shown) + more


def sentence(shown: int, labels: int, noun: str = "words") -> str:
    """What a table or a sheet says of the rows that it lacks; empty where it has them all."""
    return f"{shown} of {labels:,} {noun}, evenly from the alphabet." if shown < labels else ""


def style_columns(styles: Sequence[str]) -> str:
    """What a sheet says of its first columns; empty without styles."""
    if not styles:
        return ""
    shown = styles[:STYLES]
    first = f"The first {len(shown)} columns are" if len(shown) > 1 else "The first column is"
    return f"{first} one latent in the style{'s' * (len(shown) > 1)} {listed(shown)}; in the others the style is open."


def fit_preview(draw: Callable[[int], "Image"], columns: int) -> "Image":
    """The sheet that `draw` makes of so many columns, or of as many as a PNG of PREVIEW_BYTES holds."""
    while True:
        sheet, content = draw(columns), io.BytesIO()
        sheet.save(content, "PNG", optimize=True)
        size = content.tell()
        if size <= PREVIEW_BYTES or columns == 1:
            return sheet
        columns = max(1, min(columns - 1, columns * PREVIEW_BYTES // size))
