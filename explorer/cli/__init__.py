"""The `gan-explorer` command: one function a sub-command, each importing what it needs when it runs."""

import sys
from collections.abc import Sequence
from importlib.metadata import version as installed_version
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from explorer.cli import (
    ablate,
    arithmetic,
    bench,
    check_claims,
    cite,
    codes,
    compare,
    data,
    directions,
    evaluate,
    export,
    grid,
    invert,
    jobs,
    judge,
    library,
    memorising,
    name_labels,
    neighbours,
    probe,
    sample,
    train,
    translate,
    walk,
    words,
)
from explorer.cli import app as app_command
from explorer.cli import map as map_command
from explorer.errors import ExplorerError
from explorer.stopping import Interrupted
from explorer.terminal import accept_any_text, discard_stdout

Misuse = typer.BadParameter.__mro__[2]  # click's base of all misuse; newer typer carries a click of its own


class _Ended(Exception):
    """Ctrl-C or another signal; Typer would turn it into a silent 130."""


class _ReaderGone(Exception):
    """A pipe that nobody reads any more; Typer would turn it into a silent 1."""


class _Group(TyperGroup):
    def invoke(self, ctx: typer.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as stopped:
            raise _Ended from stopped
        except BrokenPipeError as gone:
            raise _ReaderGone from gone
        except SystemExit as end:  # which rich raises for one
            if not isinstance(end.__context__, BrokenPipeError):
                raise
            raise _ReaderGone from end


app = typer.Typer(name="gan-explorer", cls=_Group, pretty_exceptions_enable=False, add_completion=False)

app_command.register(app)
evaluate.register(app)
compare.register(app)
judge.register(app)
sample.register(app)
walk.register(app)
codes.register(app)
grid.register(app)
arithmetic.register(app)
map_command.register(app)
ablate.register(app)
directions.register(app)
neighbours.register(app)
invert.register(app)
memorising.register(app)
probe.register(app)
check_claims.register(app)
name_labels.register(app)
library.register(app)
export.register(app)
cite.register(app)
data.register(app)
train.register(app)
translate.register(app)
jobs.register(app)
words.register(app)
bench.register(app)


@app.callback(invoke_without_command=True)
def start(
    context: typer.Context,
    no_browser: app_command.NoBrowser = False,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Type a word, see what a GAN has learned about it. Without a command, the app opens.

    Example: gan-explorer sample slipper -n 16 -o slipper.png
    """
    if version:
        typer.echo(f"gan-explorer {installed_version('gan-explorer')}")
    elif context.invoked_subcommand is None:
        app_command.open_app(no_browser=no_browser)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status (2 for misuse, after one sentence on stderr)."""
    accept_any_text()
    try:
        code = app(args=list(sys.argv[1:] if argv is None else argv), standalone_mode=False, prog_name="gan-explorer")
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except ExplorerError as error:
        print(f"gan-explorer: {error}", file=sys.stderr)
        return 2
    except Misuse as error:
        where = error.ctx.command_path if getattr(error, "ctx", None) else "gan-explorer"
        sentence = error.format_message().rstrip(".")
        if sentence:  # a bare `gan-explorer words` has printed its help already
            print(f"gan-explorer: {sentence}; see {where} --help.", file=sys.stderr)
        return 2
    except typer.Exit as end:
        return end.exit_code
    except (_Ended, typer.Abort, KeyboardInterrupt) as end:
        stopped = end.__cause__ if isinstance(end, _Ended) else end
        print(f"gan-explorer: {stopped if isinstance(stopped, Interrupted) else 'stopped.'}", file=sys.stderr)
        return stopped.status if isinstance(stopped, Interrupted) else 130
    except _ReaderGone:
        discard_stdout()
        return 0
    except OSError as error:
        if error.filename is not None:
            raise
        discard_stdout()
        if isinstance(error, BrokenPipeError):
            return 0
        print(f"gan-explorer: The output cannot be written ({error.strerror or error}).", file=sys.stderr)
        return 1
