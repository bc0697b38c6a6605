"""`gan-explorer` and `python -m explorer`: the command line, from the first moment on."""

import signal
import sys


def main() -> int:
    """Run the command line; returns the exit status. Ctrl-C while it loads, or at its very end, prints no traceback."""
    pressed = False

    def interrupt(number: int, frame: object) -> None:
        nonlocal pressed
        pressed = True
        raise KeyboardInterrupt

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, interrupt)
    try:
        from explorer.cli import main as run  # takes half a second

        return run()
    except (Exception, KeyboardInterrupt):
        if not pressed:  # some modules that are interrupted while they load raise errors of their own
            raise
        print("gan-explorer: stopped.", file=sys.stderr)
        return 130
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # nothing is left to be saved


if __name__ == "__main__":
    sys.exit(main())
