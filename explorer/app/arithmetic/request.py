"""What the Arithmetic tab's page asks for, read as if a stranger had written it: sums of words and of pictures."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

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
from explorer.checks import is_choice

if TYPE_CHECKING:
    from explorer.explore import Spec
    from explorer.explore.arithmetic.latents import LatentTerm

MOST_TERMS = 8
MOST_TILES = 15  # of a term
_FIELDS = DRAWN_WITH | {"tab", "c", "w", "s", "terms", "noise", "save"}


@dataclass(frozen=True)
class SumRequest:
    """tab: its mailbox; name: the checkpoint's; spec: what is summed up (an expression), or what the pictures show.

    terms: of a sum of pictures, None for one of words; noise: the spread of its variations; save: as one sheet.
    """

    tab: str
    name: str
    spec: "Spec"
    terms: "tuple[LatentTerm, ...] | None"
    noise: float
    save: str


def read_sum_request(raw: object, source_of: SourceOf, default: str) -> SumRequest:
    """Read the request in `raw`, a decoded JSON value of any kind.

    w: the text; s (seed, as text), psi, style, wt; terms: of pictures, [1 or -1, ["seed.index", ...]] each. Raises
    RequestError, or the spec's own error, with a sentence.
    """
    from explorer.explore import Seeded, Spec
    from explorer.explore.spec.checks import number

    wanted = read_checkpoint(raw, _FIELDS, source_of, default)
    word, terms = read_word(raw, "sum"), raw.get("terms")
    if terms is not None:
        sentence = f"A sum of pictures has 1 to {MOST_TERMS} terms."
        terms = tuple(map(_read_term, list_of(terms, object, sentence, 1, MOST_TERMS)))
    spec = Spec(wanted.source, word, Seeded(read_seed(raw.get("s", "0"))), **drawn_with(raw, wanted.source))
    noise = number(raw.get("noise", 0.25), "noise", 0, 2)
    return SumRequest(wanted.tab, wanted.name, spec, terms, noise, read_save(raw))


def _read_term(term: object) -> "LatentTerm":
    if not isinstance(term, list) or len(term) != 2 or not is_choice(term[0], (1, -1)):
        raise RequestError("A term of a sum of pictures is added or taken away.")
    tiles = list_of(term[1], object, f"A term holds at most {MOST_TILES} pictures.", 0, MOST_TILES)
    return float(term[0]), tuple(map(read_tile, tiles))
