"""Kept pictures, as several tabs ask for them: the user's library, and where its recipes are shown."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from explorer.app.shared.answering import Answering
from explorer.app.shared.request import check_fields, list_of, read_tab
from explorer.errors import shown

if TYPE_CHECKING:
    from explorer.app.shared.catalog import Catalog
    from explorer.explore import Library
    from explorer.explore.library.recipes import Contents

MOST_IDS = 1000  # entries of one request
MOST_NAME = 100  # letters


class KeptPictures:
    """The library of one app, opened when it is first asked for; an app that is opened to be looked at has none."""

    def __init__(self, answering: Answering):
        self._answering = answering
        self._library: Library | None = None

    async def answer(self, job: Callable[["Library"], dict[str, Any]]) -> dict[str, Any]:
        """The reply of a job with the library, in a thread; or why there is none."""

        def with_library() -> dict[str, Any]:
            self._answering.check_writable("The library")
            if self._library is None:
                from explorer.explore import Library

                self._library = Library()
            return job(self._library)

        return await self._answering.reply_in_thread(with_library)

    @staticmethod
    def read_ids(raw: Any) -> list[str]:
        """Read the `ids` of entries; raises RequestError."""
        read_tab(raw)
        check_fields(raw, {"tab", "ids"})
        return list_of(raw.get("ids"), str, f"A request names 1 to {MOST_IDS} entries.", 1, MOST_IDS)


def recipes_reply(contents: "Contents", catalog: "Catalog") -> list[dict[str, Any]]:
    """The pages that show a file's recipes; `address` is None where their generator is not here."""
    found = []
    for recipe in contents.recipes:
        name = catalog.name_of(recipe.checkpoint)
        found.append(
            {
                "title": shown(recipe.title, 200),
                "tab": recipe.tab,
                "address": None if name is None else recipe.address(name),
                "generator": shown(name or catalog.without_paths(recipe.checkpoint), MOST_NAME),
            }
        )
    return found
