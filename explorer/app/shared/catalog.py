"""Catalog: the checkpoints that the menu offers, by name and never by path, and the word spaces beside them."""

import math
import threading
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from explorer import places
from explorer.app.shared.public_names import name_folder, without_folders
from explorer.checkpoint.examples import examples, some_labels
from explorer.checkpoint.figures_line import figures_line
from explorer.errors import ExplorerError, shown
from explorer.models.families import family

if TYPE_CHECKING:
    from explorer.checkpoint import Description, Listing

MOST_NAME = 100  # letters of a name, as many as a page keeps in its address
MOST_LABELS = 64  # of a generator that has thousands
FRESH = 2.0  # seconds for which a list is used again, however often pages ask


@dataclass(frozen=True)
class CatalogEntry:
    """One line of the checkpoint menu.

    source: what loads it: its name, or the place that the app was started with, which no page sees. kimg: None for
    what was published; of a run, the thousands of pictures that its last save had seen. about: None of a broken one.
    figures: what was measured of it, in a line.
    """

    name: str
    source: str
    about: "Description | None"
    error: str | None = None
    kimg: float | None = None
    figures: str = ""

    @property
    def translates(self) -> bool:
        """Whether it is a translator, which the Translate tab offers, and no generator."""
        return self.about is not None and self.about.translates

    def reply(self) -> dict:
        """The entry as the page may see it: what it learned, with the styles and the codes to choose from."""
        from explorer.checkpoint import learned
        from explorer.explore.spec.spec import MAX_CODES

        about = self.about
        if about is None:
            empty = {field: [] for field in ("examples", "labels", "codes", "styles")}
            fields = {"space": "", "data": "", "family": "", "conditioning": "word", **empty}
            fields |= {"word_truncation": 0.0, "learned": "", "names": {}, "channels": 1}
        else:
            fields = {
                "space": about.space_name,
                "data": shown(about.made.get("data", ""), MOST_NAME),
                "examples": examples(about.labels) if about.conditioning == "word" else some_labels(about.labels),
                "labels": list(about.labels[:MOST_LABELS]),
                "family": family(about.family).title,
                "conditioning": about.conditioning,
                "codes": list(about.codes) if len(about.codes) <= MAX_CODES else [],
                "styles": list(about.styles),
                "word_truncation": about.word_truncation,
                "learned": learned(about),
                "names": dict(about.display_names),
                "channels": about.network.get("channels", 1),
            }
        return {"name": self.name, "error": self.error, "kimg": self.kimg, "figures": self.figures, **fields}


