"""The pictures that pages of the Train tab looked at lately: what is in them is asked for more than once."""

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from explorer.app.long_work import Progress
    from explorer.data.inspecting import Inspection

KEPT = 8


class Looked:
    """What is in pictures, by their source and the word space that they were looked at with. Threads may share it."""

    def __init__(self):
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str], Inspection] = OrderedDict()

    def known(self, data: str, space: str) -> "Inspection | None":
        """What is in these, if that is remembered."""
        with self._lock:
            return self._kept.get((data, space))

    def look(self, data: str, space: str, progress: "Progress") -> "Inspection":
        """What is in these; raises ExplorerError for what is no set of pictures."""
        from explorer.app import intake

        found = self.known(data, space)
        if found is None:
            found = intake.look_at(data, space, progress.report, progress.stop)
            with self._lock:
                self._kept[data, space] = found
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
        return found
