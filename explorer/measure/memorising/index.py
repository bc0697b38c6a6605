"""The real pictures of a checkpoint as an index to search: by pixels, and by a judge's features."""

import threading
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from explorer.checkpoint import Checkpoint
from explorer.data import DataError, ImageSet, ReadOptions
from explorer.data.progress import Report
from explorer.measure.judge.format import JudgeError
from explorer.measure.judge.judge import Judge, judge_of
from explorer.measure.memorising.nearest import Bank, bank_of, nearest
from explorer.measure.memorising.reference import Reference
from explorer.measure.training_pictures import own_pictures, read_options_of, source_of
from explorer.stopping import Stop, check

PIXELS = "pixels"
TESTED = 2000  # test pictures of a reference
CHUNK = 1024  # pictures between two reports
SEED = 3  # of the choice of those test pictures


class RealPictures:
    """Training pictures, held-out ones where there are some, and the judge of their classes where there is one.

    A space is `pixels` (0 to 255, as bytes) or the judge's name (its features). What a space needs is computed at first
    use and kept: some 15 seconds for the judge's features of 60,000 pictures. Threads may share one.
    """

    def __init__(self, train: ImageSet, test: ImageSet | None, judge: Judge | None, device: str = "cpu"):
        self.train, self.test, self.judge, self.device = train, test, judge, device
        self.spaces: tuple[str, ...] = (PIXELS,) if judge is None else (PIXELS, judge.name)
        self._banks: dict[tuple[str, str], Bank] = {}
        self._references: dict[str, Reference] = {}
        self._lock = threading.Lock()

    def points(
        self,
        pictures: Tensor,
        space: str,
        report: Report = lambda what, done, total: None,
        stop: Stop = lambda: False,
    ) -> Tensor:
        """Pictures uint8 [N, C, H, W] as points of a space: uint8 or float32 [N, F]. Raises Stopped."""
        if space == PIXELS:
            return pictures.flatten(1).to(self.device)
        features = []
        for start in range(0, len(pictures), CHUNK):
            check(stop)
            features.append(self.judge.features(pictures[start : start + CHUNK]))
            report("looking at the real pictures", min(start + CHUNK, len(pictures)), len(pictures))
        return torch.cat(features)

    def bank(
        self,
        space: str,
        split: str = "train",
        report: Report = lambda what, done, total: None,
        stop: Stop = lambda: False,
    ) -> Bank:
        """The pictures of a split as a bank, "train" or "test". Raises DataError where none was held out, and
        Stopped."""
        with _StoppableLock(self._lock, stop):
            if (space, split) not in self._banks:
                images = torch.from_numpy((self.train if split == "train" else self._held_out()).images)
                self._banks[space, split] = bank_of(self.points(images, space, report, stop))
            return self._banks[space, split]

    def reference(
        self, space: str, report: Report = lambda what, done, total: None, stop: Stop = lambda: False
    ) -> Reference | None:
        """Distances of held-out pictures in a space; None where no picture was held out. Raises Stopped."""
        if self.test is None:
            return None
        bank = self.bank(space, "train", report, stop)
        with _StoppableLock(self._lock, stop):
            if space not in self._references:
                rows = np.sort(np.random.default_rng(SEED).permutation(len(self.test))[:TESTED])
                points = self.points(torch.from_numpy(self.test.images[rows]), space, stop=stop)
                found, distances = nearest(bank, points, stop=stop)
                cells = self.train.labels[found[:, 0].cpu().numpy()]
                self._references[space] = Reference(distances[:, 0].cpu().numpy(), cells)
            return self._references[space]

    def _held_out(self) -> ImageSet:
        if self.test is None:
            raise DataError(
                f"No picture of {self.train.name} was held out: put some into a folder `test` beside `train`."
            )
        return self.test


class _StoppableLock:
    """A lock whose waiting ends when `stop` says so."""

    def __init__(self, lock: threading.Lock, stop: Stop):
        self._lock, self._stop = lock, stop

    def __enter__(self) -> None:
        while not self._lock.acquire(timeout=0.1):
            check(self._stop)

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def real_pictures(
    checkpoint: Checkpoint, data: str | None = None, data_dir: Path | None = None, download: bool = False
) -> RealPictures:
    """Load the real pictures of a checkpoint. The last two sets are kept, with their banks.

    data: their source, where the name in the config is not enough. Raises DataError when they are not on this machine,
    and may not be fetched (`download`).
    """
    source, device = data or source_of(checkpoint), str(next(checkpoint.generator.parameters()).device)
    try:
        judge = judge_of(checkpoint, device)
    except JudgeError:  # pixels can be compared without it
        judge = None
    try:
        options = read_options_of(checkpoint)
        return _kept(source, checkpoint.image_shape, data_dir, download, options, judge, device)
    except DataError as error:
        if data is not None:
            raise
        raise DataError(f"The pictures that {checkpoint.name} was trained on are not here: {error}") from error


@lru_cache(2)
def _kept(
    source: str,
    shape: tuple[int, int, int],
    data_dir: Path | None,
    download: bool,
    options: ReadOptions,
    judge: Judge | None,
    device: str,
) -> RealPictures:
    train = own_pictures(source, shape, "train", data_dir, download, options)
    if train.styles:
        return RealPictures(train, None, judge, device)
    try:
        test = own_pictures(source, shape, "test", data_dir, download, options)
    except DataError:
        test = None  # many folders have no pictures held out
    return RealPictures(train, test, judge, device)
