"""What the Map tab's page asks for, read as if a stranger had written it: a map, a place on it, thumbnails."""

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
    read_word,
)

if TYPE_CHECKING:
    from explorer.explore import Spec
    from explorer.explore.map.projection import Method

MOST_THUMBNAILS = 32  # of one request: two passes of the generator, for which nobody's pictures wait long
_MAP = {"tab", "c", "w", "recent", "m"}
_PLACE = _MAP | DRAWN_WITH | {"s", "x", "y", "save"}
_THUMBNAILS = DRAWN_WITH | {"tab", "c", "s", "words"}


@dataclass(frozen=True)
class MapRequest:
    """tab: its mailbox; name: the checkpoint's; source: what loads it; typed, recent: words; method: of projection."""

    tab: str
    name: str
    source: str
    typed: str
    recent: tuple[str, ...]
    method: "Method"

    @property
    def key(self) -> tuple:
        """What the map depends on."""
        return self.source, self.typed, self.recent, self.method


@dataclass(frozen=True)
class PlaceRequest:
    """tab: its mailbox; map: where the place is; x, y: map units; spec: what to draw there, its condition still open;
    save: drawn larger, to be kept."""

    tab: str
    map: MapRequest
    x: float
    y: float
    spec: "Spec"
    save: str = ""


@dataclass(frozen=True)
class ThumbnailsRequest:
    """tab: its mailbox; name: the checkpoint's; spec: what the thumbnails are drawn with; words: a thumbnail each."""

    tab: str
    name: str
    spec: "Spec"
    words: tuple[str, ...]


def read_map_request(raw: object, source_of: SourceOf, default: str) -> MapRequest:
    """Read the request for a map in `raw`, a decoded JSON value of any kind.

    w: the typed word, "" for none; recent: other words, the latest first; m: `pca` or `tsne`. Raises RequestError, or
    the map's own error, with a sentence.
    """
    from explorer.explore.map.projection import read_method
    from explorer.explore.map.word_map import MOST_RECENT
    from explorer.explore.spec.checks import text
    from explorer.explore.spec.spec import MAX_TEXT

    wanted = read_checkpoint(raw, _PLACE, source_of, default)
    recent = list_of(raw.get("recent", []), str, f"A map shows at most {MOST_RECENT} recent words.", 0, MOST_RECENT)
    typed = text(read_word(raw), "the word", 0, MAX_TEXT)
    recent = tuple(text(word, "a recent word", 0, MAX_TEXT) for word in recent)
    return MapRequest(wanted.tab, wanted.name, wanted.source, typed, recent, read_method(raw.get("m", "pca")))


def read_place_request(raw: object, source_of: SourceOf, default: str) -> PlaceRequest:
    """Read the request for the pictures of a place: the fields of its map, x, y, and s, psi, style, wt as elsewhere."""
    from explorer.explore import Seeded, Spec
    from explorer.explore.map.projection import REACH
    from explorer.explore.spec.checks import number

    found = read_map_request(raw, source_of, default)
    x, y = (number(raw.get(side), side, -REACH, REACH) for side in ("x", "y"))
    spec = Spec(found.source, "", Seeded(read_seed(raw.get("s", "0"))), **drawn_with(raw, found.source))
    return PlaceRequest(found.tab, found, x, y, spec, read_save(raw))


def read_thumbnails_request(raw: object, source_of: SourceOf, default: str) -> ThumbnailsRequest:
    """Read the request for words' thumbnails: words, up to MOST_THUMBNAILS, and s, psi, style, wt as elsewhere."""
    from explorer.explore import Seeded, Spec

    wanted = read_checkpoint(raw, _THUMBNAILS, source_of, default)
    sentence = f"Between 1 and {MOST_THUMBNAILS} thumbnails are drawn at once."
    words = list_of(raw.get("words"), str, sentence, 1, MOST_THUMBNAILS)
    if not all(words):
        raise RequestError("A thumbnail shows a word.")
    spec = Spec(wanted.source, words[0], Seeded(read_seed(raw.get("s", "0")), 1), **drawn_with(raw, wanted.source))
    return ThumbnailsRequest(wanted.tab, wanted.name, spec, tuple(words))
