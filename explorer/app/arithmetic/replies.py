"""Sums as the Arithmetic tab's page needs them."""

from typing import TYPE_CHECKING, Any

from explorer.app.shared.replies import nearest_reply, png_reply, rows_png, tiles_png

if TYPE_CHECKING:
    from explorer.explore import Picture
    from explorer.explore.arithmetic.words import Sum

SHEET_SCALE = 3  # pixels a pixel of a sheet that is kept


def sum_reply(found: "Sum", in_rows: bool) -> dict[str, Any]:
    """A sum. in_rows: each operand's tiles in one row, the last being the mean of the others."""
    from explorer.explore.render.judging import seen_sentence

    result = found.result
    return _tiles(result) | {
        "operands": [
            {"label": operand.label, "weight": operand.weight} | _tiles(operand.picture, in_rows)
            for operand in found.operands
        ],
        "nearest": nearest_reply(found.nearest),
        "far": result.familiarity.sentence,
        "seen": seen_sentence(result),
        "hints": list(result.hints),
    }


def _tiles(picture: "Picture", in_row: bool = False) -> dict[str, Any]:
    if in_row:
        return png_reply(rows_png(picture.tiles[None], picture.spec), picture.tiles, len(picture.tiles))
    return png_reply(tiles_png(picture), picture.tiles, picture.columns)
