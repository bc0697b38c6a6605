"""What the pages of the Compare tab have found so far: some of each visitor and of all, the last that were used."""

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from explorer.compare import Comparison

MOST, EACH = 16, 4  # comparisons, of all visitors and of one


class RecentComparisons:
    """Comparisons by the browser tab of their page. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: OrderedDict[str, tuple[str, Comparison]] = OrderedDict()  # the one used longest ago first

    def put(self, tab: str, visitor: str, comparison: "Comparison") -> None:
        """Remember a comparison, if need be in place of an older one of this visitor, or of anybody."""
        with self._lock:
            self._found[tab] = visitor, comparison
            self._found.move_to_end(tab)
            own = [one for one, (owner, _) in self._found.items() if owner == visitor]
            for one in own[:-EACH]:
                del self._found[one]
            while len(self._found) > MOST:
                self._found.popitem(last=False)

    def get(self, tab: str) -> "Comparison | None":
        """The comparison of a tab, if it is remembered."""
        with self._lock:
            if tab not in self._found:
                return None
            self._found.move_to_end(tab)
            return self._found[tab][1]

    def forget(self, tab: str) -> None:
        """Forget the comparison of a tab, which begins anew."""
        with self._lock:
            self._found.pop(tab, None)
