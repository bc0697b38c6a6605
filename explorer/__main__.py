"""`gan-explorer` and `python -m explorer`: the command line, from the first moment on."""

import signal
import sys

# While the command line loads, which takes half a second, Ctrl-C simply ends the process: there is nothing to save, and
# modules that are interrupted while they load print tracebacks, or swallow it.
_HANDLER = signal.getsignal(signal.SIGINT)
if _HANDLER is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def main() -> int:
    """Run the command line; returns the exit status. Ctrl-C while it loads, or at its very end, prints no traceback."""
    from explorer.cli import main as run

    pressed = False

    def interrupt(number: int, frame: object) -> None:
        nonlocal pressed
        pressed = True
        raise KeyboardInterrupt

    try:
        if _HANDLER is signal.default_int_handler:
            signal.signal(signal.SIGINT, interrupt)
        return run()
    except (Exception, KeyboardInterrupt):
        if not pressed:  # torch, which commands load, raises errors of its own when it is interrupted
            raise
        print("gan-explorer: stopped.", file=sys.stderr)
        return 130
    finally:
        if _HANDLER is signal.default_int_handler:
            signal.signal(signal.SIGINT, signal.SIG_DFL)


if __name__ == "__main__":
    sys.exit(main())
