"""Sums of words and of pictures, read as if a stranger had asked for them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.app.shared.request import RequestError, read_seed, read_sender, read_tile

if TYPE_CHECKING:
    from explorer.explore import Spec
    from explorer.explore.arithmetic.latents import LatentTerm

MOST_TERMS = 8
MOST_TILES = 15  # of a term
_KEYS = {"tab", "c", "w", "s", "psi", "terms", "noise", "save"}


@dataclass(frozen=True)
class SumRequest:
    """tab: its mailbox; name: the checkpoint's; spec: what is summed up (an expression), or what the pictures show.

    terms: of a sum of pictures, None for one of words; noise: what its neighbours stray by; save: as one sheet.
    """

    tab: str
    name: str
    spec: "Spec"
    terms: "tuple[LatentTerm, ...] | None"
    noise: float
    save: bool


def read_sum_request(raw: object, source_of: Callable[[str], str | None], default: str) -> SumRequest:
    """The ask in `raw`, a decoded JSON value of any kind.

    w: the text; s (seed, as text), psi; terms: of pictures, [1 or -1, ["seed.index", ...]] each. Raises
    RequestError, or the spec's own error, with a sentence.
    """
    from explorer.explore import Seeded, Spec
    from explorer.explore.spec.checks import number

    sender = read_sender(raw, _KEYS, source_of, default)
    word, terms = raw.get("w", ""), raw.get("terms")
    if not isinstance(word, str):
        raise RequestError("The sum must be text.")
    if terms is not None:
        if not isinstance(terms, list) or not 1 <= len(terms) <= MOST_TERMS:
            raise RequestError(f"A sum of pictures has 1 to {MOST_TERMS} terms.")
        terms = tuple(map(_term, terms))
    spec = Spec(sender.source, word, Seeded(read_seed(raw.get("s", "0"))), psi=raw.get("psi", 1.0))
    noise = number(raw.get("noise", 0.25), "noise", 0, 2)
    return SumRequest(sender.tab, sender.name, spec, terms, noise, raw.get("save") is True)


def _term(term: object) -> "LatentTerm":
    if not isinstance(term, list) or len(term) != 2 or isinstance(term[0], bool) or term[0] not in (1, -1):
        raise RequestError("A term of a sum of pictures is added or taken away.")
    if not isinstance(term[1], list) or len(term[1]) > MOST_TILES:
        raise RequestError(f"A term holds at most {MOST_TILES} pictures.")
    return float(term[0]), tuple(map(read_tile, term[1]))
