"""The header of the page: its tabs, and the menus of generators and word spaces."""

import asyncio
from typing import Any

from explorer.app.shared.catalog import Catalog
from explorer.app.shared.component import component


class Header:
    """One app's header. read_only: as in `Answering`; the menu says so, and pages do not offer what is refused."""

    def __init__(self, catalog: Catalog, read_only: bool = False):
        self._catalog = catalog
        self._read_only = read_only

    def place(self) -> None:
        """Put the header into the `gr.Blocks` that is open."""
        answers = {"menu": lambda _: asyncio.to_thread(self.menu)}
        component("header", answers, elem_id="top", tab=False)

    def menu(self) -> dict[str, Any]:
        """What the menus and the psi slider of every tab show."""
        every = self._catalog.entries().values()
        return {
            "checkpoints": [entry.reply() for entry in every if not entry.translates],
            "translators": [entry.reply() for entry in every if entry.translates],
            "default": self._catalog.default,
            "psi_bounds": psi_bounds(),
            "read_only": self._read_only,
        }


def psi_bounds() -> list[list[float | None]]:
    """For psi = 0.00, 0.01 .. 1.50: the bound t at which the noise is cut (None: nowhere) and the mass within it."""
    from explorer.explore.spec.psi import bound, mass

    cut = [bound(step / 100) for step in range(100)]
    return [[round(t, 4), mass(t)] for t in cut] + [[None, 1.0]] * 51
