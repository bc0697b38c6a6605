"""A unit of the discriminator on paper: the pictures that excite it, and what in them does."""

from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

from explorer.explore.render.picture import to_image
from explorer.explore.render.sheets import GAP, INK, MARGIN, PAPER

if TYPE_CHECKING:
    from explorer.explore.inside.discriminator import UnitView

TEXT, LINE = 11, 14  # pixels
FRAME = (235, 120, 40)


def unit_sheet(view: "UnitView", scale: int = 2) -> Image.Image:
    """A column a picture, each pixel `scale` x `scale`: what the unit sees is framed; under it the guided picture."""
    count, height, width, _ = view.pictures.shape
    step, side = max(width * scale, 3 * TEXT) + GAP, height * scale
    page = Image.new("RGB", (2 * MARGIN + count * step, 2 * LINE + 2 * (side + GAP) + LINE), PAPER)
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(TEXT)
    pen.text((MARGIN, LINE // 2), f"{view.layer.name}, unit {view.unit}", fill=INK, font=font)
    for place in range(count):
        left, top = MARGIN + place * step, 2 * LINE
        page.paste(to_image(view.pictures[place], scale), (left, top))
        first_row, first_column, last_row, last_column = (int(x) for x in view.boxes[place])
        corners = (
            (left + first_column * scale, top + first_row * scale),
            (left + (last_column + 1) * scale - 1, top + (last_row + 1) * scale - 1),
        )
        pen.rectangle(corners, outline=FRAME)
        page.paste(to_image(view.guided_pictures[place], scale), (left, top + side + GAP))
        pen.text((left, top + 2 * (side + GAP) - 2), f"{view.values[place]:.2f}", fill=INK, font=font)
    return page
