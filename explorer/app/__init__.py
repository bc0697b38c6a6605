"""The app: pages on Gradio over the rooms below. Importing this imports neither gradio nor torch."""

import contextlib
import errno
import os
import socket
import sys
from typing import TYPE_CHECKING

from explorer.errors import ExplorerError
from explorer.machine import working_threads

if TYPE_CHECKING:
    import gradio as gr

    from explorer.app.shared.answering import StudioAtNeed
    from explorer.app.shared.catalog import Catalog

PORTS = 100  # how many ports are tried from the one wished for
QUEUE_SLEEP = 0.5  # seconds
HEIGHT = 900  # pixels of the page in a notebook's cell


def build(checkpoint: str = "fashion-words", device: str | None = None, read_only: bool = False) -> "gr.Blocks":
    """The page, ready to launch. The checkpoint (name, folder or `hf:owner/name@revision`) loads in the background.

    read_only: pages may only look. Raises CheckpointError when there is no such checkpoint.
    """
    from explorer.app.arithmetic.tab import ArithmeticTab
    from explorer.app.compare.tab import CompareTab
    from explorer.app.explore.tab import ExploreTab
    from explorer.app.header.header import Top
    from explorer.app.inside.tab import InsideTab
    from explorer.app.shared.answering import Answering, StudioAtNeed
    from explorer.app.shared.catalog import Catalog
    from explorer.app.shared.worker import worker_for
    from explorer.app.train.tab import TrainTab
    from explorer.app.walk.tab import WalkTab

    offers, worker, studio = Catalog(checkpoint), worker_for(device or "auto"), StudioAtNeed(device)
    _leave_a_core()
    # torch is imported and the checkpoint loaded by the worker while this thread imports gradio.
    worker.submit("start", lambda: _warm(studio, offers))

    _keep_to_ourselves()
    import gradio as gr

    with gr.Blocks(title="GAN Explorer", analytics_enabled=False, fill_width=True, delete_cache=(3600, 3600)) as page:
        Top(offers, read_only).place()
        answering = Answering(offers, worker, studio, read_only)
        ExploreTab(answering).place()
        WalkTab(answering).place()
        ArithmeticTab(answering).place()
        InsideTab(answering).place()
        CompareTab(answering).place()
        TrainTab(answering).place()
    _let_its_queue_sleep(page)
    return page


def launch(
    checkpoint: str = "fashion-words",
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
    from explorer.app.server.auth import VARIABLE, BasicAuth, read_credentials
    from explorer.app.server.hosts import HostGuard, is_loopback, read_host
    from explorer.app.server.proxies import Forwarded, read_root_path

    auth, root_path = read_credentials(":".join(auth) if auth else None), read_root_path(root_path)
    if auth is None and not is_loopback(host):
        raise ExplorerError(
            f"Listening on {host} lets other machines in: set a name and a password for them, by --auth NAME:PASSWORD "
            f"or in the environment variable {VARIABLE}."
        )
    page = build(checkpoint, read_only=read_only)

    from starlette.middleware import Middleware

    from explorer.app.server import plotly_script, scripts
    from explorer.app.server.allowlist import Allowlist
    from explorer.app.server.guarded_app import GuardedApp
    from explorer.app.server.headers import Headers
    from explorer.app.server.server_functions import ServerFunctions
    from explorer.app.server.uploads import Uploads
    from explorer.app.shared.component import style
    from explorer.app.shared.theme import STYLE, theme

    if ":" in host:
        host = f"[{host.strip('[]')}]"  # Gradio puts it into addresses as it is
    port = free_port(host, port)
    guards = [  # the outermost first
        Middleware(Headers, inline=inline),
        Middleware(HostGuard, host=host, allowed=tuple(map(read_host, allow_host))),
        Middleware(Forwarded, root_path=root_path),
        *([Middleware(BasicAuth, credentials=auth)] if auth else []),
        Middleware(Allowlist),
    ]
    routes = [*ServerFunctions(page).routes(), Uploads(read_only).route(), plotly_script.route(), scripts.route()]
    server = GuardedApp(guards, routes=routes, docs_url=None, redoc_url=None, openapi_url=None)
    _past_proxies(host.strip("[]"))
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


def free_port(host: str, wished: int) -> int:
    """The first free port from `wished` on; 0 takes any. Raises ExplorerError when none is, or `host` is not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for port in range(wished, wished + PORTS) if wished else (0,):
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
    raise ExplorerError(f"No port from {wished} to {wished + PORTS - 1} is free; choose another with --port.")


def _warm(studio: "StudioAtNeed", offers: "Catalog") -> None:
    """Draw once, so that the first visitor finds everything loaded; what goes wrong is told to whoever asks next."""
    from explorer.explore import Spec

    with contextlib.suppress(ExplorerError):
        source = offers.source(offers.default)
        if source is None:
            return
        studio.get().render(Spec(checkpoint=source))
        studio.get().space(source).suggest("slippr")  # the first suggestion builds the lists that are searched


def _let_its_queue_sleep(page: "gr.Blocks") -> None:
    """Nothing of ours goes through Gradio's queue, which looks a thousand times a second whether something came: that
    alone took 4 % of a core."""
    page._queue.sleep_when_free = page._queue.progress_update_sleep_when_free = QUEUE_SLEEP


def _leave_a_core() -> None:
    """Let torch draw on all cores but one, which the browser needs.

    A small network's threads meet at a barrier some hundred times a picture and spin there until the last has come:
    with another program on one of two cores, two threads took 480 ms for 16 pictures, and one took 10.
    """
    if "torch" not in sys.modules:  # it reads this when it is imported; in a notebook it has its threads already
        os.environ.setdefault("OMP_NUM_THREADS", str(working_threads()))


def _keep_to_ourselves() -> None:
    """No request leaves the machine. Gradio reads these when it is imported."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"


def _past_proxies(host: str) -> None:
    """Ask ourselves directly, where other requests go through a proxy: Gradio looks whether it has started."""
    names = {name: None for key in ("no_proxy", "NO_PROXY") for name in os.environ.get(key, "").split(",")}
    names |= dict.fromkeys(("127.0.0.1", "localhost", "::1", host))
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = ",".join(filter(None, map(str.strip, names)))
