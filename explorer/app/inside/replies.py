"""Pictures as the Inside tab's page needs them."""

import base64
from typing import TYPE_CHECKING, Any

from explorer.app.explore.tab import SAVED_SIDE
from explorer.app.shared.public_names import named

if TYPE_CHECKING:
    import numpy as np

    from explorer.explore import Spec, Studio


def drawn(studio: "Studio", spec: "Spec", name: str, save: bool = False) -> dict[str, Any]:
    """A spec's tiles as a PNG that carries it, under the checkpoint's name; larger to be saved."""
    picture = named(studio.render(spec, read=False), name)
    height, width = picture.tiles.shape[1:3]
    scale = max(1, round(SAVED_SIDE / max(picture.composite.shape[:2]))) if save else 1
    return {
        "ok": True,
        "png": base64.b64encode(picture.png(scale)).decode("ascii"),
        "tile": [width, height],
        "count": len(picture.tiles),
        "columns": picture.columns,
        "hints": list(picture.hints),
        "device": studio.device.upper(),
    }


def sheet_of(rows: "np.ndarray", spec: "Spec | None" = None, name: str = "") -> str:
    """Pictures uint8 [R, K, H, W] or [R, K, H, W, 1 or 3] as a PNG in base64, a row of K a line; with a spec inside."""
    from explorer.explore.render.picture import to_image
    from explorer.explore.render.png import encode, encode_text

    rows = rows if rows.ndim == 5 else rows[..., None]
    count, across, height, width, channels = rows.shape
    page = rows.transpose(0, 2, 1, 3, 4).reshape(count * height, across * width, channels)
    image = to_image(page)
    data = encode_text(image, "{}") if spec is None else encode(image, [spec.replace(checkpoint=name)])
    return base64.b64encode(data).decode("ascii")
