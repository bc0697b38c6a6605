"""Inversion: what a generator draws it from, and the words nearest to that."""

from typing import TYPE_CHECKING, Any

from explorer.app.inside.request import InsideRequest
from explorer.app.shared import finding

if TYPE_CHECKING:
    from explorer.app.shared.tasks import Progress
    from explorer.explore import Studio


def find(studio: "Studio", request: InsideRequest, progress: "Progress") -> dict[str, Any]:
    """The picture that was sought, as it was sought, the one that was found, and what that is called."""
    found = finding.find(studio, finding.read_picture(request.more), request.spec.checkpoint, progress)
    picture = found.picture
    return finding.found_reply(found, request.name) | {
        "nearest": [[word, round(float(cosine), 3)] for word, cosine in picture.nearest],
        "labels": [[label, round(float(cosine), 3)] for label, cosine in picture.table[:3]],
        "seen": [[label, share] for label, share in picture.reading[:1]],
    }
