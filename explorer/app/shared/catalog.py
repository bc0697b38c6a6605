"""What the menus offer: the checkpoints found, by name and never by path, and the word spaces beside them."""

import math
import re
import threading
import time
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from explorer import places
from explorer.errors import ExplorerError, shown
from explorer.models.families import FAMILIES

if TYPE_CHECKING:
    from explorer.checkpoint import Description, Listing

_GARMENTS = ("slipper", "kimono", "jeans", "handbag", "red boots", "boots - leather + summer", "0.7*coat + 0.3*dress")
_GARMENT_LABELS = {"boots", "bag", "coat", "dress", "sandals", "shirt", "trousers", "sneakers"}
MOST_NAME = 100  # letters of what is offered, as many as a page keeps in its address
_BEFORE = r"(?<!\w)"  # so that no part of another path is taken for one
_FRESH = 2.0  # seconds for which a list is used again, however often pages ask


@dataclass(frozen=True)
class CatalogEntry:
    """One line of the checkpoint menu.

    source: what loads it, its name or where the app was told to find it, which no page hears. kimg: None for what was
    published; of a run, the thousands of pictures that its last save had seen. about: None of a broken one.
    """

    name: str
    source: str
    about: "Description | None"
    error: str | None = None
    kimg: float | None = None

    def line(self) -> dict:
        """As the page may see it: with what it hears (`models.families.Hears`), and the codes that a spec can set."""
        from explorer.explore.spec.spec import MAX_CODES

        about = self.about
        told = {"space": "", "examples": [], "family": "", "hears": "word", "codes": []}
        if about is not None:
            told = {
                "space": about.space_name,
                "examples": examples(about.labels),
                "family": FAMILIES[about.family].title,
                "hears": about.hears,
                "codes": list(about.codes) if len(about.codes) <= MAX_CODES else [],
            }
        return {"name": self.name, "error": self.error, "kimg": self.kimg, **told}


def examples(labels: tuple[str, ...]) -> list[str]:
    """Words to try with a generator of these labels: garments if it draws garments, else its own labels."""
    if _GARMENT_LABELS & set(labels):
        return list(_GARMENTS)
    blend = [f"0.5*{labels[0]} + 0.5*{labels[1]}"] if len(labels) > 1 else []
    return [*labels[:10], *blend]


class Catalog:
    """The checkpoints that may be asked for, by name.

    start: the one the app was opened with: a name, a folder or `hf:owner/name@revision`. It is offered whatever the
    shelves hold, under its own name.
    """

    def __init__(self, start: str):
        from explorer.checkpoint import describe, find, is_name

        self._folder = find(start).absolute()
        describe(self._folder)  # both raise CheckpointError: better at the prompt than on a page without pictures
        self.default = shown(start if is_name(start) else start_name(start, self._folder), MOST_NAME)
        self._start = start if is_name(start) or start.startswith("hf:") else str(self._folder)
        self._lock = threading.Lock()
        self._offers: dict[str, CatalogEntry] = {}
        self._looked = -math.inf

    def all(self) -> dict[str, CatalogEntry]:
        """Checkpoints by name, the starting one first; looks at the disk again at most every two seconds."""
        from explorer.checkpoint import CheckpointError, Listing, describe, is_name, list_checkpoints

        with self._lock:
            if time.monotonic() - self._looked >= _FRESH:
                try:
                    start = Listing(self.default, self._folder, describe(self._folder))
                except CheckpointError as error:
                    start = Listing(self.default, self._folder, None, str(error))
                found = {self.default: self._offer(start, self._start)}
                for listing in list_checkpoints():
                    if listing.name not in found:
                        offer = self._offer(listing, listing.name if is_name(listing.name) else str(listing.path))
                        found[_free(offer.name, found)] = offer
                for offer in self._runs():
                    found[_free(offer.name, found, "run")] = offer
                found = {name: replace(offer, name=name) for name, offer in found.items()}
                self._offers, self._looked = found, time.monotonic()
            return self._offers

    @property
    def folder(self) -> Path:
        """Where the one that the app was opened with lies; no page hears of it."""
        return self._folder

    def of_run(self, folder: Path) -> CatalogEntry | None:
        """The offer of the run in that folder, looked for now; None while it has saved no generator."""
        with self._lock:
            self._looked = -math.inf
        wanted = folder / "checkpoint"
        sources = {str(folder)} | ({self._start} if wanted == self._folder else set())
        return next((offer for offer in self.all().values() if offer.source in sources and not offer.error), None)

    def source(self, name: str) -> str | None:
        """What loads the checkpoint of that name, None if there is none; one not known yet is looked for.

        Raises ExplorerError, saying what is wrong with it, for a broken one.
        """
        offer = self._offers.get(name)
        if offer is None or offer.error is not None:
            offer = self.all().get(name)
        if offer is not None and offer.error is not None:
            raise ExplorerError(offer.error)
        return offer.source if offer is not None else None

    def without_places(self, sentence: str, *more: Path) -> str:
        """A sentence as any page may show it: names stand where it speaks of places on this disk.

        more: folders that it may speak of, beside those where checkpoints, runs and word spaces stand.
        """
        sentence = _named(sentence, self._folder, self.default)
        return _without_folders(sentence, (self._folder, *_shelves(), *more))

    def _runs(self) -> Iterator[CatalogEntry]:
        """The last saves of the trainings of this machine, but for the one that the app was opened with."""
        from explorer.checkpoint import CheckpointError, describe
        from explorer.jobs import Jobs

        for job in Jobs().all():
            folder = job.folder.absolute()
            if not job.explorable or folder / "checkpoint" == self._folder:
                continue
            try:
                about = describe(folder / "checkpoint")
            except CheckpointError:
                continue  # it is being saved anew just now
            kimg = about.made.get("kimg")
            kimg = float(kimg) if isinstance(kimg, (int, float)) and 0 <= kimg < 1e9 else 0.0
            yield _checked(CatalogEntry(job.name, str(folder), about, kimg=round(kimg, 1)))

    def _offer(self, listing: "Listing", source: str) -> CatalogEntry:
        error = shown(self.without_places(listing.error or "")) if listing.description is None else None
        return _checked(CatalogEntry(listing.name, source, listing.description, error))


