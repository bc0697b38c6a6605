"""The `gan-explorer` command: one function a sub-command, each importing what it needs when it runs."""

import os
import sys
from collections.abc import Sequence

import typer

from explorer.errors import ExplorerError

app = typer.Typer(
    name="gan-explorer",
    help="Type a word, see what a GAN has learned about it. Without a command, the app opens.",
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status (2 for misuse, after one sentence on stderr)."""
    try:
        code = app(args=list(sys.argv[1:] if argv is None else argv), standalone_mode=False, prog_name="gan-explorer")
        return code if isinstance(code, int) else 0
    except ExplorerError as error:
        print(f"gan-explorer: {error}", file=sys.stderr)
        return 2
    except typer.Exit as stop:
        return stop.exit_code
    except (typer.Abort, KeyboardInterrupt):
        print("gan-explorer: stopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
