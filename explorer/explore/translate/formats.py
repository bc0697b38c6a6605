"""A translation as files of several kinds, as `render.formats` makes them of drawn tiles."""

import io
import zipfile

import numpy as np

from explorer.errors import ExplorerError
from explorer.explore.render.formats import KINDS, SCALES, TILE_SCALE, ZIP_TIME, svg_of
from explorer.explore.render.picture import to_image
from explorer.explore.render.png import encode_text
from explorer.explore.translate.translate import Translated

PARTS = ("source", "picture", "back")


def file_of(kind: str, found: Translated) -> bytes:
    """The content of a file of one of `render.formats.KINDS`: the translation as a PNG of a scale, or as an SVG; all
    three pictures as a zip, or as numbers for NumPy. Raises ExplorerError for another kind."""
    recipe = found.translation.to_json()
    if kind in SCALES:
        return found.png(SCALES[kind], whole=False)
    if kind == "svg":
        height, width = found.picture.shape[:2]
        return svg_of(found.png(1, whole=False), width, height, " to ".join(found.domains), recipe)
    buffer = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as packed:
            for part in PARTS:
                png = encode_text(to_image(getattr(found, part), TILE_SCALE), recipe)
                packed.writestr(zipfile.ZipInfo(f"{part}.png", ZIP_TIME), png)
        return buffer.getvalue()
    if kind == "npz":
        images = np.stack([getattr(found, part) for part in PARTS])
        np.savez_compressed(buffer, images=images, recipe=np.array([recipe]))
        return buffer.getvalue()
    raise ExplorerError(f"Pictures are saved as {', '.join(KINDS)}, not as {kind!r}.")
