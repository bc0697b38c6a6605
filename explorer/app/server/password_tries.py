"""Wrong passwords: counted for each visitor, answered ever more slowly, and told in the log.

Only the answer to a wrong one is late, in its own time: whoever brings the right one waits for nobody.
"""

import asyncio
import logging
import time
from collections import OrderedDict
from dataclasses import dataclass

FIRST, SLOWEST = 0.25, 8.0  # seconds before the answer to the first wrong one, and at most; each doubles the last
AT_ONCE = 8  # wrong ones of a visitor that wait for their answer; no other is looked at meanwhile
VISITORS = 1024  # that are remembered
FORGOTTEN = 900.0  # seconds after the last wrong one
_log = logging.getLogger(__name__)


@dataclass
class _Tries:
    wrong: int = 0
    waiting: int = 0
    last: float = 0.0
    admitted: bool = False


class PasswordTries:
    """What visitors tried. All on the event loop."""

    def __init__(self) -> None:
        self._tries: OrderedDict[str, _Tries] = OrderedDict()  # the one who tried longest ago first

    def may_try(self, visitor: str) -> bool:
        """Whether a password is looked at: not while many wrong ones of a visitor wait who never had the right one."""
        tries = self._tries.get(visitor)
        return tries is None or tries.admitted or tries.waiting < AT_ONCE

    def right(self, visitor: str) -> None:
        """A visitor brought the right one."""
        self._of(visitor).admitted = True

    async def wrong(self, visitor: str) -> None:
        """A visitor brought a wrong one: waits until that may be answered."""
        tries = self._of(visitor)
        if time.monotonic() - tries.last > FORGOTTEN:
            tries.wrong = 0
        tries.wrong, tries.last = tries.wrong + 1, time.monotonic()
        if tries.wrong & (tries.wrong - 1) == 0:  # 1, 2, 4, 8: a log that is no burden
            _log.warning(
                "wrong name or password from %s, tries so far: %d", visitor or "an unknown address", tries.wrong
            )
        tries.waiting += 1
        try:
            await asyncio.sleep(min(SLOWEST, FIRST * 2 ** min(tries.wrong - 1, 30)))
        finally:
            tries.waiting -= 1

    def _of(self, visitor: str) -> _Tries:
        tries = self._tries.setdefault(visitor, _Tries())
        self._tries.move_to_end(visitor)
        while len(self._tries) > VISITORS:
            self._tries.popitem(last=False)
        return tries
