"""The page: all tabs in one `gr.Blocks`, ready to launch."""

import contextlib
import os
import sys
from typing import TYPE_CHECKING

from explorer.errors import ExplorerError
from explorer.machine import working_threads

if TYPE_CHECKING:
    import gradio as gr

    from explorer.app.shared.answering import LazyStudio
    from explorer.app.shared.catalog import Catalog

OPENING = "emoji-words"  # the generator that the app opens with: any word is a thing to draw for it
QUEUE_SLEEP = 0.5  # seconds


def build(checkpoint: str = OPENING, device: str | None = None, read_only: bool = False) -> "gr.Blocks":
    """Build the page. The checkpoint (name, folder or `hf:owner/name@revision`) loads in the background.

    read_only: pages may only look. Raises CheckpointError when there is no such checkpoint.
    """
    from explorer.app.arithmetic.tab import ArithmeticTab
    from explorer.app.compare.tab import CompareTab
    from explorer.app.explore.tab import ExploreTab
    from explorer.app.header.header import Header
    from explorer.app.help.help import Help
    from explorer.app.inside.tab import InsideTab
    from explorer.app.library.tab import LibraryTab
    from explorer.app.map.tab import MapTab
    from explorer.app.recipes.recipes import Recipes
    from explorer.app.shared.answering import Answering, LazyStudio
    from explorer.app.shared.catalog import Catalog
    from explorer.app.shared.kept import KeptPictures
    from explorer.app.shared.worker import worker_for
    from explorer.app.train.tab import TrainTab
    from explorer.app.translate.tab import TranslateTab
    from explorer.app.walk.tab import WalkTab

    catalog, worker, studio = Catalog(checkpoint), worker_for(device or "auto"), LazyStudio(device)
    _leave_a_core()
    # torch is imported and the checkpoint loaded by the worker while this thread imports gradio.
    worker.submit("start", lambda: _warm_up(studio, catalog))

    _disable_telemetry()
    import gradio as gr

    with gr.Blocks(title="GAN Explorer", analytics_enabled=False, fill_width=True, delete_cache=(3600, 3600)) as page:
        Header(catalog, read_only).place()
        answering = Answering(catalog, worker, studio, read_only)
        ExploreTab(answering).place()
        WalkTab(answering).place()
        ArithmeticTab(answering).place()
        MapTab(answering).place()
        InsideTab(answering).place()
        TranslateTab(answering).place()
        CompareTab(answering).place()
        TrainTab(answering).place()
        kept = KeptPictures(answering)
        LibraryTab(answering, kept).place()
        Recipes(answering, kept).place()
        Help().place()
    _slow_down_queue(page)
    return page


def _warm_up(studio: "LazyStudio", catalog: "Catalog") -> None:
    """Draw once, so that the first visitor finds everything loaded; an error is shown to whoever asks next."""
    from explorer.explore import Spec

    with contextlib.suppress(ExplorerError):
        source = catalog.source(catalog.default)
        if source is None:
            return
        studio.get().render(Spec(checkpoint=source))
        studio.get().space(source).suggest("slippr")  # the first suggestion builds the lists that are searched


def _slow_down_queue(page: "gr.Blocks") -> None:
    """Let Gradio's queue sleep, which we do not use: it looks a thousand times a second whether something came, and
    that alone took 4 % of a core."""
    page._queue.sleep_when_free = page._queue.progress_update_sleep_when_free = QUEUE_SLEEP


def _leave_a_core() -> None:
    """Let torch draw on all cores but one, which the browser needs.

    A small network's threads meet at a barrier some hundred times a picture and spin there until the last has come:
    with another program on one of two cores, two threads took 480 ms for 16 pictures, and one took 10.
    """
    if "torch" not in sys.modules:  # it reads this when it is imported; in a notebook it has its threads already
        os.environ.setdefault("OMP_NUM_THREADS", str(working_threads()))


def _disable_telemetry() -> None:
    """Keep Gradio and the hub's client from sending usage data. Gradio reads these when it is imported."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
