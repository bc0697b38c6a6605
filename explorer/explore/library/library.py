"""The library: pictures that somebody kept, in a folder of the user's own.

    library/20261128-225410-3fa1c2/entry.json      what is known of it, see `Entry`
                                   picture.png     the picture, its recipe inside
                                   thumbnail.png
    library/.trash/20261128-225410-3fa1c2/ ...     what was deleted, for thirty days

Several processes may use one library at once: an entry is made beside it and moved in, moved to the trash as a whole,
and changed under a lock. All files are read as hostile.
"""

import contextlib
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from explorer import places
from explorer.atomic import write_atomic
from explorer.errors import printable, shown
from explorer.explore.library.entry import ID, MAX_WORD, Entry, LibraryError, read_entry, read_note, read_tags
from explorer.explore.library.index import ABOUT, MAX_ABOUT, Index
from explorer.explore.library.pictures import take
from explorer.explore.library.recipes import Contents, contents_of
from explorer.explore.render.png import MAX_BYTES, MAX_PIXELS, bytes_of, texts_in
from explorer.files import is_regular, read_bytes, read_json, reason

PICTURE, THUMBNAIL = "picture.png", "thumbnail.png"
TRASH, LOCK = ".trash", ".lock"
MAX_ENTRIES = 100_000
MAX_THUMBNAIL = 1 << 20  # bytes
SPARE = 256 << 20  # bytes that are left on the disk for others
TRASH_DAYS = 30
PATIENCE = 10.0  # seconds that a change waits for another program's
_DAY = 86_400.0


