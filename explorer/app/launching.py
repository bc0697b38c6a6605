"""Opening the app: a port, the guarded server, the browser or a notebook's cell."""

import contextlib
import errno
import os
import socket
from typing import TYPE_CHECKING

from explorer.app.page import OPENING, build
from explorer.errors import ExplorerError

if TYPE_CHECKING:
    import gradio as gr

PORTS = 100  # how many ports are tried, from the requested one on
HEIGHT = 900  # pixels of the page in a notebook's cell


def launch(
    checkpoint: str = OPENING,
    host: str = "127.0.0.1",
    port: int = 7860,
    browser: bool = True,
    allow_host: tuple[str, ...] = (),
    inline: bool = False,
    auth: tuple[str, str] | None = None,
    read_only: bool = False,
    root_path: str = "",
) -> "gr.Blocks":
    """Open the app and return while it runs; `.block_thread()` waits until Ctrl+C, `.close()` ends it.

    checkpoint: a name, a folder or `hf:owner/name@revision`.
    host: the address to listen on; only `0.0.0.0` or `::` also admit other machines under any name.
    port: the next free one is taken when it is not free.
    browser: open the page in the browser. inline: show it in the notebook's cell instead.
    allow_host: names of proxies whose requests are answered.
    auth: the name and password to ask for, by default those of the environment variable GAN_EXPLORER_AUTH; there must
        be some where other machines are let in.
    read_only: pages may only look: no training, no uploads, nothing kept on this machine's disk.
    root_path: the sub-path under which a proxy serves the app, such as `/lab/proxy/7860`.
    """
    from explorer.app.server.auth import VARIABLE, read_credentials
    from explorer.app.server.hosts import is_loopback
    from explorer.app.server.proxies import read_root_path

    auth, root_path = read_credentials(":".join(auth) if auth else None), read_root_path(root_path)
    if auth is None and not is_loopback(host):
        raise ExplorerError(
            f"Listening on {host} lets other machines in: set a name and a password for them, by --auth NAME:PASSWORD "
            f"or in the environment variable {VARIABLE}."
        )
    page = build(checkpoint, read_only=read_only)

    from explorer.app.server.guarded_app import guarded_app
    from explorer.app.shared.component import style
    from explorer.app.shared.theme import STYLE, theme

    if ":" in host:
        host = f"[{host.strip('[]')}]"  # Gradio puts it into addresses as it is
    port = free_port(host, port)
    server = guarded_app(page, host, allow_host, auth, read_only, root_path, inline)
    _bypass_proxies(host.strip("[]"))
    try:
        page.launch(
            server_name=host,
            server_port=port,
            inbrowser=browser and not inline,
            inline=inline and not root_path,
            height=HEIGHT,
            prevent_thread_lock=True,
            quiet=True,
            share=False,
            run_history=False,
            enable_monitoring=False,
            footer_links=[],
            max_file_size="1mb",  # nothing is uploaded this way
            state_session_capacity=100,  # nor is anything kept of visitors
            ssr_mode=False,  # no servers beside this one, which the guards would not stand before
            num_workers=0,
            mcp_server=False,
            pwa=False,
            theme=theme(),
            css=STYLE + style(),
            root_path="",  # the page finds out, see `Forwarded`
            _app=server,
        )
    except OSError as error:
        raise ExplorerError(
            f"The app could not listen on port {port}, which another program may have taken just now; start it again, "
            "or choose another with --port."
        ) from error
    if inline and root_path:  # Gradio would show an address of this machine, which is not where the notebook is read
        with contextlib.suppress(ImportError):
            from IPython.display import IFrame, display

            display(IFrame(f"{root_path}/", "100%", HEIGHT))
    return page


def free_port(host: str, first: int) -> int:
    """The first free port from `first` on; 0 takes any. Raises ExplorerError when none is, or `host` is not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for port in range(first, first + PORTS) if first else (0,):
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            if os.name == "posix":  # elsewhere it means that a port in use may be taken too
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host.strip("[]"), port))
                return probe.getsockname()[1]
            except OverflowError:
                break
            except PermissionError as error:
                raise ExplorerError(f"Port {port} may not be opened by you: choose one from 1024 on.") from error
            except OSError as error:
                if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
                    raise ExplorerError(f"This machine has no address {host!r} to listen on.") from error
    raise ExplorerError(f"No port from {first} to {first + PORTS - 1} is free; choose another with --port.")


def _bypass_proxies(host: str) -> None:
    """Ask this machine directly, where other requests go through a proxy: Gradio looks whether it has started."""
    names = {name: None for key in ("no_proxy", "NO_PROXY") for name in os.environ.get(key, "").split(",")}
    names |= dict.fromkeys(("127.0.0.1", "localhost", "::1", host))
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = ",".join(filter(None, map(str.strip, names)))
