"""What the Library tab's page asks for, read as if a stranger had written it."""

from dataclasses import dataclass
from typing import Any

from explorer.app.shared.request import RequestError, check_fields, list_of, read_tab, read_whole

MOST_SEARCH, MOST_TAGS = 200, 20
MOST_NOTE = 2000


@dataclass(frozen=True)
class ListRequest:
    """search, tags, kind: as in `Library.entries`. start: how many are passed over. trash: of what was deleted."""

    search: str
    tags: tuple[str, ...]
    kind: str
    start: int
    trash: bool


def read_list(raw: Any) -> ListRequest:
    """Read which entries are to be listed; raises RequestError."""
    from explorer.explore.library.entry import KINDS

    check_fields(raw, {"tab", "search", "tags", "kind", "start", "trash"})
    read_tab(raw)
    search, kind = raw.get("search", ""), raw.get("kind", "")
    if not isinstance(search, str) or len(search) > MOST_SEARCH:
        raise RequestError(f"A search has at most {MOST_SEARCH} letters.")
    if not isinstance(kind, str) or kind not in ("", *KINDS):
        raise RequestError("There is no such kind of picture.")
    tags = list_of(raw.get("tags", []), str, f"At most {MOST_TAGS} tags can be asked for.", 0, MOST_TAGS)
    start = read_whole(raw, "start") if "start" in raw else 0
    return ListRequest(search, tuple(tags), kind, start, raw.get("trash") is True)


def read_id(raw: Any, *more: str) -> str:
    """Read the `id` of an entry, in a request that may have the fields `more` too; raises RequestError."""
    check_fields(raw, {"tab", "id", *more})
    read_tab(raw)
    number = raw.get("id")
    if not isinstance(number, str):
        raise RequestError("A request names the entry it is about.")
    return number


def read_change(raw: Any) -> tuple[str, dict[str, Any]]:
    """Read which entry gets which `tags` and `note`; the library checks these further. Raises RequestError."""
    number = read_id(raw, "tags", "note")
    changes: dict[str, Any] = {}
    if "tags" in raw:
        changes["tags"] = list_of(raw["tags"], str, "Tags are a list of texts.", 0, 100)
    if "note" in raw:
        changes["note"] = raw["note"]
    return number, changes
