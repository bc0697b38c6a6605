"""Find this picture: what a generator draws it from, and the words nearest to that."""

import time
from typing import TYPE_CHECKING, Any

from explorer.app.inside.request import InsideRequest, read_picture
from explorer.app.shared.public_names import named
from explorer.app.shared.replies import base64_text, rows_png, tiles_png

if TYPE_CHECKING:
    from explorer.app.shared.tasks import Progress
    from explorer.explore import Studio

PREVIEW_EVERY = 0.3  # seconds between two previews of the best picture so far


def find(studio: "Studio", request: InsideRequest, progress: "Progress") -> dict[str, Any]:
    """The picture that was sought, as it was sought, the one that was found, and what that is called."""
    from explorer.explore.inside.inversion import invert

    previewed = 0.0

    def watch(done: float, tile) -> None:
        nonlocal previewed
        progress.report("searching", done, 1)
        if time.monotonic() - previewed > PREVIEW_EVERY:
            previewed = time.monotonic()
            progress.preview = {"png": base64_text(rows_png(tile[None, None]))}

    progress.report("looking at the picture", 0, 0)
    found = invert(studio, read_picture(request.more), request.spec.checkpoint, watch=watch, stop=progress.stop)
    picture = named(found.picture, request.name)
    return {
        "png": base64_text(tiles_png(picture, save=True)),
        "sought": base64_text(rows_png(found.target[None, None])),
        "error": round(found.error, 1),
        "notes": list(found.notes),
        "nearest": [[word, round(float(cosine), 3)] for word, cosine in picture.nearest],
        "labels": [[label, round(float(cosine), 3)] for label, cosine in picture.table[:3]],
        "seen": [[label, share] for label, share in picture.reading[:1]],
    }
