"""Studio: the registry of open generators, and `render`: Spec in, Picture out."""

import dataclasses
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property, lru_cache
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import torch

from explorer import checkpoint as checkpoints
from explorer.checkpoint import Checkpoint, CheckpointError, TranslatorCheckpoint
from explorer.checkpoint.space import space_of
from explorer.explore.render.condition import ConditionInfo, condition_vector, resolve_condition
from explorer.explore.render.forward import draw_tiles
from explorer.explore.render.judging import read_tiles
from explorer.explore.render.picture import Picture, columns_for, compose
from explorer.explore.render.word_truncation import label_names, label_shares, why_messy
from explorer.explore.spec.spec import Spec
from explorer.explore.spec.style import style_names
from explorer.machine import best_device, check_device
from explorer.words import WordSpace

CONDITIONS_KEPT = 256  # resolved conditions cached for each open checkpoint
RETRIES, PAUSE = 3, 0.05  # before a checkpoint counts as missing or broken; seconds between
_Stamp = tuple[int, ...]


class Studio:
    """Draws specs. Keeps the last few checkpoints open, each loaded once however many threads ask.

    A checkpoint whose files changed is loaded again. Generators are frozen, so threads may draw at the same time.

    capacity: checkpoints kept open. device: where generators live (default: the accelerator if there is one); raises
    ExplorerError for one that is not here.
    """

    def __init__(self, capacity: int = 3, device: str | None = None):
        if capacity < 1:
            raise ValueError(f"a studio keeps at least one checkpoint open, not {capacity}")
        self.device = best_device() if device is None else check_device(device)
        self._capacity = capacity
        self._by_path: OrderedDict[Path, _Opened] = OrderedDict()
        self._translators: OrderedDict[Path, tuple[TranslatorCheckpoint, _Stamp]] = OrderedDict()
        self._fetched: dict[str, Path] = {}
        self._lock = threading.Lock()
        self._pinned = threading.local()  # checkpoints by name in this thread, see `pinned`

    def checkpoint(self, name: str | Path = "fashion-words") -> Checkpoint:
        """An open checkpoint by name, folder or hub address; raises CheckpointError."""
        return self._opened(name).checkpoint

    def space(self, checkpoint: Checkpoint | str | Path = "fashion-words") -> WordSpace:
        """The word space of a checkpoint; raises an ExplorerError if it is missing or another version."""
        return space_of(checkpoint) if isinstance(checkpoint, Checkpoint) else self._opened(checkpoint).space

    def translator(self, name: str | Path) -> TranslatorCheckpoint:
        """An open translator by name, folder or hub address; raises CheckpointError."""
        return self._retried(name, self._open_translator_once)

    def open_paths(self) -> tuple[Path, ...]:
        """Folders of the open checkpoints, the least recently used first."""
        with self._lock:
            return tuple(self._by_path)

    def resolve_condition(self, spec: Spec) -> ConditionInfo:
        """Resolve a spec's condition for its checkpoint, without drawing; raises ExplorerError."""
        return self._opened(spec.checkpoint).resolve_condition(spec.condition)

    def vector(self, spec: Spec) -> np.ndarray:
        """The unit vector alone of a spec's condition, float32 [D]; raises ExplorerError."""
        opened = self._opened(spec.checkpoint)
        return condition_vector(opened.space, opened.checkpoint, spec.condition)

    def label_weights(self, spec: Spec) -> tuple[tuple[str, float], ...]:
        """(label, weight) in a label-conditional generator's condition, best first; jitter and word truncation aside.

        Empty for other generators. Raises ExplorerError.
        """
        opened = self._opened(spec.checkpoint)
        if opened.checkpoint.description.conditioning != "label":
            return ()
        vector = opened.resolve_condition(spec.condition).blended(opened.checkpoint, spec.blend)
        weights = opened.checkpoint.condition(torch.tensor(vector)[None], spec.temperature)[0].tolist()
        return tuple(sorted(zip(opened.checkpoint.labels, weights, strict=True), key=lambda row: -row[1]))

    def why_messy(self, picture: Picture) -> tuple[str, ...]:
        """Sentences on why a picture of an unfamiliar word is a mess, and what word truncation would make of it; empty
        where it is none."""
        opened = self._opened(picture.spec.checkpoint)
        vector = opened.resolve_condition(picture.spec.condition).vector
        return why_messy(picture, label_shares(opened.checkpoint, vector))

    def render(self, spec: Spec, read: bool = True) -> Picture:
        """Draw a spec; raises an ExplorerError (a word unknown, a checkpoint missing) that a person can read.

        read: let a judge look at the tiles too; left out, `read` can do so later.
        """
        clock = perf_counter()
        opened = self._opened(spec.checkpoint)
        info = opened.resolve_condition(spec.condition)
        resolved = perf_counter()
        vector = info.blended(opened.checkpoint, spec.blend)
        tiles = draw_tiles(opened.checkpoint, spec, vector)
        drawn = perf_counter()
        columns = columns_for(spec.count)
        composite = compose(tiles, columns)
        tiles.flags.writeable = composite.flags.writeable = False
        done = perf_counter()
        steps = {"words": resolved - clock, "draw": drawn - resolved, "compose": done - drawn, "total": done - clock}
        picture = Picture(
            spec=spec,
            tiles=tiles,
            composite=composite,
            columns=columns,
            condition=info,
            reading=(),
            timings={step: 1000 * seconds for step, seconds in steps.items()},
            tile_labels=label_names(opened.checkpoint, spec, vector),
            tile_styles=style_names(spec, opened.checkpoint.styles, opened.checkpoint.name),
            display_names=opened.checkpoint.display_names,
        )
        return self.read(picture) if read else picture

    def read(self, picture: Picture) -> Picture:
        """The picture with what a judge sees in it, which costs about a quarter of drawing it."""
        clock = perf_counter()
        reading = read_tiles(self.checkpoint(picture.spec.checkpoint), picture.tiles, self.device)
        taken = 1000 * (perf_counter() - clock)
        timings = {**picture.timings, "judge": taken, "total": picture.timings["total"] + taken}
        return dataclasses.replace(picture, reading=reading, timings=timings)

    @contextmanager
    def pinned(self) -> Iterator[None]:
        """Pin names in this thread: each keeps the checkpoint it meant first, though that be published anew."""
        before = getattr(self._pinned, "by_name", None)
        self._pinned.by_name = {} if before is None else before
        try:
            yield
        finally:
            self._pinned.by_name = before

    def _opened(self, name: str | Path) -> "_Opened":
        pinned = getattr(self._pinned, "by_name", None)
        if pinned is None:
            return self._open(name)
        if str(name) not in pinned:
            pinned[str(name)] = self._open(name)
        return pinned[str(name)]

    def _open(self, name: str | Path) -> "_Opened":
        return self._retried(name, self._open_once)

    def _retried(self, name: str | Path, open_once: Callable[[str | Path], Any]) -> Any:
        for _ in range(RETRIES):
            try:
                return open_once(name)
            except CheckpointError:
                time.sleep(PAUSE)  # a training may be saving it anew right now
        return open_once(name)

    def _open_translator_once(self, name: str | Path) -> TranslatorCheckpoint:
        path = self._path(str(name))
        stamp = _stamp(path)
        with self._lock:
            opened, before = self._translators.pop(path, (None, None))
            if opened is None or before != stamp:
                opened = checkpoints.load_translator(path, device=self.device)
            self._translators[path] = opened, stamp
            while len(self._translators) > self._capacity:
                self._translators.popitem(last=False)
        return opened

    def _open_once(self, name: str | Path) -> "_Opened":
        path = self._path(str(name))
        stamp = _stamp(path)
        with self._lock:  # held while loading too: two threads that want one checkpoint load it once
            opened = self._by_path.pop(path, None)
            if opened is None or opened.stamp != stamp:
                opened = _Opened(checkpoints.load(path, device=self.device), stamp)
            self._by_path[path] = opened
            while len(self._by_path) > self._capacity:
                self._by_path.popitem(last=False)
        return opened

    def _path(self, name: str) -> Path:
        if not name.startswith("hf:"):
            return checkpoints.find(name).absolute()
        if name not in self._fetched:  # the hub is asked once, not at every picture
            self._fetched[name] = checkpoints.find(name)
        return self._fetched[name]


class _Opened:
    """An open checkpoint, its word space, and its recent conditions, resolved."""

    def __init__(self, checkpoint: Checkpoint, stamp: _Stamp):
        self.checkpoint = checkpoint
        self.stamp = stamp
        self.resolve_condition = lru_cache(CONDITIONS_KEPT)(self._resolve_condition)

    @cached_property
    def space(self) -> WordSpace:
        return space_of(self.checkpoint)

    def _resolve_condition(self, condition: str | tuple[float, ...]) -> ConditionInfo:
        return resolve_condition(self.space, self.checkpoint, condition)


def _stamp(path: Path) -> _Stamp:
    """Numbers that change when a checkpoint is published anew; zeros for a missing file (loading reports it)."""
    stamp: list[int] = []
    for name in ("config.json", "generator.safetensors"):
        try:
            status = (path / name).stat()
            stamp += [status.st_mtime_ns, status.st_size, status.st_ino]
        except OSError:
            stamp += [0, 0, 0]
    return tuple(stamp)
