"""Sixteen tiles that follow a hand, for the tabs that have pads and sliders of their own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from explorer.app.shared.answering import Answering
from explorer.app.shared.public_names import named
from explorer.app.shared.replies import nearest_reply, tiles_reply
from explorer.app.shared.request import (
    DRAWN_WITH,
    RequestError,
    SourceOf,
    drawn_with,
    list_of,
    read_checkpoint,
    read_save,
    read_seed,
    read_tile,
    read_word,
)

if TYPE_CHECKING:
    from explorer.explore import Spec, Studio

    SpecOf = Callable[[Studio], Spec]

MOST_AXES = 6
_FIELDS = DRAWN_WITH | {"tab", "c", "w", "s", "save", "what", "corners", "x", "y", "axes", "from", "to", "amount"}


class LivePictures:
    """Draws what `read_live_request` reads."""

    def __init__(self, answering: Answering):
        self._answering = answering

    async def draw(self, raw: Any) -> dict[str, Any]:
        """The reply to one request, see `Answering.answer`."""
        return await self._answering.answer(raw, read_live_request, self._picture)

    def _picture(self, request: "LiveRequest") -> dict[str, Any]:
        studio = self._answering.studio.get()
        picture = named(studio.render(request.spec_of(studio), read=False), request.name)
        nearest = {"nearest": nearest_reply(picture.nearest)} if request.says_near else {}
        return tiles_reply(picture, request.save) | nearest | {"device": studio.device.upper()}


@dataclass(frozen=True)
class LiveRequest:
    """tab: its mailbox; name: the checkpoint's; spec_of: gives what to draw; save: drawn larger, to be kept;
    says_near: whether the page says which words are near."""

    tab: str
    name: str
    spec_of: "SpecOf"
    save: str = ""
    says_near: bool = False


def read_live_request(raw: object, source_of: SourceOf, default: str) -> LiveRequest:
    """Read the request in `raw`, a decoded JSON value of any kind, for 16 tiles of one seed.

    what: `grid` (the word w alone), `words` (a pad of 4 corners at x, y), `noise` (w's z moved on a pad at x, y along
    the axes of the seed in `axes`), `turn` (w's z moved by `amount` along the axis that leads from the pictures `from`
    to those `to`), `axes` (w moved along up to 6 pairs [from, to, amount] of words). Raises RequestError, or the spec's
    own error.
    """
    from explorer.explore import Seeded, Spec

    wanted = read_checkpoint(raw, _FIELDS, source_of, default)
    what, word = raw.get("what"), read_word(raw)
    if not isinstance(what, str) or what not in _KINDS:
        raise RequestError("This page asks for a kind of picture that the app does not draw; reload it.")
    spec = Spec(wanted.source, word, Seeded(read_seed(raw.get("s", "0"))), **drawn_with(raw, wanted.source))
    says_near = what in ("words", "noise", "axes")
    return LiveRequest(wanted.tab, wanted.name, _KINDS[what](raw, spec), read_save(raw), says_near)


def _grid(raw: dict, spec: "Spec") -> "SpecOf":
    return lambda studio: spec


def _words(raw: dict, spec: "Spec") -> "SpecOf":
    from explorer.explore import word_pad

    corners = list_of(raw.get("corners"), str, "A pad has four corners, a text each.", 4, 4)
    x, y = _read_place(raw)
    return lambda studio: word_pad(studio, spec, corners, x, y)


def _noise(raw: dict, spec: "Spec") -> "SpecOf":
    from explorer.explore import latent_pad
    from explorer.explore.walk.axes import random_axes

    moved = latent_pad(spec, *_read_place(raw), random_axes(read_seed(raw.get("axes", "0"))))
    return lambda studio: moved


def _turn(raw: dict, spec: "Spec") -> "SpecOf":
    from explorer.explore import turn_axis, turned

    axis = turn_axis(_read_marked(raw.get("to")), _read_marked(raw.get("from")))
    moved = turned(spec, axis, raw.get("amount", 0.0))
    return lambda studio: moved


def _axes(raw: dict, spec: "Spec") -> "SpecOf":
    from explorer.explore import semantic

    axes = list_of(raw.get("axes"), object, f"At most {MOST_AXES} axes lead away from a word.", 0, MOST_AXES)
    for axis in axes:
        list_of(axis, object, "An axis is two words and an amount.", 3, 3)
        list_of(axis[:2], str, "The ends of an axis are words.")

    def spec_of(studio: "Studio") -> "Spec":
        moved = spec
        for away, towards, amount in axes:
            moved = semantic(studio, moved, towards, away, amount)
        return moved

    return spec_of


_KINDS = {"grid": _grid, "words": _words, "noise": _noise, "turn": _turn, "axes": _axes}


def _read_marked(names: object) -> list[tuple[int, int]]:
    """(seed, index) of each picture that was marked, at most 32."""
    from explorer.explore.walk.axes import MAX_MARKED

    return list(map(read_tile, list_of(names, object, f"A group holds at most {MAX_MARKED} pictures.", 0, MAX_MARKED)))


def _read_place(raw: dict) -> tuple[float, float]:
    from explorer.explore.spec.checks import number

    return number(raw.get("x", 0.5), "x", 0, 1), number(raw.get("y", 0.5), "y", 0, 1)
