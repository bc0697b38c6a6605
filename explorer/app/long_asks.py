"""What a page asks of long work under way, the same in every tab that has some."""

from typing import Any

from explorer.app.answering import Answering
from explorer.app.asks import number_of, tab_of
from explorer.app.long_work import LongWork


class LongAsks:
    """Base of a tab with long work. Both answers only look into memory, and are given on the event loop."""

    def __init__(self, answering: Answering, long: LongWork):
        self._answering, self._long = answering, long

    def look(self, raw: Any) -> dict[str, Any]:
        """How far the work of that number is, or its reply."""
        try:
            return self._long.look(tab_of(raw), number_of(raw, "work"))
        except Exception as error:
            return self._answering.told(error)

    def give_up(self, raw: Any) -> dict[str, Any]:
        """Stop the work of a page; what it found already stays."""
        try:
            self._long.give_up(tab_of(raw))
            return {"ok": True}
        except Exception as error:
            return self._answering.told(error)
