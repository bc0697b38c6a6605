"""Requests of the app's pages without a page: given to a tab in this process, or sent to a running app."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from explorer.app.shared.answering import Answering, LazyStudio
from explorer.app.shared.catalog import Catalog
from explorer.app.shared.worker import RenderWorker
from explorer.errors import ExplorerError

TAB = "0123456789abcdef" * 2  # the mailbox of a browser tab


def answering_for(start: str | Path, **options: Any) -> Answering:
    """What answers the tabs of an app that was opened with this checkpoint."""
    return Answering(Catalog(str(start)), RenderWorker(), LazyStudio("cpu"), **options)


def refused_in_a_sentence(read: Callable[..., Any], *arguments: Any, most: int = 200, **fields: Any) -> str:
    """The sentence in which a reader refuses a request, checked."""
    with pytest.raises(ExplorerError) as refusal:
        read(*arguments, **fields)
    sentence = str(refusal.value)
    assert 10 < len(sentence) < most
    return sentence


def call_body(config: dict, function: str, data: object = None, part: str = "explore", **fields: Any) -> dict:
    """The body that a page would send to call a server function. config: the JSON at the app's /config."""
    number = next(one["id"] for one in config["components"] if one["props"].get("elem_id") == part)
    return {"data": data, "component_id": number, "fn_name": function, "session_hash": "x", **fields}
