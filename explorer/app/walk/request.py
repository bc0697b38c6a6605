"""What the Walk tab's page asks for, read as if a stranger had written it: films, and grids over codes."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from explorer.app.shared.request import (
    DRAWN_WITH,
    RequestError,
    SourceOf,
    drawn_with,
    list_of,
    one_of,
    read_checkpoint,
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
_PICTURE = re.compile(r"(.*)@([0-9]{1,19}\.[0-9]{1,3})", re.DOTALL)


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
class CodesRequest:
    """tab: its mailbox; name: the checkpoint's; spec: its only tile, whose word is still open; across, down: the codes
    that grow, None for the usual ones; save: drawn larger, to be kept."""

    tab: str
    name: str
    spec: "Spec"
    across: int | None
    down: int | None
    save: bool = False


def read_walk_request(raw: object, source_of: SourceOf, default: str) -> WalkRequest:
    """Read the request for a film in `raw`, a decoded JSON value of any kind.

    Its fields are the address bar's: stops (1 .. 9 texts, an expression each, or `boots@7.3` for one picture of it),
    style (of all stops), or styles (one for each stop, or several for a single one), s (seed, as text), n (1, 4 or 16
    tiles), psi, wt (word truncation), frames, over (`words`, `z`, `both`; left out, what suits the stops),
    way (of z), loop. Raises RequestError, or the walk's own error, with a sentence.
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
    base = Spec(wanted.source, "", Seeded(read_seed(raw.get("s", "0")), count), **drawn_with(raw))
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
    return CodesRequest(wanted.tab, wanted.name, spec, *sides, save=raw.get("save") is True)


def _read_stop(base: "Spec", text: str) -> Any:
    from explorer.explore import Mixed

    picture = _PICTURE.fullmatch(text)
    if picture is None:
        return text
    return base.replace(condition=picture[1], latents=Mixed((((1.0, *read_tile(picture[2])),),)))
