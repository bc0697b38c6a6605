"""A tab as one `gr.HTML` component: the markup and the script of its folder.

Everything that has to be fast lives inside this one component, with its own inputs: a key press or a step of a drag
goes straight to a server function and comes back as one PNG, past Gradio's queue and its component state.
"""

from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any

from explorer.app.server import scripts
from explorer.app.server.server_functions import server_function

_FILES = files("explorer.app")
STYLES = (
    "shared/web/sheet.css",
    "explore/explore.css",
    "walk/walk.css",
    "arithmetic/arithmetic.css",
    "map/map.css",
    "inside/inside.css",
    "translate/translate.css",
    "compare/compare.css",
    "train/train.css",
    "library/library.css",
    "recipes/recipes.css",
    "help/help.css",
)
# The whole address: Gradio makes a function of this text, where a relative one is relative to Gradio's own script.
_BEGIN = """\
import(new URL("{script}", document.baseURI).href).then(({{ {mount} }}) => {mount}("{name}", element, server));
"""


def asset(name: str) -> str:
    """The text of one file of the pages, by its path below `explorer/app`."""
    return (_FILES / name).read_text(encoding="utf-8")


def component(name: str, answers: Mapping[str, Callable[[Any], Any]], elem_id: str | None = None, tab: bool = True):
    """The `gr.HTML` of the folder `name`, whose markup is `name.html` and whose script, `name.js`, exports `mount()`.

    The markup is a template to Gradio and is written with `innerHTML`: it holds nothing but our own file. What comes
    from outside (words, labels, names) only ever arrives in the replies of the server functions.
    answers: what the script may call on the server, by name: each is given the page's request, on the event loop, and
    gives the reply or awaits it.
    elem_id: by default `name`.
    tab: it is the tab `name`, and comes to life when that is first shown; else it is always there.
    """
    import gradio as gr

    markup = asset(f"{name}/{name}.html")
    script, mount = scripts.address("shared/web/mount.js"), "mountTab" if tab else "mount"
    return gr.HTML(
        html_template=f"<template>{markup}</template>" if tab else markup,
        js_on_load=_BEGIN.format(script=script, mount=mount, name=name),
        server_functions=[server_function(called, answer) for called, answer in answers.items()],
        apply_default_css=False,
        elem_id=elem_id or name,
    )


def style() -> str:
    """The style of all tabs."""
    return "\n".join(map(asset, STYLES))
