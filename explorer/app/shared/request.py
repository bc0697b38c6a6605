"""What a browser asks for, read as if a stranger had written it: the checks that all readers share, and the request for
a picture.

Written out rather than as pydantic models: each check has a sentence of its own for the person at the page, most fields
go straight into a `Spec`, which checks them itself, and a checkpoint's name is looked up on the way.
"""

import base64
import binascii
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from explorer.app.server.refuse import MISMATCH
from explorer.checks import is_choice, is_whole
from explorer.errors import ExplorerError

if TYPE_CHECKING:
    from explorer.explore import Spec

SourceOf = Callable[[str], str | None]
"""What loads the checkpoint of a name; None for one that is not offered."""

GRIDS = (16, 64)
MOST_KEPT = 64
DRAWN_WITH = {"psi", "style", "wt", "k"}  # the fields that `drawn_with` reads
_FIELDS = DRAWN_WITH | {"tab", "w", "s", "n", "mode", "j", "b", "t", "c", "z", "r", "save"}
_TAB = re.compile(r"[0-9a-f]{32}")
_MAILBOX = re.compile(r"[0-9a-f]{32}(\.save|\.styles|\.thumbnails|\.about)?")
_SEED = re.compile(r"[0-9]{1,19}")
_TILE = re.compile(r"([0-9]{1,19})\.([0-9]{1,3})")


class RequestError(ExplorerError):
    """A request that no page of ours would send, or that names what is not offered."""


@dataclass(frozen=True)
class CheckpointRequest:
    """tab: the mailbox of the browser tab; name: the checkpoint's; source: what loads it, which no page sees."""

    tab: str
    name: str
    source: str


@dataclass(frozen=True)
class Request:
    """tab: the mailbox of the browser tab it came from; name: the checkpoint's; spec: what to draw;
    save: what file it is drawn for, as `read_save` reads it; "" for none."""

    tab: str
    name: str
    spec: "Spec"
    save: str = ""


def read_request(raw: object, source_of: SourceOf, default: str) -> Request:
    """Read the request for a picture in `raw`, a decoded JSON value of any kind.

    Its fields are the address bar's: w (text), s (seed, as text), n (16 or 64) or z (up to 64 kept `seed.index`), psi,
    style (one, a mixture, or `each`; "" is open), wt (word truncation; left out, that of the generator), mode, j
    (jitter), b (blend, of addresses that are older than wt), t (temperature), k (codes, a list), c (a checkpoint's
    name; "" is `default`); and `tab`, 32 hex digits; `save` says for which file (see `read_save`); r is the JSON of
    what a recipe has in place of these.
    Raises RequestError, or the spec's own error (it checks every number), with a sentence.
    """
    from explorer.explore import Mixed, Seeded, Spec

    wanted = read_checkpoint(raw, _FIELDS, source_of, default)
    if raw.get("z") is None:
        count = one_of(raw.get("n", GRIDS[0]), GRIDS, f"A grid has {' or '.join(map(str, GRIDS))} pictures.")
        latents = Seeded(read_seed(raw.get("s", "0")), count)
    else:
        kept = list_of(raw["z"], object, f"Between 1 and {MOST_KEPT} kept pictures can be drawn at once.", 1, MOST_KEPT)
        latents = Mixed(tuple(((1.0, *read_tile(name)),) for name in kept))
    spec = Spec(
        checkpoint=wanted.source,
        condition=read_word(raw),
        latents=latents,
        **drawn_with(raw, wanted.source),
        psi_mode=raw.get("mode", "smooth"),
        jitter=raw.get("j", 0.0),
        blend=raw.get("b", 0.0),
        temperature=raw.get("t"),
    )
    if "r" in raw:
        from explorer.explore.library.recipes import with_own_parts

        spec = with_own_parts(spec, raw["r"])
    return Request(wanted.tab, wanted.name, spec, read_save(raw))


def read_checkpoint(raw: object, fields: Collection[str], source_of: SourceOf, default: str) -> CheckpointRequest:
    """Read which browser tab asks for which checkpoint, in an object that holds no other fields than these."""
    tab, name = check_fields(raw, fields).get("tab"), raw.get("c", "")
    if not isinstance(tab, str) or not _MAILBOX.fullmatch(tab):
        raise RequestError("This page did not say who it is; reload it.")
    source = source_of(name or default) if isinstance(name, str) else None
    if source is None:
        raise RequestError("There is no generator of that name here; choose one from the menu.")
    return CheckpointRequest(tab, name or default, source)


