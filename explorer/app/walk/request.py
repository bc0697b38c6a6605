"""What the Walk tab asks for, read as if a stranger had written it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from explorer.app.shared.request import RequestError, read_seed, read_sender, read_tile

if TYPE_CHECKING:
    from explorer.explore import Walk

COUNTS = (1, 4, 16)
FRAMES = (12, 24, 48, 96)
FILES = ("gif", "webp", "mp4", "png")
_KEYS = {"tab", "c", "stops", "s", "n", "psi", "frames", "over", "way", "loop", "kind", "fps", "pingpong"}
_PICTURE = re.compile(r"(.*)@([0-9]{1,19}\.[0-9]{1,3})", re.DOTALL)


@dataclass(frozen=True)
class WalkRequest:
    """tab: its mailbox; name: the checkpoint's; walk: what to draw.

    kind: of the file wished for (`gif`, `webp`, `mp4`, `png`), None for a film to look at; fps and ping_pong are its.
    """

    tab: str
    name: str
    walk: "Walk"
    kind: str | None = None
    fps: float = 12.0
    ping_pong: bool = False


def read_walk_request(raw: object, source_of: Callable[[str], str | None], default: str) -> WalkRequest:
    """The ask in `raw`, a decoded JSON value of any kind.

    Its fields are the address bar's: stops (1 .. 9 texts, an expression each, or `boots@7.3` for one picture of it),
    s (seed, as text), n (1, 4 or 16 tiles), psi, frames, over (`words`, `z`, `both`; left out, what suits the stops),
    way (of z), loop. Raises RequestError, or the walk's own error, with a sentence.
    """
    from explorer.explore import Seeded, Spec, walk_of
    from explorer.explore.spec.checks import number

    sender = read_sender(raw, _KEYS, source_of, default)
    stops = raw.get("stops")
    if not isinstance(stops, list) or not all(isinstance(stop, str) for stop in stops):
        raise RequestError("The stops of a walk are a list of texts.")
    count = _one_of(raw.get("n", 16), COUNTS, "The pictures of a walk are")
    frames = _one_of(raw.get("frames", 24), FRAMES, "The frames of a walk are")
    kind = raw.get("kind")
    if kind is not None and kind not in FILES:
        raise RequestError(f"A walk is kept as {', '.join(FILES)}.")
    base = Spec(sender.source, "", Seeded(read_seed(raw.get("s", "0")), count), psi=raw.get("psi", 1.0))
    walk = walk_of(
        [_stop(base, stop) for stop in stops],
        base,
        over=raw.get("over"),
        frames=frames,
        z=raw.get("way", "spherical"),
        loop=raw.get("loop", False),
    )
    fps = number(raw.get("fps", 12.0), "fps", 1, 60)
    return WalkRequest(sender.tab, sender.name, walk, kind, fps, raw.get("pingpong") is True)


def _stop(base: Any, text: str) -> Any:
    from explorer.explore import Mixed

    picture = _PICTURE.fullmatch(text)
    if picture is None:
        return text
    return base.replace(condition=picture[1], latents=Mixed((((1.0, *read_tile(picture[2])),),)))


def _one_of(value: object, choices: tuple[int, ...], sentence: str) -> int:
    if isinstance(value, bool) or value not in choices:
        raise RequestError(f"{sentence} {', '.join(map(str, choices[:-1]))} or {choices[-1]}.")
    return int(value)
