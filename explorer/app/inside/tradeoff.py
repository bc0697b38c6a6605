"""Fidelity against diversity on the Inside tab: precision and recall over psi."""

from typing import TYPE_CHECKING, Any

from explorer.app.inside.request import InsideRequest

if TYPE_CHECKING:
    from explorer.app.inside.tab import InsideTab
    from explorer.app.shared.tasks import Progress
    from explorer.explore import Studio


def measure(tab: "InsideTab", studio: "Studio", ask: InsideRequest, progress: "Progress") -> dict[str, Any]:
    """The curve of a checkpoint, kept from an earlier time or measured now."""
    from explorer.explore.inside.tradeoff import tradeoff_of

    progress.report("reading the real pictures", 0, 0)
    checkpoint = studio.checkpoint(ask.spec.checkpoint)
    found = tradeoff_of(checkpoint, studio.device, report=progress.report, stop=progress.stop, keep=not tab.read_only)
    return {
        "points": [[one.psi, round(one.precision, 4), round(one.recall, 4)] for one in found.points],
        "real": [round(found.real.precision, 4), round(found.real.recall, 4)],
        "samples": found.samples,
        "judge": found.judge,
    }
