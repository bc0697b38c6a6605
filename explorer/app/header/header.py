"""The header of the page: its tabs, and the menus of generators and word spaces."""

import asyncio
from typing import Any

from explorer.app.shared.catalog import Catalog, spaces
from explorer.app.shared.component import component


class Top:
    """One app's header. read_only: as in `Answering`; pages hear of it, so that they need not offer what is refused."""

    def __init__(self, offers: Catalog, read_only: bool = False):
        self._offers = offers
        self._read_only = read_only

    def place(self) -> None:
        """Put the header into the `gr.Blocks` that is open."""
        answers = {"menu": lambda _: asyncio.to_thread(self.menu)}
        component("header", answers, elem_id="top", tab=False)

    def menu(self) -> dict[str, Any]:
        """What the menus and the dial of every tab show."""
        return {
            "checkpoints": [offer.line() for offer in self._offers.all().values()],
            "default": self._offers.default,
            "spaces": spaces(),
            "dial": dial(),
            "read_only": self._read_only,
        }


def dial() -> list[list[float | None]]:
    """For psi = 0.00, 0.01 .. 1.50: the bound t at which the noise is cut (None: nowhere) and the mass within it."""
    from explorer.explore.spec.psi import bound, mass

    cut = [bound(step / 100) for step in range(100)]
    return [[round(t, 4), mass(t)] for t in cut] + [[None, 1.0]] * 51
