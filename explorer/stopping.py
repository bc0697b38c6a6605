"""How work is told to stop: by a question that it asks between its steps, or by Ctrl-C and SIGTERM as a flag."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from explorer.errors import ExplorerError

Stop = Callable[[], bool]
"""Asked between steps: true once nobody waits for the answer any more. The `is_set` of an event is one."""


class Stopped(ExplorerError):
    """Work that was told to stop, and left nothing half done."""


def check(stop: Stop) -> None:
    """Raise Stopped if the work is to stop."""
    if stop():
        raise Stopped("Stopped, as asked; nothing was kept.")


@contextmanager
def interruptible() -> Iterator[threading.Event]:
    """Inside, Ctrl-C and SIGTERM set the event and nothing else. Outside the main thread they are left as they are."""
    flag = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield flag
        return
    before = {kind: signal.signal(kind, lambda *_: flag.set()) for kind in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield flag
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)
