"""A checkpoint as one HTML page that draws by itself: no network, no files beside it, no server."""

import base64
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from explorer.checkpoint import Checkpoint
from explorer.checkpoint.space import space_of
from explorer.errors import shown
from explorer.explore.card.card import opening
from explorer.export.credits import credits
from explorer.export.page.bundle import bundle
from explorer.export.page.contents import WORDS, Contents, contents_of
from explorer.models.families import FAMILIES
from explorer.offline_page import script_hash, script_json, templates

STYLES = ("app/shared/web/sheet.css", "app/explore/explore.css", "app/walk/walk.css", "export/page/page.css")
_SCRIPTS = "export/page/web"


def page_of(checkpoint: Checkpoint, most_words: int = WORDS, kept: Iterable[str] = (), name: str = "") -> str:
    """The page of a checkpoint; the same checkpoint gives the same text.

    most_words, kept: which words can be typed, see `contents_of`. name: what its recipes call the checkpoint, by
    default its own name. Raises ExplorerError for a generator that no page can draw, or whose word space is not here.
    """
    name = shown(name or checkpoint.name, 100)
    contents = contents_of(checkpoint, most_words, kept, name)
    script, worker = _scripts()
    policy = (
        "default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; worker-src blob:; "
        f"script-src 'sha256-{script_hash(script)}' 'wasm-unsafe-eval'"
    )
    # Written with no escape, as they hold none of a page's signs: our own files, base64, and JSON made harmless.
    plain = {
        "policy": policy,
        "style": "\n".join(files("explorer").joinpath(name).read_text("utf-8") for name in STYLES),
        "script": script,
        "carried": {
            "facts": script_json(contents.facts),
            "worker": worker,
            "kernel": _base64(files("explorer.export.page").joinpath("web/kernel.wasm").read_bytes()),
            "labels": _base64(contents.labels),
            "vectors": _base64(contents.vectors),
            "weights": _base64(contents.weights),
        },
    }
    about = {"name": name, "facts": _facts(checkpoint, contents)}
    about |= {"learned": contents.facts["learned"], "credits": credits(checkpoint, space_of(checkpoint))}
    return templates("explorer.export").get_template("page.html").render(plain=plain, about=about)


def library_words() -> tuple[str, ...]:
    """What the pictures were drawn from that somebody kept: words, expressions. A page can then draw all of them."""
    from explorer.explore.library.library import Library

    return tuple(dict.fromkeys(entry.word for entry in Library().entries() if entry.word))


def _facts(checkpoint: Checkpoint, contents: Contents) -> list[tuple[str, str]]:
    """What its card says of it, as (heading, text)."""
    made, family = checkpoint.summary, FAMILIES[checkpoint.description.family]
    numbers = sum(one.numel() for one in checkpoint.generator.parameters())
    rows = [("What it is", opening(checkpoint.name, checkpoint)[1]), ("Objective", f"{family.title} ({family.paper})")]
    if figures := contents.facts["figures"]:
        rows.append(("Measured by a judge", f"{figures}."))
    trained = [shown(made["recipe"], 200)] if made.get("recipe") else []
    kimg, seconds = made.get("kimg"), made.get("seconds")
    trained += [f"{kimg:,.0f} thousand pictures seen"] if isinstance(kimg, int | float) else []
    trained += [f"{seconds / 3600:.1f} hours"] if isinstance(seconds, int | float) else []
    if trained:
        rows.append(("How it was trained", f"{'; '.join(trained)}."))
    rows.append(
        ("In this file", f"{numbers:,} weights in float16 and the vectors of {len(contents.facts['words']):,} words.")
    )
    return rows


@cache
def _scripts() -> tuple[str, str]:
    """The page's script and that of its workers."""
    return bundle(f"{_SCRIPTS}/main.js"), bundle(f"{_SCRIPTS}/worker.js")


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