class Catalog:
    """The checkpoints that may be asked for, by name.

    start: the one the app was opened with: a name, a folder or `hf:owner/name@revision`. It is offered wherever it
    lies, under its own name.
    """

    def __init__(self, start: str):
        from explorer.checkpoint import describe, find, is_name

        self._folder = find(start).absolute()
        about = describe(self._folder)  # both raise CheckpointError: better at the prompt than on an empty page
        if about.translates:
            raise ExplorerError(
                f"{start} is a translator, and the app opens with a generator: leave it out, and choose it on the "
                "Translate tab."
            )
        self.default = shown(start if is_name(start) else start_name(start, self._folder), MOST_NAME)
        self._start = start if is_name(start) or start.startswith("hf:") else str(self._folder)
        self._lock = threading.Lock()
        self._entries: dict[str, CatalogEntry] = {}
        self._listed = -math.inf

    @property
    def folder(self) -> Path:
        """Where the checkpoint lies that the app was opened with; no page sees it."""
        return self._folder

    def entries(self) -> dict[str, CatalogEntry]:
        """Checkpoints by name, the starting one first; looks at the disk again at most every two seconds."""
        with self._lock:
            if time.monotonic() - self._listed >= FRESH:
                self._entries, self._listed = self._list(), time.monotonic()
            return self._entries

    def of_run(self, folder: Path) -> CatalogEntry | None:
        """The entry of the run in that folder, looked for now; None while it has saved no generator."""
        with self._lock:
            self._listed = -math.inf
        wanted = folder / "checkpoint"
        sources = {str(folder)} | ({self._start} if wanted == self._folder else set())
        return next((one for one in self.entries().values() if one.source in sources and not one.error), None)

    def source(self, name: str) -> str | None:
        """What loads the checkpoint of that name, None if there is none; one not known yet is looked for.

        Raises ExplorerError, saying what is wrong with it, for a broken one.
        """
        entry = self._entries.get(name)
        if entry is None or entry.error is not None:
            entry = self.entries().get(name)
        if entry is not None and entry.error is not None:
            raise ExplorerError(entry.error)
        return entry.source if entry is not None else None

    def name_of(self, checkpoint: str) -> str | None:
        """The name under which pages know what a recipe calls so: by its name, or what loads it; None if none does."""
        entries = self.entries()
        if checkpoint in entries:
            return checkpoint
        return next((entry.name for entry in entries.values() if entry.source == checkpoint), None)

    def without_paths(self, sentence: str, *more: Path) -> str:
        """A sentence as any page may show it: names stand where it speaks of places on this disk.

        more: folders that it may speak of, beside those where checkpoints, runs and word spaces lie.
        """
        sentence = name_folder(sentence, self._folder, self.default)
        return without_folders(sentence, (self._folder, *_known_folders(), *more))

    def _list(self) -> dict[str, CatalogEntry]:
        from explorer.checkpoint import CheckpointError, Listing, describe, is_name, list_checkpoints

        try:
            start = Listing(self.default, self._folder, describe(self._folder))
        except CheckpointError as error:
            start = Listing(self.default, self._folder, None, str(error))
        found = {self.default: self._entry(start, self._start)}
        for listing in list_checkpoints():
            if listing.name not in found:
                entry = self._entry(listing, listing.name if is_name(listing.name) else str(listing.path))
                found[_unused(entry.name, found)] = entry
        for entry in self._runs():
            found[_unused(entry.name, found, "run")] = entry
        return {name: replace(entry, name=name) for name, entry in found.items()}

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

    def _entry(self, listing: "Listing", source: str) -> CatalogEntry:
        error = shown(self.without_paths(listing.error or "")) if listing.description is None else None
        figures = figures_line(listing.path) if listing.description is not None else ""
        return _checked(CatalogEntry(listing.name, source, listing.description, error, figures=figures))


def start_name(start: str, folder: Path) -> str:
    """The name under which a checkpoint that was given by its place appears on pages: none of them sees a path."""
    if start.startswith("hf:"):
        return start[3:].partition("@")[0].rpartition("/")[2]
    folder = folder.resolve()
    return folder.parent.name if folder.name == "checkpoint" else folder.name


def space_names() -> list[str]:
    """The names of the word spaces found, as they can be shown; one that is no text can't be chosen, then."""
    from explorer.words import list_spaces

    return [shown(path.parent.name, MOST_NAME) for path in list_spaces()]


def _checked(entry: CatalogEntry) -> CatalogEntry:
    """The entry, or a greyed one that says what is wrong with its name: all that pages see is text."""
    name = shown(entry.name, MOST_NAME)
    if entry.error is not None:
        return replace(entry, name=name)
    if name != entry.name:
        error = (
            f"The name of its folder is longer than {MOST_NAME} letters, or has letters that are no text: rename it."
        )
        return CatalogEntry(name, entry.source, None, error)
    return entry


def _unused(name: str, taken: Collection[str], suffix: str = "2") -> str:
    """The name, or one like it that is not taken."""
    unused, number = name, 2
    while unused in taken:
        unused, number = f"{name} ({suffix if number == 2 else number})", number + 1
    return unused


def _known_folders() -> tuple[Path, ...]:
    """Folders of checkpoints, runs and word spaces, as given and in full: a moved home may be a relative path."""
    kinds = ("words", "checkpoints")
    found = [*(folder for kind in kinds for folder in places.search_folders(kind)), places.runs()]
    return (*found, *(folder.absolute() for folder in found))
