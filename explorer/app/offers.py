"""What the menus offer: the checkpoints found, by name and never by path, and the word spaces beside them."""

import math
import re
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from explorer.checkpoint import Listing

_GARMENTS = ("slipper", "kimono", "jeans", "handbag", "red boots", "boots - leather + summer", "0.7*coat + 0.3*dress")
_GARMENT_LABELS = {"boots", "bag", "coat", "dress", "sandals", "shirt", "trousers", "sneakers"}
_FRESH = 2.0  # seconds for which a list is used again, however often pages ask


@dataclass(frozen=True)
class Offer:
    """One line of the checkpoint menu.

    source: what loads it, its name or what the app was started with. place: its folder, which no page is told.
    """

    name: str
    source: str
    place: Path
    space: str
    labels: tuple[str, ...]
    error: str | None = None

    def line(self) -> dict:
        """As the page may see it."""
        return {
            "name": self.name,
            "space": self.space,
            "error": self.error,
            "examples": examples(self.labels),
        }


def examples(labels: tuple[str, ...]) -> list[str]:
    """Words to try with a generator of these labels: garments if it draws garments, else its own labels."""
    if _GARMENT_LABELS & set(labels):
        return list(_GARMENTS)
    blend = [f"0.5*{labels[0]} + 0.5*{labels[1]}"] if len(labels) > 1 else []
    return [*labels[:8], *blend]


class Offers:
    """The checkpoints that may be asked for, by name.

    start: the one the app was opened with: a name, a folder or `hf:owner/name@revision`. It is offered whatever the
    shelves hold, under its own name.
    """

    def __init__(self, start: str):
        from explorer.checkpoint import find

        self._folder = find(start)  # raises CheckpointError before anything is opened
        self.default = start if re.fullmatch(r"[\w.-]+", start) else start_name(start, self._folder)
        self._start = start
        self._lock = threading.Lock()
        self._offers: dict[str, Offer] = {}
        self._looked = -math.inf

    def all(self) -> dict[str, Offer]:
        """Offers by name, the starting one first; looks at the disk again at most every two seconds."""
        from explorer.checkpoint import CheckpointError, Listing, describe, list_checkpoints

        with self._lock:
            if time.monotonic() - self._looked >= _FRESH:
                try:
                    start = Listing(self.default, self._folder, describe(self._folder))
                except CheckpointError as error:
                    start = Listing(self.default, self._folder, None, str(error))
                found = {self.default: _offer(start, self._start)}
                for listing in list_checkpoints():
                    found.setdefault(listing.name, _offer(listing, listing.name))
                self._offers, self._looked = found, time.monotonic()
            return self._offers

    def sources(self) -> dict[str, str]:
        """What loads each checkpoint that a page may ask for, by name."""
        return {name: offer.source for name, offer in (self._offers or self.all()).items() if offer.error is None}

    def without_places(self, sentence: str) -> str:
        """A sentence with the checkpoints' names where it speaks of their folders."""
        for offer in self._offers.values():
            sentence = sentence.replace(str(offer.place), offer.name)
        return sentence


def start_name(start: str, folder: Path) -> str:
    """The name under which a checkpoint that was given by its place appears on pages: none of them sees a path."""
    if start.startswith("hf:"):
        return start[3:].partition("@")[0].rpartition("/")[2]
    folder = folder.resolve()
    return folder.parent.name if folder.name == "checkpoint" else folder.name


def spaces() -> list[str]:
    """The names of the word spaces found."""
    from explorer.words import list_spaces

    return [path.parent.name for path in list_spaces()]


def _offer(listing: "Listing", source: str) -> Offer:
    about = listing.description
    if about is None:
        error = (listing.error or "").replace(str(listing.path), listing.name)
        return Offer(listing.name, source, listing.path, "", (), error)
    return Offer(listing.name, source, listing.path, about.space_name, about.labels)