class Library:
    """The kept pictures of one folder, by default the user's own; threads may share it.

    Iterating gives the entries, the newest first.
    """

    def __init__(self, folder: Path | None = None):
        self.folder = folder or places.user_data() / "library"
        self._index = Index(self.folder)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries())

    def __len__(self) -> int:
        return len(self._index.look())

    def __repr__(self) -> str:
        return f"<Library of {len(self)} pictures in {self.folder}>"

    # --- looking ------------------------------------------------------------------------------------------------------

    def entries(self, search: str = "", tags: Iterable[str] = (), kind: str = "") -> tuple[Entry, ...]:
        """Entries, the newest first. search: words that all stand in its word, tags, note, generator, seed or date.
        tags: all of which it has. kind: one of `entry.KINDS`."""
        words, wanted = search.casefold().split(), {tag.casefold() for tag in tags}
        return tuple(
            entry
            for entry in self._index.look()
            if (not kind or entry.kind == kind)
            and (not wanted or wanted <= {tag.casefold() for tag in entry.tags})
            and entry.matches(words)
        )

    @property
    def left_out(self) -> tuple[str, ...]:
        """A sentence about each entry that could not be read when they were listed last."""
        return self._index.left_out

    def entry(self, number: str) -> Entry:
        """The entry of an id; raises LibraryError."""
        folder = self._existing(number)
        try:
            return read_entry(number, read_json(folder / ABOUT, MAX_ABOUT))
        except (OSError, ValueError) as error:
            raise LibraryError(f"{number} cannot be opened: its {ABOUT} cannot be read ({reason(error)}).") from error

    def find(self, start: str) -> Entry:
        """The entry whose id is this, begins so, or ends so; raises LibraryError where that is not just one."""
        found = [one for one in self._index.look() if start and (one.id.startswith(start) or one.id.endswith(start))]
        if len(found) != 1:
            many = f"{len(found)} entries have ids that begin or end with" if found else "No entry has the id"
            raise LibraryError(f"{many} {shown(start, 40)!r}; gan-explorer library list shows them.")
        return found[0]

    def picture(self, number: str) -> bytes:
        """The PNG of an entry; raises LibraryError."""
        path = self._existing(number) / PICTURE
        try:
            if not is_regular(path, links=False):
                raise OSError(2, "it is missing, or no file")
            return read_bytes(path, MAX_BYTES)
        except OSError as error:
            raise LibraryError(f"The picture of {number} cannot be read ({reason(error)}).") from error

    def thumbnail(self, number: str) -> bytes:
        """A small PNG of an entry, made anew where it is missing; raises LibraryError."""
        path = self._existing(number) / THUMBNAIL
        with contextlib.suppress(OSError):
            if is_regular(path, links=False) and (data := read_bytes(path, MAX_THUMBNAIL)).startswith(b"\x89PNG"):
                return data
        return take(self.picture(number)).thumbnail

    def contents(self, number: str) -> Contents:
        """The recipe of an entry, and the pages that show it; raises LibraryError and SpecError."""
        return contents_of(*texts_in(self.picture(number)))

    # --- changing -----------------------------------------------------------------------------------------------------

    def keep(
        self,
        source: bytes | str | Path,
        word: str = "",
        tags: Iterable[str] = (),
        note: str = "",
        most: int = MAX_PIXELS,
    ) -> Entry:
        """Keep a PNG of ours (a path or its bytes); the same picture again gives the entry that there is.

        word: what stands for it, by default its recipe's words. most: pixels that it may have. Raises SpecError where
        it holds no recipe, and LibraryError.
        """
        tags, note = read_tags(tags), read_note(note)
        taken = take(bytes_of(source)[1], most)
        with self._changing():
            known = self._index.look()
            for entry in known:
                if entry.digest == taken.digest:
                    return entry
            if len(known) >= MAX_ENTRIES:
                raise LibraryError(f"The library holds {MAX_ENTRIES:,} pictures; export and delete some first.")
            if shutil.disk_usage(self.folder).free < SPARE + len(taken.png):
                raise LibraryError("There is not enough room on this disk for another picture.")
            entry = Entry(
                id=f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}",
                word=shown(word, MAX_WORD) if word else taken.word,
                kind=taken.kind,
                generator=taken.generator,
                seed=taken.seed,
                psi=taken.psi,
                size=taken.size,
                digest=taken.digest,
                tags=tags,
                note=note,
            )
            self._write(entry, {PICTURE: taken.png, THUMBNAIL: taken.thumbnail})
        return entry

    def change(self, number: str, tags: Iterable[str] | None = None, note: str | None = None) -> Entry:
        """Give an entry other tags, or another note; raises LibraryError."""
        changes: dict = {} if tags is None else {"tags": read_tags(tags)}
        changes |= {} if note is None else {"note": read_note(note)}
        with self._changing():
            entry = replace(self.entry(number), **changes)
            try:
                write_atomic(self._existing(number) / ABOUT, _about(entry))
            except OSError as error:
                raise LibraryError(f"{number} could not be changed ({reason(error)}).") from error
        return entry

    def delete(self, numbers: Sequence[str]) -> list[str]:
        """Move entries to the trash, broken ones too; gives the ids of those that were there. Raises LibraryError."""
        with self._changing():
            trash = self.folder / TRASH
            try:
                trash.mkdir(exist_ok=True)
            except OSError as error:
                raise LibraryError(f"The trash {trash} cannot be made ({reason(error)}).") from error
            self._empty_trash()
            return [number for number in numbers if _moved(self._folder(number), trash / number)]

    def restore(self, numbers: Sequence[str]) -> list[str]:
        """Move entries back from the trash; gives the ids of those that were there. Raises LibraryError."""
        with self._changing():
            trash = self.folder / TRASH
            return [number for number in numbers if _moved(trash / number, self._folder(number))]

    def trash(self) -> "Library":
        """What was deleted in the last thirty days, as a library of its own."""
        return Library(self.folder / TRASH)

    # --- files --------------------------------------------------------------------------------------------------------

    def _folder(self, number: str) -> Path:
        """The folder of an id, checked so that it lies nowhere else on the disk."""
        if not isinstance(number, str) or not ID.fullmatch(number):
            raise LibraryError(f"{shown(number, 40)!r} is no id of an entry; gan-explorer library list shows them.")
        return self.folder / number

    def _existing(self, number: str) -> Path:
        folder = self._folder(number)
        if folder.is_symlink() or not folder.is_dir():
            raise LibraryError(f"There is no entry {number} here any more.")
        return folder

    def _write(self, entry: Entry, files: dict[str, bytes]) -> None:
        new = self.folder / f".new-{entry.id}"
        try:
            new.mkdir()
            for name, data in files.items():
                (new / name).write_bytes(data)
            (new / ABOUT).write_bytes(_about(entry))
            new.rename(self.folder / entry.id)
        except OSError as error:
            raise LibraryError(f"The picture could not be kept in {self.folder} ({reason(error)}).") from error
        finally:
            shutil.rmtree(new, ignore_errors=True)

    def _empty_trash(self) -> None:
        """Delete what has lain in the trash for thirty days, and what a killed program left half made."""
        for folder in [*self.folder.glob(f"{TRASH}/*"), *self.folder.glob(".new-*")]:
            with contextlib.suppress(OSError):
                if time.time() - folder.lstat().st_ctime > TRASH_DAYS * _DAY and folder.is_dir():
                    shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Hold the lock for changes, in a folder that is made if need be; raises LibraryError."""
        lock = FileLock(self.folder / LOCK)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=PATIENCE)
        except Timeout as error:
            raise LibraryError("Another program is changing the library: try again in a moment.") from error
        except (OSError, NotImplementedError) as error:
            raise LibraryError(f"The library {self.folder} cannot be written ({reason(error)}).") from error
        try:
            yield
        finally:
            lock.release()


def _about(entry: Entry) -> bytes:
    return (json.dumps(entry.fields(), indent=1) + "\n").encode()


def _moved(folder: Path, to: Path) -> bool:
    """Move an entry's folder, which then is as old as the move; whether there was one."""
    try:
        if folder.is_symlink() or not folder.is_dir():
            return False
        folder.rename(to)
        os.utime(to)
        return True
    except OSError as error:
        raise LibraryError(f"{folder.name} could not be moved ({printable(reason(error))}).") from error
