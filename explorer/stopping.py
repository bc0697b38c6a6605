"""Stopping work: by a function that it calls between its steps, or by a signal as a flag."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from explorer import terminal
from explorer.errors import ExplorerError

Stop = Callable[[], bool]
"""Called between steps: true once the work should stop. The `is_set` of an event is one."""


class Stopped(ExplorerError):
    """Work that was stopped, and left nothing half done."""


class Interrupted(KeyboardInterrupt):
    """Work that a signal ended in good order; its text says what was kept. signal: the signal's number."""

    def __init__(self, text: str, number: int) -> None:
        super().__init__(text)
        self.signal = number

    @property
    def status(self) -> int:
        """The exit status of a command that ends by it: 130 for Ctrl-C, 143 for SIGTERM, 129 for SIGHUP."""
        return 128 + self.signal


class Interruption(threading.Event):
    """Set by a signal. `number`: which."""

    number: int = signal.SIGINT


def check(stop: Stop) -> None:
    """Raise Stopped if the work is to stop."""
    if stop():
        raise Stopped("Stopped, as asked; nothing was kept.")


@contextmanager
def interruptible() -> Iterator[Interruption]:
    """Inside, Ctrl-C, SIGTERM and SIGHUP (a closed terminal, a dropped ssh) set the event and nothing else.

    Work that ends early by Stopped or KeyboardInterrupt once the event is set raises Interrupted with the same text.
    Outside the main thread signals are left as they are, and so is a SIGHUP that `nohup` has switched off.
    """
    flag = Interruption()
    if threading.current_thread() is not threading.main_thread():
        yield flag
        return

    def interrupt(number: int, frame: object) -> None:
        if not flag.is_set():
            flag.number = number
        flag.set()
        if number == getattr(signal, "SIGHUP", None):
            terminal.detach_lost_terminal()

    before = {kind: signal.getsignal(kind) for kind in _signals()}
    try:
        for kind in before:
            signal.signal(kind, interrupt)
        yield flag
    except (Stopped, KeyboardInterrupt) as stopped:
        if not flag.is_set() or isinstance(stopped, Interrupted):
            raise
        raise Interrupted(str(stopped) or "Stopped.", flag.number) from None
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)


def _signals() -> list[int]:
    hangup = getattr(signal, "SIGHUP", None)  # Windows has none
    is_handled = hangup is not None and signal.getsignal(hangup) is not signal.SIG_IGN
    return [signal.SIGINT, signal.SIGTERM, *([hangup] if is_handled else [])]
