"""The registry of open generators, and `render`: Spec in, Picture out."""

import dataclasses
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property, lru_cache
from pathlib import Path
from time import perf_counter

import numpy as np
import torch

from explorer import checkpoint as checkpoints
from explorer.checkpoint import Checkpoint, CheckpointError
from explorer.checkpoint.space import space_of
from explorer.explore.render.condition import ConditionInfo, hear, vector_of
from explorer.explore.render.forward import draw_tiles
from explorer.explore.render.judging import read_tiles
from explorer.explore.render.picture import Picture, columns_for, compose
from explorer.explore.spec.spec import Spec
from explorer.machine import best_device, check_device
from explorer.words import WordSpace

HEARD_KEPT = 256  # conditions remembered for each open checkpoint
RETRIES, RETRY = 3, 0.05  # before a checkpoint is said to be missing or broken; the pause in seconds
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
        self._open: OrderedDict[Path, _Opened] = OrderedDict()
        self._fetched: dict[str, Path] = {}
        self._lock = threading.Lock()
        self._here = threading.local()  # what names mean to a thread, see `settled`

    def checkpoint(self, name: str | Path = "fashion-words") -> Checkpoint:
        """An open checkpoint by name, folder or hub address; raises CheckpointError."""
        return self._opened(name).checkpoint

    def space(self, checkpoint: Checkpoint | str | Path = "fashion-words") -> WordSpace:
        """The word space a checkpoint hears; raises an ExplorerError if it is missing or another version."""
        return space_of(checkpoint) if isinstance(checkpoint, Checkpoint) else self._opened(checkpoint).space

    def open_paths(self) -> tuple[Path, ...]:
        """The folders of the checkpoints open now, the least recently used first."""
        with self._lock:
            return tuple(self._open)

    def hear(self, spec: Spec) -> ConditionInfo:
        """What a spec's condition means to its checkpoint, without drawing; raises ExplorerError."""
        return self._opened(spec.checkpoint).hear(spec.condition)

    def vector(self, spec: Spec) -> np.ndarray:
        """The unit vector alone that a spec's condition means to its checkpoint, float32 [D]; raises ExplorerError."""
        opened = self._opened(spec.checkpoint)
        return vector_of(opened.space, opened.checkpoint, spec.condition)

    def told(self, spec: Spec) -> tuple[tuple[str, float], ...]:
        """How much of each label a generator that only knows labels is told, (label, share), best first; jitter aside.

        Empty for others, which hear the word itself, or no word. Raises ExplorerError.
        """
        opened = self._opened(spec.checkpoint)
        if opened.checkpoint.description.conditioning != "label":
            return ()
        vector = opened.hear(spec.condition).blended(opened.checkpoint, spec.blend)
        shares = opened.checkpoint.condition(torch.tensor(vector)[None], spec.temperature)[0].tolist()
        return tuple(sorted(zip(opened.checkpoint.labels, shares, strict=True), key=lambda row: -row[1]))

    def render(self, spec: Spec, read: bool = True) -> Picture:
        """Draw a spec; raises an ExplorerError (a word unknown, a checkpoint missing) that a person can read.

        read: let a judge look at the tiles too; left out, `read` can do so later.
        """
        clock = perf_counter()
        opened = self._opened(spec.checkpoint)
        heard = opened.hear(spec.condition)
        words = perf_counter()
        tiles = draw_tiles(opened.checkpoint, spec, heard.blended(opened.checkpoint, spec.blend))
        drawn = perf_counter()
        columns = columns_for(spec.count)
        composite = compose(tiles, columns)
        tiles.flags.writeable = composite.flags.writeable = False
        done = perf_counter()
        steps = {"words": words - clock, "draw": drawn - words, "compose": done - drawn, "total": done - clock}
        picture = Picture(
            spec=spec,
            tiles=tiles,
            composite=composite,
            columns=columns,
            table=heard.table,
            reading=(),
            nearest=heard.nearest,
            familiarity=heard.familiarity,
            hints=heard.hints,
            timings={step: 1000 * seconds for step, seconds in steps.items()},
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
    def settled(self) -> Iterator[None]:
        """Within this, in this thread, a name means the checkpoint that it meant first, though it be published anew."""
        before = getattr(self._here, "known", None)
        self._here.known = {} if before is None else before
        try:
            yield
        finally:
            self._here.known = before

    def _opened(self, name: str | Path) -> "_Opened":
        known = getattr(self._here, "known", None)
        if known is None:
            return self._open_patiently(name)
        if str(name) not in known:
            known[str(name)] = self._open_patiently(name)
        return known[str(name)]

    def _open_patiently(self, name: str | Path) -> "_Opened":
        for _ in range(RETRIES):
            try:
                return self._open_now(name)
            except CheckpointError:
                time.sleep(RETRY)  # a training may be saving it anew at this very moment
        return self._open_now(name)

    def _open_now(self, name: str | Path) -> "_Opened":
        path = self._path(str(name))
        stamp = _stamp(path)
        with self._lock:  # held while loading too: two threads that want one checkpoint load it once
            opened = self._open.pop(path, None)
            if opened is None or opened.stamp != stamp:
                opened = _Opened(checkpoints.load(path, device=self.device), stamp)
            self._open[path] = opened
            while len(self._open) > self._capacity:
                self._open.popitem(last=False)
        return opened

    def _path(self, name: str) -> Path:
        if not name.startswith("hf:"):
            return checkpoints.find(name).absolute()
        if name not in self._fetched:  # the hub is asked once, not at every picture
            self._fetched[name] = checkpoints.find(name)
        return self._fetched[name]


class _Opened:
    """A checkpoint, its word space, and the conditions heard lately."""

    def __init__(self, checkpoint: Checkpoint, stamp: _Stamp):
        self.checkpoint = checkpoint
        self.stamp = stamp
        self.hear = lru_cache(HEARD_KEPT)(self._hear)

    @cached_property
    def space(self) -> WordSpace:
        return space_of(self.checkpoint)

    def _hear(self, condition: str | tuple[float, ...]) -> ConditionInfo:
        return hear(self.space, self.checkpoint, condition)


def _stamp(path: Path) -> _Stamp:
    """What changes when a checkpoint is published anew; zeros for a file that is missing (loading will say so)."""
    stamp: list[int] = []
    for name in ("config.json", "generator.safetensors"):
        try:
            status = (path / name).stat()
            stamp += [status.st_mtime_ns, status.st_size, status.st_ino]
        except OSError:
            stamp += [0, 0, 0]
    return tuple(stamp)
