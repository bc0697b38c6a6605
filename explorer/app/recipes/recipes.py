"""Recipes: what every page does with pictures of ours. Hearts keep them, and a file that is dropped is opened again.

One component that is always there, as the header is: what stands on it is a message at the foot of the page, and a
window that asks what to do with a file.
"""

from typing import TYPE_CHECKING, Any

from explorer.app.shared.answering import Answering
from explorer.app.shared.component import component
from explorer.app.shared.kept import KeptPictures, recipes_reply
from explorer.app.shared.request import RequestError, check_fields, read_bytes, read_tab

if TYPE_CHECKING:
    from explorer.explore import Library

MOST_FILE = 8 << 20  # letters of a file that is sent, in base64
MOST_TITLE = 300
MOST_PIXELS = 2**24  # of a picture that a page keeps


class Recipes:
    """One app's recipes."""

    def __init__(self, answering: Answering, kept: KeptPictures):
        self._answering, self._kept = answering, kept

    def place(self) -> None:
        """Put the component into the `gr.Blocks` that is open."""
        answers = {"keep": self.keep, "forget": self.forget, "restore": self.restore, "read": self.read}
        component("recipes", answers, tab=False)

    async def keep(self, raw: Any) -> dict[str, Any]:
        """Keep the PNG of ours in `picture`; title: what stands for it, where its recipe has no words. Gives its id."""

        def job(library: "Library") -> dict[str, Any]:
            check_fields(raw, {"tab", "picture", "title"})
            read_tab(raw)
            title = raw.get("title", "")
            word = title[:MOST_TITLE] if isinstance(title, str) else ""
            entry = library.keep(read_bytes(raw, "picture", MOST_FILE), word, most=MOST_PIXELS)
            return {"id": entry.id, "word": entry.word}

        return await self._kept.answer(job)

    async def forget(self, raw: Any) -> dict[str, Any]:
        """Move entries to the trash; `ids` of those that were there."""
        return await self._kept.answer(lambda library: {"ids": library.delete(self._kept.read_ids(raw))})

    async def restore(self, raw: Any) -> dict[str, Any]:
        """Bring entries back from the trash; `ids` of those that were there."""
        return await self._kept.answer(lambda library: {"ids": library.restore(self._kept.read_ids(raw))})

    async def read(self, raw: Any) -> dict[str, Any]:
        """The recipes in a file that was dropped; `other` is true where it holds none."""

        def job() -> dict[str, Any]:
            from explorer.explore.library.recipes import read_contents
            from explorer.explore.render.png import NoRecipe

            check_fields(raw, {"tab", "picture"})
            read_tab(raw)
            data = read_bytes(raw, "picture", MOST_FILE)
            if data[4:8] == b"ftyp":  # no video of a stranger is taken apart here
                raise RequestError("A film as MP4 is drawn again by the command: gan-explorer walk --from film.mp4")
            try:
                contents = read_contents(data)
            except NoRecipe:
                return {"other": True}
            return {
                "other": False,
                "title": contents.title,
                "recipes": recipes_reply(contents, self._answering.catalog),
            }

        return await self._answering.reply_in_thread(job)
