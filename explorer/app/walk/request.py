"""What the Walk tab's page asks for, read as if a stranger had written it: films, and grids over codes."""

import base64
import binascii
import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from explorer.app.shared.finding import read_picture
from explorer.app.shared.request import (
    DRAWN_WITH,
    RequestError,
    SourceOf,
    drawn_with,
    list_of,
    one_of,
    read_checkpoint,
    read_save,
    read_seed,
    read_tile,
)
from explorer.errors import listed

if TYPE_CHECKING:
    from explorer.explore import Spec, Walk

COUNTS = (1, 4, 16)
FILES = ("gif", "webp", "mp4", "png")
_WALK = DRAWN_WITH | {
    "tab",
    "c",
    "stops",
    "styles",
    "s",
    "n",
    "frames",
    "over",
    "way",
    "loop",
    "kind",
    "fps",
    "pingpong",
}
_CODES = {"tab", "c", "s", "psi", "k", "across", "down", "save"}
_FIND = {"tab", "c", "picture"}
_PICTURE = re.compile(r"(.*)@([0-9]{1,19}\.[0-9]{1,3})", re.DOTALL)
_FOUND = re.compile(r"found:([0-9]{1,4})(?:-([0-9]{1,2}))?\.([\w-]{2,65536})(?:\.([\w-]{2,65536}))?", re.ASCII)


@dataclass(frozen=True)
class WalkRequest:
    """tab: its mailbox; name: the checkpoint's; walk: what to draw.

    kind: of the file to make (`gif`, `webp`, `mp4`, `png`), None for a film to look at; fps and ping_pong are its.
    """

    tab: str
    name: str
    walk: "Walk"
    kind: str | None = None
    fps: float = 12.0
    ping_pong: bool = False


@dataclass(frozen=True)
class FindRequest:
    """tab: its mailbox; name: the checkpoint's; source: what loads it; picture: the bytes of a PNG to search for."""

    tab: str
    name: str
    source: str
    picture: bytes


@dataclass(frozen=True)
class CodesRequest:
    """tab: its mailbox; name: the checkpoint's; spec: its only tile, whose word is still open; across, down: the codes
    that grow, None for the usual ones; save: drawn larger, to be kept."""

    tab: str
    name: str
    spec: "Spec"
    across: int | None
    down: int | None
    save: str = ""


def read_walk_request(raw: object, source_of: SourceOf, default: str) -> WalkRequest:
    """Read the request for a film in `raw`, a decoded JSON value of any kind.

    Its fields are the address bar's: stops (1 .. 9 texts, an expression each, `boots@7.3` for one picture of it, or
    what `found_stop` gave), style (of all stops), or styles (one for each stop, or several for a single one), s (seed,
    as text), n (1, 4 or 16 tiles), psi, wt (word truncation), frames, over (`words`, `z`, `both`; left out, what suits
    the stops), way (of z), loop. Raises RequestError, or the walk's own error, with a sentence.
    """
    from explorer.explore import Seeded, Spec, walk_of
    from explorer.explore.spec.checks import number

    wanted = read_checkpoint(raw, _WALK, source_of, default)
    stops = list_of(raw.get("stops"), str, "The stops of a walk are a list of texts.")
    styles = list_of(raw.get("styles", []), str, "The styles of a walk are a list of texts.")
    count = one_of(raw.get("n", 16), COUNTS, f"The pictures of a walk are {listed(COUNTS, 'or')}.")
    frames = raw.get("frames", 24)  # which the walk checks
    kind = raw.get("kind")
    if kind is not None and kind not in FILES:
        raise RequestError(f"A walk is kept as {', '.join(FILES)}.")
    base = Spec(wanted.source, "", Seeded(read_seed(raw.get("s", "0")), count), **drawn_with(raw, wanted.source))
    walk = walk_of(
        [_read_stop(base, stop) for stop in stops],
        base,
        over=raw.get("over"),
        frames=frames,
        z=raw.get("way", "spherical"),
        loop=raw.get("loop", False),
        styles=styles,
    )
    fps = number(raw.get("fps", 12.0), "fps", 1, 60)
    return WalkRequest(wanted.tab, wanted.name, walk, kind, fps, raw.get("pingpong") is True)


def read_codes_request(raw: object, source_of: SourceOf, default: str) -> CodesRequest:
    """Read the request for a grid over an InfoGAN's codes in `raw`, for the first latent of one seed.

    Its fields are the address bar's: s (seed, as text), psi, k (all codes, a list; none: the usual ones), across and
    down (numbers of codes, from 1). Raises RequestError, or the spec's own error.
    """
    from explorer.explore import Seeded, Spec
    from explorer.explore.spec.checks import whole
    from explorer.explore.spec.spec import MAX_CODES

    wanted = read_checkpoint(raw, _CODES, source_of, default)
    sides = [None if raw.get(side) is None else whole(raw[side], side, 1, MAX_CODES) for side in ("across", "down")]
    latents = Seeded(read_seed(raw.get("s", "0")), 1)
    spec = Spec(wanted.source, "", latents, psi=raw.get("psi", 1.0), codes=raw.get("k", ()))
    return CodesRequest(wanted.tab, wanted.name, spec, *sides, save=read_save(raw))


def read_find_request(raw: object, source_of: SourceOf, default: str) -> FindRequest:
    """Read the request to search for a picture, a PNG in base64; raises RequestError."""
    wanted = read_checkpoint(raw, _FIND, source_of, default)
    return FindRequest(wanted.tab, wanted.name, wanted.source, read_picture(raw))


def found_stop(spec: "Spec") -> str:
    """A picture that was found as a stop: its z, an InfoGAN's codes and its vector as float32, how many before them.

    `found:64.` before a z of 64 numbers, `found:64-3.` with 3 codes. Its w, if any, follows after another dot: a byte a
    number, in hundredths.
    """
    (z,), codes = spec.latents.tiles, spec.codes
    numbers = (*z, *codes, *spec.condition)
    parts = [struct.pack(f"<{len(numbers)}f", *numbers)]
    for w in spec.latents.w:
        parts.append(struct.pack(f"<{len(w)}b", *(round(100 * x) for x in w)))
    texts = [base64.urlsafe_b64encode(data).decode().rstrip("=") for data in parts]
    return f"found:{len(z)}{f'-{len(codes)}' if codes else ''}.{'.'.join(texts)}"


def _read_stop(base: "Spec", text: str) -> Any:
    from explorer.explore import Mixed

    found = _FOUND.fullmatch(text)
    if found is not None:
        return _read_found(base, int(found[1]), int(found[2] or 0), found[3], found[4] or "")
    picture = _PICTURE.fullmatch(text)
    if picture is None:
        return text
    return base.replace(condition=picture[1], latents=Mixed((((1.0, *read_tile(picture[2])),),)))


def _read_found(base: "Spec", z_dim: int, codes: int, text: str, w_text: str) -> "Spec":
    """The picture that `found_stop` wrote down, as it was found: without the walk's psi."""
    from explorer.explore import Stored

    try:
        data, w_data = (base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in (text, w_text))
        numbers = struct.unpack(f"<{len(data) // 4}f", data)
    except (binascii.Error, struct.error) as error:
        raise RequestError("This address holds only a part of a found picture; choose the picture again.") from error
    z, own, vector = numbers[:z_dim], numbers[z_dim : z_dim + codes], numbers[z_dim + codes :]
    w = tuple(x / 100 for x in struct.unpack(f"<{len(w_data)}b", w_data))
    latents = Stored((z,), (w,) if w else ())
    return base.replace(condition=vector, latents=latents, codes=own, psi=1.0, word_truncation=0.0)