def drawn_with(raw: dict, source: str) -> dict[str, Any]:
    """The fields of a spec that the pictures of every tab have, as the page sent them: the spec checks them."""
    return {
        "psi": raw.get("psi", 1.0),
        "style": raw.get("style", ""),
        "word_truncation": read_word_truncation(raw, source),
        "codes": raw.get("k", ()),
    }


def read_word_truncation(raw: dict, source: str) -> Any:
    """The field wt as the page sent it; where it is left out, what the generator was published with, but 0 beside the
    blend of an old address, which takes its place."""
    from explorer.checkpoint import default_word_truncation

    if "wt" in raw:
        return raw["wt"]
    return 0.0 if raw.get("b") else default_word_truncation(source)


def check_fields(raw: object, fields: Collection[str]) -> dict[str, Any]:
    """`raw` itself, an object that holds no other fields than these; raises RequestError."""
    if not isinstance(raw, dict) or not set(raw) <= set(fields):
        raise RequestError(MISMATCH)
    return raw


def read_tab(raw: object) -> str:
    """Read the browser tab of a request that holds nothing to draw from; raises RequestError."""
    tab = raw.get("tab") if isinstance(raw, dict) else None
    if not isinstance(tab, str) or not _TAB.fullmatch(tab):
        raise RequestError("This page did not say who it is; reload it.")
    return tab


def read_word(raw: dict, what: str = "word") -> str:
    """Read the text in the field w, which the spec checks further; raises RequestError."""
    word = raw.get("w", "")
    if not isinstance(word, str):
        raise RequestError(f"The {what} must be text.")
    return word


def read_whole(raw: object, field: str, most: int = 2**53) -> int:
    """Read a whole number from 0 on; raises RequestError."""
    value = raw.get(field) if isinstance(raw, dict) else None
    if not is_whole(value, 0, most):
        raise RequestError(f"The field {field} must be a whole number from 0 to {most}.")
    return value


def read_text(raw: object, field: str, most: int) -> str:
    """Read a text of 1 to `most` letters; raises RequestError."""
    value = raw.get(field) if isinstance(raw, dict) else None
    if not isinstance(value, str) or not 1 <= len(value) <= most or not value.isprintable():
        raise RequestError(f"The field {field} must be text of 1 to {most} letters.")
    return value


def read_bytes(raw: dict, field: str, most: int) -> bytes:
    """Read bytes that were sent in base64, of at most `most` letters; raises RequestError."""
    text = raw.get(field)
    if not isinstance(text, str) or not 1 <= len(text) <= most:
        raise RequestError(f"The {field} that was sent is missing or too large; choose a smaller one.")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise RequestError(f"The {field} that was sent cannot be read.") from error


def read_save(raw: dict) -> str:
    """Read what the pictures are drawn for, in the field save: "" to be shown, `sheet` (true) to be kept as the tab
    lays them out, else one of `explore.render.formats.KINDS`, a file of the tiles alone. Raises RequestError."""
    from explorer.explore.render.formats import KINDS

    save = raw.get("save", False)
    if save is True or save is False:
        return "sheet" if save else ""
    if not isinstance(save, str) or save not in KINDS:
        raise RequestError(f"Pictures are saved as {', '.join(KINDS)}; reload this page.")
    return save


def read_seed(value: object) -> int:
    """Read a seed, sent as text since it may exceed what a browser counts exactly; raises RequestError."""
    if not isinstance(value, str) or not _SEED.fullmatch(value):
        raise RequestError("A seed is a whole number of at most 19 digits.")
    return int(value)


def read_tile(name: object) -> tuple[int, int]:
    """Read (seed, index) of a picture written `seed.index`; raises RequestError."""
    match = _TILE.fullmatch(name) if isinstance(name, str) else None
    if match is None:
        raise RequestError("A kept picture is written seed.index, such as 7.3.")
    return int(match[1]), int(match[2])


def one_of(value: object, choices: Collection[int], sentence: str) -> int:
    """`value`, one of these numbers; raises RequestError with this sentence."""
    if not is_choice(value, choices):
        raise RequestError(sentence)
    return int(value)


def list_of(value: object, kind: type, sentence: str, fewest: int = 0, most: int = 1 << 16) -> list:
    """`value`, a list of so many items of a type; raises RequestError with this sentence."""
    fits = isinstance(value, list) and fewest <= len(value) <= most and all(isinstance(one, kind) for one in value)
    if not fits:
        raise RequestError(sentence)
    return value
