"""A tab as one `gr.HTML` component: its markup, its style and its script, read from `assets/`.

Everything that has to be fast lives inside this one component, with its own inputs: a key press or a step of a drag
goes straight to a server function and comes back as one PNG, past Gradio's queue and its component state.
"""

from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from typing import Any

from explorer.app.server.server_functions import server_function

_ASSETS = files("explorer.app")
SHARED = ("shared/web/page.js", "shared/web/dom.js")  # what every component's script begins with
STYLES = (
    "shared/web/sheet.css",
    "explore/explore.css",
    "walk/walk.css",
    "arithmetic/arithmetic.css",
    "inside/inside.css",
    "compare/compare.css",
    "train/train.css",
)


def asset(name: str) -> str:
    """The text of one file of `assets/`."""
    return (_ASSETS / name).read_text(encoding="utf-8")


def component(
    page: str, scripts: Sequence[str], answers: Mapping[str, Callable[[Any], Any]], elem_id: str, tab: bool = True
):
    """The `gr.HTML` whose markup is `page` and whose script is `scripts`, in order, in one scope.

    The markup is a template to Gradio and is written with `innerHTML`: it holds nothing but our own file. What comes
    from outside (words, labels, names) only ever arrives in the replies of the server functions.
    answers: what the script may call on the server, by name: each is given the page's ask, on the event loop, and gives
    the reply or awaits it.
    tab: it is the tab called `elem_id`, and comes to life when that is first shown; else it is always there.
    """
    import gradio as gr

    markup, script = asset(page), "\n".join(map(asset, scripts))
    if tab:
        markup = f"<template>{markup}</template>"
        script = f"whenShown(element, '{elem_id}', () => {{\n{script}\n}});"
    return gr.HTML(
        html_template=markup,
        js_on_load="\n".join(['"use strict";', *map(asset, SHARED), script]),
        server_functions=[server_function(name, answer) for name, answer in answers.items()],
        apply_default_css=False,
        elem_id=elem_id,
    )


def style() -> str:
    """The style of all tabs."""
    return "\n".join(map(asset, STYLES))
