"""Inspections of pictures that pages of the Train tab chose lately: what is in them is asked for more than once."""

from typing import TYPE_CHECKING

from explorer.app.shared.recent import Recent

if TYPE_CHECKING:
    from explorer.app.shared.tasks import Progress
    from explorer.data.folders.inspecting import Inspection

REMEMBERED = 8


class Inspections:
    """Inspections by the source of the pictures, how they are read, and the word space. Threads may share it."""

    def __init__(self) -> None:
        self._recent: Recent[Inspection] = Recent(REMEMBERED)

    def known(self, data: str, space: str, fit: str = "crop", skip_broken: bool = False) -> "Inspection | None":
        """What is in these pictures, if that is remembered."""
        return self._recent.get((data, space, fit, skip_broken))

    def inspect(
        self, data: str, space: str, progress: "Progress", fit: str = "crop", skip_broken: bool = False
    ) -> "Inspection":
        """What is in these pictures; raises ExplorerError for what is no set of pictures."""
        from explorer.app.train import inspecting

        found = self.known(data, space, fit, skip_broken)
        if found is None:
            found = inspecting.inspect(data, space, progress.report, progress.stop, fit=fit, skip_broken=skip_broken)
            self._recent.put((data, space, fit, skip_broken), found)
        return found