def start_name(start: str, folder: Path) -> str:
    """The name under which a checkpoint that was given by its place appears on pages: none of them sees a path."""
    if start.startswith("hf:"):
        return start[3:].partition("@")[0].rpartition("/")[2]
    folder = folder.resolve()
    return folder.parent.name if folder.name == "checkpoint" else folder.name


def spaces() -> list[str]:
    """The names of the word spaces found, as they can be shown; one that is no text can't be chosen, then."""
    from explorer.words import list_spaces

    return [shown(path.parent.name, MOST_NAME) for path in list_spaces()]


def _checked(offer: CatalogEntry) -> CatalogEntry:
    """The offer, or a greyed one that says what is wrong with its name: all that pages see is text."""
    name = shown(offer.name, MOST_NAME)
    if offer.error is not None:
        return replace(offer, name=name)
    if name != offer.name:
        error = (
            f"The name of its folder is longer than {MOST_NAME} letters, or has letters that are no text: rename it."
        )
        return CatalogEntry(name, offer.source, None, error)
    return offer


def _free(name: str, taken: Collection[str], what: str = "2") -> str:
    """The name, or one like it that is not taken."""
    free, number = name, 2
    while free in taken:
        free, number = f"{name} ({what if number == 2 else number})", number + 1
    return free


def _shelves() -> tuple[Path, ...]:
    """Where checkpoints, runs and word spaces stand, as given and in full: a moved home may be a relative path."""
    kinds = ("words", "checkpoints")
    shelves = [*(shelf for kind in kinds for shelf in places.shelves(kind)), places.runs()]
    return (*shelves, *(shelf.absolute() for shelf in shelves))


def _named(sentence: str, folder: Path, name: str) -> str:
    """The sentence with a checkpoint's name for its folder, which may be called otherwise (`mine/checkpoint`)."""
    return re.sub(_BEFORE + _as_pattern(folder) + r"(?![\w-])", lambda _: name, sentence)


def _without_folders(sentence: str, folders: Iterable[Path]) -> str:
    """The sentence without these folders and those above them, so that what lies there is told by its bare name.

    Those above, since a sentence may speak of what lies beside a shelf, or cut a long path short.
    """
    every = {place for folder in folders for place in (folder, *folder.parents) if place.name}
    for folder in sorted(every, key=lambda place: -len(place.parts)):
        sentence = re.sub(_BEFORE + _as_pattern(folder) + r"[\\/]+", "", sentence)
    return sentence


def _as_pattern(folder: Path) -> str:
    return r"[\\/]+".join(re.escape(part.rstrip("\\/")) for part in folder.parts)  # quoted, backslashes are doubled
