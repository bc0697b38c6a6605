"""The pictures that pages of the Train tab looked at lately: what is in them is asked for more than once."""

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from explorer.app.shared.tasks import Progress
    from explorer.data.folders.inspecting import Inspection

KEPT = 8


class Inspections:
    """What is in pictures, by their source, how it is read, and the word space that they were looked at with. Threads
    may share it."""

    def __init__(self):
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str, str, bool], Inspection] = OrderedDict()

    def known(self, data: str, space: str, fit: str = "crop", skip_broken: bool = False) -> "Inspection | None":
        """What is in these, if that is remembered."""
        with self._lock:
            return self._kept.get((data, space, fit, skip_broken))

    def look(
        self, data: str, space: str, progress: "Progress", fit: str = "crop", skip_broken: bool = False
    ) -> "Inspection":
        """What is in these; raises ExplorerError for what is no set of pictures."""
        from explorer.app.train import intake

        found = self.known(data, space, fit, skip_broken)
        if found is None:
            found = intake.look_at(data, space, progress.report, progress.stop, fit=fit, skip_broken=skip_broken)
            with self._lock:
                self._kept[data, space, fit, skip_broken] = found
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
        return found
