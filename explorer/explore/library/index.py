"""The index of a library: what is known of every entry, so that a list needs no file of theirs.

A look at the folder tells which entries came, went or changed since; only these are read. The index is kept in memory
and in one file, which is written anew when it is out of date, and which nobody has to trust: it is checked as the
entries are.
"""

import contextlib
import json
import os
import threading
from pathlib import Path

from explorer.explore.library.entry import ID, Entry, read_entry
from explorer.files import read_bytes, read_json, reason

FILE = ".index.json"
ABOUT = "entry.json"
MAX_ABOUT, MAX_INDEX = 64 << 10, 256 << 20  # bytes
VERSION = 1

_SAVING = threading.Lock()  # threads of one process would write into the same new file
Signature = tuple[int, int, int]
"""When an entry's file was written (nanoseconds), its size, its number on the disk."""


class Index:
    """The entries of one folder; threads may share it. `left_out`: sentences about those that cannot be read."""

    def __init__(self, root: Path):
        self._root = root
        self._lock = threading.Lock()
        self._known: dict[str, tuple[Signature, Entry]] | None = None
        self._broken: dict[str, tuple[Signature, str]] = {}

    @property
    def left_out(self) -> tuple[str, ...]:
        return tuple(sentence for _, sentence in self._broken.values())

    def look(self) -> tuple[Entry, ...]:
        """All entries, the newest first, as they are now."""
        with self._lock:
            known = self._load() if self._known is None else self._known
            found: dict[str, tuple[Signature, Entry]] = {}
            broken: dict[str, tuple[Signature, str]] = {}
            read = 0
            for name, signature in self._signatures():
                if (before := known.get(name)) is not None and before[0] == signature:
                    found[name] = before
                elif (before := self._broken.get(name)) is not None and before[0] == signature:
                    broken[name] = before
                else:
                    read += 1
                    try:
                        found[name] = signature, read_entry(name, read_json(self._root / name / ABOUT, MAX_ABOUT))
                    except (OSError, ValueError) as error:
                        why = f"its {ABOUT} cannot be read ({reason(error)})"
                        broken[name] = signature, f"{name} is left out: {why}; mend it, or delete its folder."
            self._known, self._broken = found, broken
            if read or len(found) != len(known):
                self._save(found)
            return tuple(entry for _, (_, entry) in sorted(found.items(), reverse=True))

    def _signatures(self) -> list[tuple[str, Signature]]:
        found = []
        try:
            names = [one.name for one in os.scandir(self._root) if ID.fullmatch(one.name)]
        except OSError:
            return []
        for name in names:
            try:
                status = os.lstat(f"{self._root}/{name}/{ABOUT}")
                found.append((name, (status.st_mtime_ns, status.st_size, status.st_ino)))
            except OSError:
                found.append((name, (0, 0, 0)))  # reading it will say why
        return found

    def _load(self) -> dict[str, tuple[Signature, Entry]]:
        try:
            fields = json.loads(read_bytes(self._root / FILE, MAX_INDEX))
            if fields["version"] != VERSION:
                return {}
            return {
                name: (tuple(signature), read_entry(name, entry))
                for name, (signature, entry) in fields["entries"].items()
                if ID.fullmatch(name)
            }
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return {}  # whatever is wrong with it, it is made anew

    def _save(self, found: dict[str, tuple[Signature, Entry]]) -> None:
        entries = {name: [signature, entry.fields()] for name, (signature, entry) in found.items()}
        new = self._root / f"{FILE}.{os.getpid()}.new"
        with _SAVING, contextlib.suppress(OSError):  # without it all entries are read the next time
            new.write_text(json.dumps({"version": VERSION, "entries": entries}), "utf-8")
            new.replace(self._root / FILE)  # which need not have reached the disk: a broken one is made anew
