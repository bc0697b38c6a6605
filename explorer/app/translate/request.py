"""What the Translate tab's page asks for, read as if a stranger had written it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from explorer.app.shared.finding import read_picture
from explorer.app.shared.request import (
    DRAWN_WITH,
    RequestError,
    SourceOf,
    check_fields,
    drawn_with,
    read_checkpoint,
    read_save,
    read_seed,
    read_word,
)
from explorer.checks import is_choice, is_number
from explorer.models.config import WAYS, Way

if TYPE_CHECKING:
    from explorer.explore import Spec

KINDS = ("pairs", "failures", "explore")
COLUMNS = 8  # pictures of a sheet
_WAY = {"tab", "c", "way"}
_EXPLORE = DRAWN_WITH | {"w", "from"}  # the word on show in Explore, and its generator


@dataclass(frozen=True)
class TranslateRequest:
    """tab: its mailbox; name: the translator's; source: what loads it; picture: the bytes of a PNG; way; strength, 0 to
    1; is_drawn: whether the picture stays where it is drawn; save: what file it is drawn for, see `read_save`."""

    tab: str
    name: str
    source: str
    picture: bytes
    way: Way
    strength: float
    is_drawn: bool
    save: str


@dataclass(frozen=True)
class SheetRequest:
    """tab, name, source, way: as above. kind: one of KINDS. seed: of `pairs`. spec: of `explore`, what draws them."""

    tab: str
    name: str
    source: str
    way: Way
    kind: str
    seed: int
    spec: "Spec | None"


def read_translate_request(raw: object, source_of: SourceOf, first: str, default: str) -> TranslateRequest:
    """Read the request for one picture in `raw`, a decoded JSON value of any kind.

    c: the translator's name, "" for the `first`; picture: a PNG in base64; way: `there` or `back`; strength: 0 to 1;
    drawn: true for one that is not to be centred. Raises RequestError with a sentence.
    """
    fields = check_fields(raw, _WAY | {"picture", "strength", "drawn", "save"})
    tab, name, source = _translator(fields, source_of, first)
    strength, is_drawn = fields.get("strength", 1.0), fields.get("drawn", False)
    if not is_number(strength, 0, 1):
        raise RequestError("The strength of a translation is a number from 0 to 1.")
    if type(is_drawn) is not bool:
        raise RequestError("Whether a picture stays where it is drawn is true or false.")
    picture = read_picture(fields)
    return TranslateRequest(tab, name, source, picture, _way(fields), float(strength), is_drawn, read_save(fields))


def read_sheet_request(raw: object, source_of: SourceOf, first: str, default: str) -> SheetRequest:
    """Read the request for a sheet: c and way as above, kind, s (of `pairs`: a seed), and of `explore` the fields of
    Explore's pictures, with `from`, the generator's name ("" is `default`). Raises RequestError."""
    from explorer.explore import Seeded, Spec

    fields = check_fields(raw, _WAY | _EXPLORE | {"kind", "s"})
    tab, name, source = _translator(fields, source_of, first)
    kind = fields.get("kind", "pairs")
    if not is_choice(kind, KINDS):
        raise RequestError("This page asks for a sheet that the app does not draw; reload it.")
    seed, spec = read_seed(fields.get("s", "0")), None
    if kind == "explore":
        wanted = read_checkpoint({"tab": tab, "c": fields.get("from", "")}, _WAY, source_of, default)
        spec = Spec(wanted.source, read_word(fields), Seeded(seed, COLUMNS), **drawn_with(fields, wanted.source))
    return SheetRequest(tab, name, source, _way(fields), kind, seed, spec)


def _translator(fields: dict[str, Any], source_of: SourceOf, first: str) -> tuple[str, str, str]:
    """The mailbox, and the translator's name and what loads it."""
    if not first and not fields.get("c"):
        raise RequestError("There is no translator here yet; train one: gan-explorer train DATA --from A --to B.")
    name = fields.get("c", "")
    if isinstance(name, str) and source_of(name or first) is None:
        raise RequestError("There is no translator of that name here; choose one from the menu.")
    wanted = read_checkpoint({name: fields[name] for name in ("tab", "c") if name in fields}, _WAY, source_of, first)
    return wanted.tab, wanted.name, wanted.source


def _way(fields: dict[str, Any]) -> Way:
    way = fields.get("way", WAYS[0])
    if not is_choice(way, WAYS):
        raise RequestError(f"A picture is translated {' or '.join(WAYS)}.")
    return way
