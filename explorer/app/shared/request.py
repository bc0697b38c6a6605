"""What a browser asks for, read as if a stranger had written it: a `Request` holds a spec, or there is a sentence."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.errors import ExplorerError

if TYPE_CHECKING:
    from explorer.explore import Spec

GRIDS = (16, 64)
MOST_KEPT = 64
_KEYS = {"tab", "w", "s", "n", "psi", "mode", "j", "b", "t", "k", "c", "z", "save"}
_TAB = re.compile(r"[0-9a-f]{32}(\.save)?")
_SEED = re.compile(r"[0-9]{1,19}")
_KEPT = re.compile(r"([0-9]{1,19})\.([0-9]{1,3})")


class RequestError(ExplorerError):
    """An ask that no page of ours would send, or that names what is not offered."""


@dataclass(frozen=True)
class Sender:
    """tab: the mailbox of the browser tab; name: the checkpoint's; source: what loads it, which no page hears."""

    tab: str
    name: str
    source: str


@dataclass(frozen=True)
class Request:
    """tab: the mailbox of the browser tab it came from; name: the checkpoint's; spec: what to draw;
    save: drawn to be kept as a file, so larger than native size."""

    tab: str
    name: str
    spec: "Spec"
    save: bool = False


def read_request(raw: object, source_of: Callable[[str], str | None], default: str) -> Request:
    """The ask in `raw`, a decoded JSON value of any kind.

    Its fields are the address bar's: w (text), s (seed, as text), n (16 or 64) or z (up to 64 kept `seed.index`), psi,
    mode, j (jitter), b (blend), t (temperature), k (codes, a list), c (a checkpoint's name; "" is `default`); and
    `tab`, 32 hex digits; `save` is true for a file to download. `source_of` says what loads a checkpoint, None for a
    name that is not offered.
    Raises RequestError, or the spec's own error (it checks every number), with a sentence.
    """
    from explorer.explore import Mixed, Seeded, Spec

    sender = read_sender(raw, _KEYS, source_of, default)
    text = raw.get("w", "")
    if not isinstance(text, str):
        raise RequestError("The word must be text.")
    kept = raw.get("z")
    if kept is None:
        count = raw.get("n", GRIDS[0])
        if isinstance(count, bool) or count not in GRIDS:
            raise RequestError(f"A grid has {' or '.join(map(str, GRIDS))} pictures.")
        latents = Seeded(read_seed(raw.get("s", "0")), int(count))
    else:
        if not isinstance(kept, list) or not 1 <= len(kept) <= MOST_KEPT:
            raise RequestError(f"Between 1 and {MOST_KEPT} kept pictures can be drawn at once.")
        latents = Mixed(tuple(((1.0, *read_tile(name)),) for name in kept))
    spec = Spec(
        checkpoint=sender.source,
        condition=text,
        latents=latents,
        psi=raw.get("psi", 1.0),
        psi_mode=raw.get("mode", "smooth"),
        jitter=raw.get("j", 0.0),
        blend=raw.get("b", 0.0),
        temperature=raw.get("t"),
        codes=raw.get("k", ()),
    )
    return Request(sender.tab, sender.name, spec, raw.get("save") is True)


def read_sender(raw: object, keys: Collection[str], source_of: Callable[[str], str | None], default: str) -> Sender:
    """Who asks, in an object that holds no other keys than these; `source_of` and `default` as in `read_request`."""
    if not isinstance(raw, dict) or not set(raw) <= set(keys):
        raise RequestError("This page and the app do not understand each other; reload the page.")
    tab, checkpoint = raw.get("tab"), raw.get("c", "")
    if not isinstance(tab, str) or not _TAB.fullmatch(tab):
        raise RequestError("This page did not say who it is; reload it.")
    source = source_of(checkpoint or default) if isinstance(checkpoint, str) else None
    if source is None:
        raise RequestError("There is no generator of that name here; choose one from the menu.")
    return Sender(tab, checkpoint or default, source)


def tab_of(raw: object) -> str:
    """The mailbox in an ask that holds nothing else to draw from; raises RequestError."""
    tab = raw.get("tab") if isinstance(raw, dict) else None
    if not isinstance(tab, str) or not re.fullmatch(r"[0-9a-f]{32}", tab):
        raise RequestError("This page did not say who it is; reload it.")
    return tab


def number_of(raw: object, field: str, most: int = 2**53) -> int:
    """A whole number from 0 on; raises RequestError."""
    value = raw.get(field) if isinstance(raw, dict) else None
    if type(value) is not int or not 0 <= value <= most:
        raise RequestError(f"The field {field} must be a whole number from 0 to {most}.")
    return value


def read_seed(value: object) -> int:
    """A seed, sent as text since it may exceed what a browser counts exactly."""
    if not isinstance(value, str) or not _SEED.fullmatch(value):
        raise RequestError("A seed is a whole number of at most 19 digits.")
    return int(value)


def read_tile(name: object) -> tuple[int, int]:
    """(seed, index) of a picture written `seed.index`."""
    match = _KEPT.fullmatch(name) if isinstance(name, str) else None
    if match is None:
        raise RequestError("A kept picture is written seed.index, such as 7.3.")
    return int(match[1]), int(match[2])
