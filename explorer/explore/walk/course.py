"""The course of a walk: for every frame what a judge sees in it, and how far its pictures have moved."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import torch

from explorer.checkpoint import Checkpoint
from explorer.explore.render.judging import judge_of


@dataclass(frozen=True, eq=False)
class Course:
    """labels: the checkpoint's, in its order; none where no judge knows them. shares: float64 [F, K], of a frame's
    tiles the share in which the judge sees each label. moved: float64 [F], how far a frame's tiles lie from those of
    the frame before, mean over the tiles; of frame 0 from the last one in a loop, else 0. distance: what `moved` is
    measured in, as words to show.
    """

    labels: tuple[str, ...]
    shares: np.ndarray
    moved: np.ndarray
    distance: str

    @property
    def stretches(self) -> tuple[tuple[str, int, int], ...]:
        """(label, first frame, last frame) of each run of frames in which the judge sees that label most."""
        if not self.labels:
            return ()
        most = [self.labels[column] for column in self.shares.argmax(axis=1)]
        runs, start = [], 0
        for label, run in groupby(most):
            length = len(list(run))
            runs.append((label, start, start + length - 1))
            start += length
        return tuple(runs)


def course_of(tiles: np.ndarray, checkpoint: Checkpoint, device: str = "cpu", loop: bool = False) -> Course:
    """The course of a film's tiles, uint8 [F, N, H, W, C].

    With a judge the distance is that between its features, which overlook what does not matter to what a thing is;
    without one the root mean square of the grey levels' differences, 0 .. 255.
    """
    frames, count = tiles.shape[:2]
    judge = judge_of(checkpoint, device)
    if judge is None:
        return Course((), np.empty((frames, 0)), _moved(tiles, loop, _grey_levels), "grey levels (root mean square)")
    images = torch.from_numpy(tiles.reshape(-1, *tiles.shape[2:]).copy()).permute(0, 3, 1, 2)
    features, logits = judge.features_and_logits(images)
    seen = logits.argmax(dim=1).cpu().numpy().reshape(frames, count)
    return Course(
        labels=checkpoint.labels,
        shares=_shares(seen, [judge.words.index(label) for label in checkpoint.labels]),
        moved=_moved(features.cpu().double().numpy().reshape(frames, count, -1), loop, _straight),
        distance="distance in the judge's features",
    )


def _shares(seen: np.ndarray, columns: Sequence[int]) -> np.ndarray:
    """The share of each class in each row of seen [F, N], float64 [F, K]."""
    return np.stack([(seen == column).mean(axis=1) for column in columns], axis=1)


def _moved(frames: np.ndarray, loop: bool, distance: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> np.ndarray:
    """The mean distance of each frame's tiles [N, ...] from those of the frame before, float64 [F]."""
    moved = np.array([distance(frames[frame], frames[frame - 1]).mean() for frame in range(len(frames))])
    if not loop:
        moved[0] = 0.0
    return moved


def _straight(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.linalg.norm(a - b, axis=1)


def _grey_levels(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.sqrt(((a.astype(np.float64) - b) ** 2).mean(axis=(1, 2, 3)))
