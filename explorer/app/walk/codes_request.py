"""A grid over an InfoGAN's codes, read as if a stranger had asked for it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.app.shared.request import read_seed, read_sender

if TYPE_CHECKING:
    from explorer.explore import Spec

_KEYS = {"tab", "c", "s", "psi", "k", "across", "down", "save"}


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


def read_codes_request(raw: object, source_of: Callable[[str], str | None], default: str) -> CodesRequest:
    """The ask in `raw`, a decoded JSON value of any kind, for the first latent of one seed.

    Its fields are the address bar's: s (seed, as text), psi, k (all codes, a list; none: the usual ones), across and
    down (numbers of codes, from 1). Raises RequestError, or the spec's own error.
    """
    from explorer.explore import Seeded, Spec
    from explorer.explore.spec.checks import whole
    from explorer.explore.spec.spec import MAX_CODES

    sender = read_sender(raw, _KEYS, source_of, default)
    ways = [None if raw.get(way) is None else whole(raw[way], way, 1, MAX_CODES) for way in ("across", "down")]
    spec = Spec(
        sender.source, "", Seeded(read_seed(raw.get("s", "0")), 1), psi=raw.get("psi", 1.0), codes=raw.get("k", ())
    )
    return CodesRequest(sender.tab, sender.name, spec, *ways, save=raw.get("save") is True)
