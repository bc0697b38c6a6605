"""Ctrl-C and SIGTERM as a flag, for work that must reach a good place before it stops."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


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
