"""The run folder of a word training: its settings, the counted vocabulary, the state after the last whole epoch."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from explorer.atomic import write_atomic
from explorer.files import read_bytes, read_json, reason
from explorer.words.arrays import open_array
from explorer.words.errors import WordSpaceError
from explorer.words.training.config import Config
from explorer.words.training.corpus import Fingerprint

_MAX_CONFIG = 1 << 20  # bytes
_ARRAYS = ("vectors", "outputs")  # of the words themselves, and of the words as neighbours (gensim's syn1neg)


class Run:
    """A folder with config.json, vocabulary.json, text.gz (of a dump) and state/<epochs>/*.npy. Nothing is pickled."""

    def __init__(self, folder: Path, config: Config, corpus: Fingerprint):
        """Open the folder, or make it. The same settings and corpus resume; others are refused with WordSpaceError.

        Raises OSError where the folder cannot be written.
        """
        self.folder, self.config = folder, config
        self.states = folder / "state"
        self.vocabulary = folder / "vocabulary.json"
        self.text = folder / "text.gz"
        path = folder / "config.json"
        settings = {**asdict(config), "corpus": asdict(corpus)}
        if self.vocabulary.exists():
            self._check(path, settings)
            return
        if not path.exists() and folder.is_dir() and any(folder.iterdir()):
            raise WordSpaceError(f"{folder} holds other things; give the run a folder of its own with --run.")
        text = (json.dumps(settings, indent=2) + "\n").encode()
        # Nothing was counted yet: the run may begin with this.
        if not path.exists() or read_bytes(path, _MAX_CONFIG) != text:
            self.text.unlink(missing_ok=True)
            self.states.mkdir(parents=True, exist_ok=True)
            write_atomic(path, text)

    def _check(self, path: Path, now: dict[str, Any]) -> None:
        try:
            before = read_json(path, _MAX_CONFIG)
            corpora = before.pop("corpus"), now.pop("corpus")
            same = corpora[0]["sha256"] == corpora[1]["sha256"]
            changed = [f"{key} {before[key]!r} -> {now[key]!r}" for key in now if before[key] != now[key]]
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise WordSpaceError(f"{path} is not a word training's; give the run another folder with --run.") from error
        if changed:
            raise WordSpaceError(
                f"The run {self.folder} was started with other settings ({', '.join(changed)}): give the same ones to "
                f"go on with it, or another folder with --run."
            )
        if not same:
            raise WordSpaceError(
                f"The run {self.folder} was started with another corpus ({corpora[0]['name']}, {corpora[0]['bytes']} "
                f"bytes) than {corpora[1]['name']} is now: bring that back, or give another folder with --run."
            )

    def save(self, epochs: int, vectors: np.ndarray, outputs: np.ndarray) -> None:
        """Keep the state after so many epochs; the one before goes only when this one is safe. Raises OSError."""
        final, fresh = self.states / f"{epochs:04d}", self.states / f"new-{os.getpid()}"
        try:
            fresh.mkdir(parents=True)
            for name, array in zip(_ARRAYS, (vectors, outputs), strict=True):
                _write(fresh / f"{name}.npy", array)
            os.rename(fresh, final)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        for old in self.states.iterdir():
            if old != final:
                shutil.rmtree(old, ignore_errors=True)

    def restore(self, vectors: np.ndarray, outputs: np.ndarray) -> int:
        """Fill the two arrays with the newest state's numbers; returns the epochs done. Raises WordSpaceError."""
        whole = sorted(path for path in self.states.glob("*") if path.name.isdigit())
        if not whole:
            return 0
        for name, array in zip(_ARRAYS, (vectors, outputs), strict=True):
            path = whole[-1] / f"{name}.npy"
            try:
                stored = open_array(path)
            except (OSError, ValueError) as error:
                raise WordSpaceError(
                    f"{path} cannot be read ({reason(error)}); delete its folder to start anew."
                ) from error
            if stored.shape != array.shape or stored.dtype != array.dtype:
                raise WordSpaceError(
                    f"{path} holds numbers of another shape ({stored.shape}) than the run; delete its folder."
                )
            array[:] = stored
        return int(whole[-1].name)

    def check_room(self, array: int) -> None:
        """Raise WordSpaceError where the disk has no room for two states of two arrays of so many bytes each."""
        needed = 2 * len(_ARRAYS) * array
        kept = sum(path.stat().st_size for path in self.states.glob("*/*.npy"))
        free = shutil.disk_usage(self.folder).free
        if free + kept < needed:
            raise WordSpaceError(
                f"{self.folder} has room for {(free + kept) / 1e6:,.0f} MB and the run needs {needed / 1e6:,.0f} MB: "
                f"make room, or give a folder elsewhere with --run."
            )


@contextmanager
def write_errors(folder: Path) -> Iterator[None]:
    """Turn OSError (a full disk, a missing one) into WordSpaceError. Files are replaced whole, so saved ones stay."""
    try:
        yield
    except OSError as error:
        raise WordSpaceError(
            f"The run folder {folder} cannot be written ({error.strerror or error}); what was saved before is whole, "
            f"so make room and give the same command again."
        ) from error


def _write(path: Path, array: np.ndarray) -> None:
    """np.save, but with the system's own error on a full disk, which ndarray.tofile lacks."""
    array = np.ascontiguousarray(array, dtype=np.float32)
    with open(path, "wb") as file:
        np.lib.format.write_array_header_1_0(file, np.lib.format.header_data_from_array_1_0(array))
        file.write(array.data)
        file.flush()
        os.fsync(file.fileno())
