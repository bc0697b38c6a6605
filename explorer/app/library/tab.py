"""The Library tab: what the hearts kept, searched, tagged, opened again, compared, exported, deleted and brought back.

A page in sight asks every few seconds whether something changed: other pages and the command use the same library.
"""

import io
from collections import Counter
from typing import TYPE_CHECKING, Any

from explorer.app.library.request import read_change, read_id, read_list
from explorer.app.shared.answering import Answering
from explorer.app.shared.component import component
from explorer.app.shared.kept import KeptPictures, recipes_reply
from explorer.app.shared.replies import base64_text
from explorer.errors import ExplorerError

if TYPE_CHECKING:
    from explorer.explore import Library
    from explorer.explore.library.entry import Entry

PAGE = 60  # entries of one reply
MOST_TAGS = 40  # that are offered
MOST_LEFT_OUT = 5  # sentences
MOST_PICTURE = 16 << 20  # bytes of one that is shown
MOST_EXPORT = 64 << 20  # bytes of a zip that goes over as one reply


class LibraryTab:
    """One app's Library tab."""

    def __init__(self, answering: Answering, kept: KeptPictures):
        self._answering, self._kept = answering, kept

    def place(self) -> None:
        """Put the tab into the `gr.Blocks` that is open."""
        answers = {"list": self.list, "entry": self.entry, "change": self.change, "zip": self.zip}
        component("library", answers)

    async def list(self, raw: Any) -> dict[str, Any]:
        """Some entries with their thumbnails, how many there are, all tags, and what had to be left out."""

        def job(library: "Library") -> dict[str, Any]:
            wanted = read_list(raw)
            shelf = library.trash() if wanted.trash else library
            every = shelf.entries()
            some = wanted.search or wanted.tags or wanted.kind
            found = shelf.entries(wanted.search, wanted.tags, wanted.kind) if some else every
            left_out = list(shelf.left_out)
            tags = Counter(tag for entry in every for tag in entry.tags)
            return {
                "entries": [_line(shelf, entry) for entry in found[wanted.start : wanted.start + PAGE]],
                "count": len(found),
                "total": len(every),
                "tags": [tag for tag, _ in tags.most_common(MOST_TAGS)],
                "left_out": left_out[:MOST_LEFT_OUT],
                "more_left_out": max(0, len(left_out) - MOST_LEFT_OUT),
            }

        return await self._kept.answer(job)

    async def entry(self, raw: Any) -> dict[str, Any]:
        """One entry: its picture, its recipe, and the pages that show it."""

        def job(library: "Library") -> dict[str, Any]:
            number = read_id(raw)
            entry, picture = library.entry(number), library.picture(number)
            contents = library.contents(number)
            try:
                recipes, trouble = recipes_reply(contents, self._answering.catalog), ""
            except ExplorerError as error:
                recipes, trouble = [], str(error)
            more = {"recipe": contents.text[:20_000], "recipes": recipes, "trouble": trouble}
            shown = picture if len(picture) <= MOST_PICTURE else library.thumbnail(number)
            return {**_about(entry), "png": base64_text(shown), **more}

        return await self._kept.answer(job)

    async def change(self, raw: Any) -> dict[str, Any]:
        """Give an entry other tags, or another note."""

        def job(library: "Library") -> dict[str, Any]:
            number, changes = read_change(raw)
            return _about(library.change(number, **changes))

        return await self._kept.answer(job)

    async def zip(self, raw: Any) -> dict[str, Any]:
        """The PNGs of these entries and a table of their specs, as a zip; what had to be left out."""

        def job(library: "Library") -> dict[str, Any]:
            from explorer.explore.library.export import export

            file = io.BytesIO()
            entries = [library.entry(number) for number in self._kept.read_ids(raw)]
            left_out = export(library, entries, file, MOST_EXPORT)
            return {"file": base64_text(file.getvalue()), "left_out": left_out[:MOST_LEFT_OUT]}

        return await self._kept.answer(job)


def _line(library: "Library", entry: "Entry") -> dict[str, Any]:
    try:
        thumbnail = base64_text(library.thumbnail(entry.id))
    except ExplorerError:
        thumbnail = ""  # the entry says why when it is opened
    return _about(entry) | {"thumbnail": thumbnail}


def _about(entry: "Entry") -> dict[str, Any]:
    return {
        "id": entry.id,
        "word": entry.word,
        "kind": entry.kind,
        "day": entry.day,
        "generator": entry.generator,
        "seed": None if entry.seed is None else str(entry.seed),
        "psi": entry.psi,
        "size": list(entry.size),
        "tags": list(entry.tags),
        "note": entry.note,
    }
