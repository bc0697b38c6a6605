"""Fidelity against diversity on the Inside tab: precision and recall over psi."""

from typing import TYPE_CHECKING, Any

from explorer.app.inside.request import InsideRequest

if TYPE_CHECKING:
    from explorer.app.shared.tasks import Progress
    from explorer.explore import Studio


def measure(studio: "Studio", request: InsideRequest, progress: "Progress", keep: bool) -> dict[str, Any]:
    """The curve of a checkpoint, measured now, or kept from an earlier time. keep: for later times."""
    from explorer.explore.inside.tradeoff import tradeoff_of

    progress.report("reading the real pictures", 0, 0)
    checkpoint = studio.checkpoint(request.spec.checkpoint)
    found = tradeoff_of(checkpoint, studio.device, report=progress.report, stop=progress.stop, keep=keep)
    return {
        "points": [[one.psi, round(one.precision, 4), round(one.recall, 4)] for one in found.points],
        "real": [round(found.real.precision, 4), round(found.real.recall, 4)],
        "samples": found.samples,
        "judge": found.judge,
    }
