"""Find this picture: what a generator draws it from, and the words nearest to that."""

import base64
import time
from typing import TYPE_CHECKING, Any

from explorer.app.explore.tab import SAVED_SIDE
from explorer.app.inside.replies import sheet_of
from explorer.app.inside.request import InsideRequest, picture_of
from explorer.app.shared.public_names import named

if TYPE_CHECKING:
    from explorer.app.inside.tab import InsideTab
    from explorer.app.shared.tasks import Progress
    from explorer.explore import Studio

SHOWN_EVERY = 0.3  # seconds between two looks at the best picture so far


def find(tab: "InsideTab", studio: "Studio", ask: InsideRequest, progress: "Progress") -> dict[str, Any]:
    """The picture that was sought, as it was sought, the one that was found, and what that is called."""
    from explorer.explore.inside.inversion import invert

    seen_at = 0.0

    def watch(done: float, tile) -> None:
        nonlocal seen_at
        progress.report("searching", done, 1)
        if time.monotonic() - seen_at > SHOWN_EVERY:
            seen_at = time.monotonic()
            progress.seen = {"png": sheet_of(tile[None, None])}

    progress.report("looking at the picture", 0, 0)
    found = invert(studio, picture_of(ask.more), ask.spec.checkpoint, watch=watch, stop=progress.stop)
    picture = named(found.picture, ask.name)
    height, width = picture.tiles.shape[1:3]
    scale = max(1, round(SAVED_SIDE / max(height, width)))
    return {
        "png": base64.b64encode(picture.png(scale)).decode("ascii"),
        "sought": sheet_of(found.target[None, None]),
        "error": round(found.error, 1),
        "notes": list(found.notes),
        "nearest": [[word, round(float(cosine), 3)] for word, cosine in picture.nearest],
        "labels": [[label, round(float(cosine), 3)] for label, cosine in picture.table[:3]],
        "seen": [[label, share] for label, share in picture.reading[:1]],
    }
