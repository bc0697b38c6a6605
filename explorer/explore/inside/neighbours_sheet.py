"""Tiles beside the training pictures that lie nearest to them, with distances."""

from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

from explorer.errors import ExplorerError
from explorer.explore.render.picture import to_image
from explorer.explore.render.png import MAX_PIXELS
from explorer.explore.render.sheets import GAP, INK, MARGIN, PAPER

if TYPE_CHECKING:
    from explorer.explore.inside.neighbours import Neighbours

TEXT, LINE = 11, 14  # pixels
ALARM = (200, 30, 30)


def neighbours_sheet(found: "Neighbours", scale: int = 2) -> Image.Image:
    """A row a tile, each pixel `scale` x `scale`; under every neighbour its distance, framed where it may be copied."""
    tiles = found.picture.tiles
    _, height, width, _ = tiles.shape
    columns = [near.rows.shape[1] for near in found.spaces]
    step, row = (max(width * scale, 3 * TEXT) + GAP), height * scale + LINE + GAP
    starts, left = [], MARGIN
    for count in (1, *columns):
        starts.append(left)
        left += count * step + 2 * MARGIN
    size = (left, 2 * LINE + len(tiles) * row + MARGIN)
    if size[0] * size[1] > MAX_PIXELS:
        raise ExplorerError("This sheet would be too large to be read again; take fewer tiles or a smaller scale.")
    page = Image.new("RGB", size, PAPER)
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(TEXT)
    heads = ["drawn", *(near.heading for near in found.spaces)]
    for start, head in zip(starts, heads, strict=True):
        pen.text((start, LINE // 2), head, fill=INK, font=font)
    for number, tile in enumerate(tiles):
        top = 2 * LINE + number * row
        page.paste(to_image(tile, scale), (starts[0], top))
        for near, start in zip(found.spaces, starts[1:], strict=True):
            suspect = near.copies[number]
            for place, picture in enumerate(found.tiles(near)[number]):
                at = (start + place * step, top)
                page.paste(to_image(picture, scale), at)
                alarm = suspect and place == 0
                if alarm:
                    corner = (at[0] + width * scale, at[1] + height * scale)
                    pen.rectangle(((at[0] - 2, at[1] - 2), (corner[0] + 1, corner[1] + 1)), outline=ALARM, width=2)
                under = (at[0], top + height * scale + 1)
                pen.text(under, f"{near.distances[number, place]:.3g}", fill=ALARM if alarm else INK, font=font)
    return page
