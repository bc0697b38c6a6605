"""Pictures that follow a hand: pads, turns and semantic axes, read as if a stranger had asked for them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.app.shared.request import RequestError, read_seed, read_sender, read_tile

if TYPE_CHECKING:
    from explorer.explore import Spec, Studio

MOST_AXES = 6
_KEYS = {"tab", "c", "w", "s", "psi", "save", "what", "corners", "x", "y", "axes", "from", "to", "amount"}


@dataclass(frozen=True)
class LiveRequest:
    """tab: its mailbox; name: the checkpoint's; specify: gives what to draw; save: drawn larger, to be kept."""

    tab: str
    name: str
    specify: "Callable[[Studio], Spec]"
    save: bool = False


def read_live_request(raw: object, source_of: Callable[[str], str | None], default: str) -> LiveRequest:
    """The ask in `raw`, a decoded JSON value of any kind, for 16 tiles of one seed.

    what: `grid` (the word w alone), `words` (a pad of 4 corners at x, y), `noise` (w's z moved on a pad at x, y along
    the axes of the seed in `axes`), `turn` (w's z moved by `amount` along the axis that leads from the pictures `from`
    to those `to`), `axes` (w moved along up to 6 pairs [from, to, amount] of words). Raises RequestError,
    or the spec's own error.
    """
    from explorer.explore import Seeded, Spec

    sender = read_sender(raw, _KEYS, source_of, default)
    what, word = raw.get("what"), raw.get("w", "")
    if not isinstance(what, str) or what not in _PLACES:
        raise RequestError("This page asks for a kind of picture that the app does not draw; reload it.")
    if not isinstance(word, str):
        raise RequestError("The word must be text.")
    spec = Spec(sender.source, word, Seeded(read_seed(raw.get("s", "0"))), psi=raw.get("psi", 1.0))
    return LiveRequest(sender.tab, sender.name, _PLACES[what](raw, spec), raw.get("save") is True)


def _grid(raw: dict, spec: "Spec") -> "Callable[[Studio], Spec]":
    return lambda studio: spec


def _words(raw: dict, spec: "Spec") -> "Callable[[Studio], Spec]":
    from explorer.explore import word_pad

    corners = _texts(raw.get("corners"), 4, "A pad has four corners, a text each.")
    x, y = _place(raw)
    return lambda studio: word_pad(studio, spec, corners, x, y)


def _noise(raw: dict, spec: "Spec") -> "Callable[[Studio], Spec]":
    from explorer.explore import latent_pad
    from explorer.explore.walk.pads import random_axes

    placed = latent_pad(spec, *_place(raw), random_axes(read_seed(raw.get("axes", "0"))))
    return lambda studio: placed


def _turn(raw: dict, spec: "Spec") -> "Callable[[Studio], Spec]":
    from explorer.explore import turn_axis, turned

    axis = turn_axis(read_tiles(raw.get("to")), read_tiles(raw.get("from")))
    placed = turned(spec, axis, raw.get("amount", 0.0))
    return lambda studio: placed


def _axes(raw: dict, spec: "Spec") -> "Callable[[Studio], Spec]":
    from explorer.explore import semantic

    axes = raw.get("axes")
    if not isinstance(axes, list) or len(axes) > MOST_AXES:
        raise RequestError(f"At most {MOST_AXES} axes lead away from a word.")
    for axis in axes:
        if not isinstance(axis, list) or len(axis) != 3:
            raise RequestError("An axis is two words and an amount.")
        _texts(axis[:2], 2, "The ends of an axis are words.")

    def specify(studio: "Studio") -> "Spec":
        placed = spec
        for away, towards, amount in axes:
            placed = semantic(studio, placed, towards, away, amount)
        return placed

    return specify


_PLACES = {"grid": _grid, "words": _words, "noise": _noise, "turn": _turn, "axes": _axes}


def read_tiles(names: object) -> list[tuple[int, int]]:
    """(seed, index) of each picture that was marked, at most 32."""
    from explorer.explore.walk.turn import MAX_MARKED

    if not isinstance(names, list) or len(names) > MAX_MARKED:
        raise RequestError(f"A group holds at most {MAX_MARKED} pictures.")
    return [read_tile(name) for name in names]


def _texts(value: object, count: int, sentence: str) -> list[str]:
    if not isinstance(value, list) or len(value) != count or not all(isinstance(text, str) for text in value):
        raise RequestError(sentence)
    return value


def _place(raw: dict) -> tuple[float, float]:
    from explorer.explore.spec.checks import number

    return number(raw.get("x", 0.5), "x", 0, 1), number(raw.get("y", 0.5), "y", 0, 1)
