"""`gan-explorer app`, which is also what the bare command does: open the pages in the browser."""

from typing import Annotated

import typer

NoBrowser = Annotated[bool, typer.Option("--no-browser", help="Do not open the browser.")]


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("app")(open_app)


def open_app(
    checkpoint: Annotated[
        str | None,
        typer.Option(
            help="The generator to begin with (default emoji-words): a name, a folder, or hf:owner/name@revision."
        ),
    ] = None,
    host: Annotated[
        str, typer.Option(help="The address to listen on; 0.0.0.0 lets other machines in, and wants --auth.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port; the next free one if it is taken, any for 0.")
    ] = 7860,
    no_browser: NoBrowser = False,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(help="The name of a proxy whose requests are answered (a remote notebook); may be repeated."),
    ] = None,
    root_path: Annotated[
        str, typer.Option(help="The sub-path under which a proxy serves the app, such as /lab/proxy/7860.")
    ] = "",
    auth: Annotated[
        str | None,
        typer.Option(
            metavar="NAME:PASSWORD",
            help="Ask visitors for these; needed with --host. Other users of this machine can read your command line, "
            "so rather set the environment variable GAN_EXPLORER_AUTH.",
        ),
    ] = None,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Only let visitors look: no training, no uploads, nothing kept.")
    ] = False,
) -> None:
    """Open the app: type a word, see pictures of it while you type.

    Example: gan-explorer app --checkpoint fashion-words --port 8000
    """
    from explorer.app import OPENING, launch
    from explorer.app.server.auth import read_credentials

    page = launch(
        checkpoint or OPENING,
        host,
        port,
        browser=not no_browser,
        allow_host=tuple(allow_host or ()),
        auth=read_credentials(auth),
        read_only=read_only,
        root_path=root_path,
    )
    typer.echo(f"GAN Explorer is open at {page.local_url} (Ctrl+C closes it).")
    page.block_thread()
