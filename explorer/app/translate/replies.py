"""Translations as the Translate tab's page needs them."""

from typing import TYPE_CHECKING, Any

from explorer.app.shared.replies import SAVED_SIDE, base64_text, png_reply

if TYPE_CHECKING:
    import numpy as np

    from explorer.explore.translate.translate import Translated

ROUNDED = 2  # digits of an error


def translated_reply(found: "Translated", name: str, save: str = "") -> dict[str, Any]:
    """A picture, its translation and what comes back: to be seen at once, the bytes of their pixels; to be saved, a
    file of one of `explore.render.formats.KINDS`, or all three (`sheet`) as a PNG that carries the translation.

    name: the translator's, as pages know it. picture: the picture as it was given to it, a PNG.
    """
    import numpy as np

    from explorer.explore.translate.formats import file_of

    found = found.of(name)
    tiles = np.stack([found.source, found.picture, found.back])
    count, height, width, channels = tiles.shape
    if save == "sheet":
        return png_reply(found.png(max(1, round(SAVED_SIDE / found.row().shape[1]))), tiles, count)
    if save:
        return {"file": base64_text(file_of(save, found))}
    return {
        "pixels": base64_text(np.concatenate(list(tiles), axis=1).tobytes()),
        "channels": channels,
        "tile": [width, height],
        "count": count,
        "columns": count,
        "picture": base64_text(found.translation.picture),
        "domains": list(found.domains),
        "error": round(found.cycle_error, ROUNDED),
        "change": round(found.change, ROUNDED),
        "notes": list(found.notes),
        "ms": round(found.timings["translate"], 1),
    }


def sheet_reply(rows: "tuple[np.ndarray, ...]") -> dict[str, Any]:
    """Rows of pictures, uint8 [N, H, W, C] each, as one PNG."""
    import io

    import numpy as np

    from explorer.explore.render.picture import compose, to_image

    tiles, buffer = np.concatenate(rows), io.BytesIO()
    columns = len(rows[0])
    to_image(compose(tiles, columns)).save(buffer, "PNG", compress_level=1)
    return png_reply(buffer.getvalue(), tiles, columns)
