"""A live picture as one `gr.HTML` component: its markup, its style and its script, read from `assets/`.

Everything that has to be fast lives inside this one component, with its own inputs: a key press or a step of a drag
goes straight to a server function and comes back as one PNG, past Gradio's queue and its component state.
"""

from collections.abc import Callable, Sequence
from importlib.resources import files

_ASSETS = files("explorer.app") / "assets"


def asset(name: str) -> str:
    """The text of one file of `assets/`."""
    return (_ASSETS / name).read_text(encoding="utf-8")


def component(page: str, scripts: Sequence[str], server_functions: Sequence[Callable], elem_id: str):
    """The `gr.HTML` whose markup is `page` and whose script is `scripts`, in order, in one scope.

    The markup is a template to Gradio and is written with `innerHTML`: it holds nothing but our own file. What comes
    from outside (words, labels, names) only ever arrives in the replies of the server functions.
    """
    import gradio as gr

    return gr.HTML(
        html_template=asset(page),
        js_on_load="\n".join(['"use strict";', *map(asset, scripts)]),
        server_functions=list(server_functions),
        apply_default_css=False,
        elem_id=elem_id,
    )
