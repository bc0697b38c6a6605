"""Films and grids of codes as the Walk tab's page needs them."""

import tempfile
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.app.shared.replies import base64_text, file_reply, png_reply
from explorer.app.walk.request import WalkRequest

if TYPE_CHECKING:
    import numpy as np

    from explorer.explore import Film
    from explorer.explore.grids.codes import CodeGrid

STRIP_SCALE = 2  # pixels a pixel of a filmstrip that is kept
GRID_SCALE = 3  # pixels a pixel of a grid of codes that is kept


def film_reply(film: "Film") -> dict[str, Any]:
    """A film: its sheet, where its frames and tiles lie there, its reading."""
    sprite, reading = film.sprite(), film.reading
    seen = reading.most_seen()
    return png_reply(film.sprite_png(), film.tiles, film.columns) | {
        "frames": sprite.frames,
        "across": sprite.columns,
        "frame": [sprite.width, sprite.height],
        "stops": list(film.walk.stop_frames),
        "labels": [reading.labels[column] for column in seen],
        "shares": [[round(float(share), 3) for share in row] for row in reading.shares[:, seen]],
        "others": len(reading.labels) - len(seen),
        "moved": [round(float(step), 4) for step in reading.moved],
        "distance": reading.distance,
        "liveliest": _liveliest(film.tiles),
        "stretches": [list(stretch) for stretch in reading.segments],
        "ms": round(film.milliseconds),
    }


def _liveliest(frames: "np.ndarray") -> int:
    """The tile that changes most on the way, of frames uint8 [F, N, H, W, C]: what a strip of one tile shows."""
    import numpy as np

    moved = np.zeros(frames.shape[1])
    for before, after in pairwise(frames):
        moved += np.abs(after.astype(np.int16) - before).mean(axis=(1, 2, 3))
    return int(moved.argmax())


def film_file(film: "Film", request: WalkRequest) -> dict[str, Any]:
    """A film as a file of the kind that was asked for."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"walk.{request.kind}"
        film.save(path, request.fps, request.ping_pong, STRIP_SCALE if request.kind == "png" else None)
        return {"file": base64_text(path.read_bytes())}


def code_grid_reply(grid: "CodeGrid", save: str = "") -> dict[str, Any]:
    """A grid of codes; to be saved, larger and with its values beside it, or as another file of its tiles."""
    if save not in ("", "sheet"):
        return file_reply(save, grid.tiles, grid.columns, grid.specs)
    png = grid.png(GRID_SCALE) if save else grid.bare_png()
    return png_reply(png, grid.tiles, grid.columns) | {
        "across": [grid.across.name, list(grid.across.values)],
        "down": [grid.down.name, list(grid.down.values)] if grid.down else None,
    }
