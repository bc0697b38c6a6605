"""What a judge sees in drawn tiles, to compare with what was typed."""

import numpy as np
import torch

from explorer.checkpoint import Checkpoint
from explorer.measure.judge import judge as judges
from explorer.measure.judge.format import JudgeError
from explorer.measure.judge.judge import Judge


def judge_of(checkpoint: Checkpoint, device: str) -> Judge | None:
    """The judge that knows a checkpoint's labels, or None, also for a broken one: that is no reason not to draw."""
    try:
        return judges.judge_of(checkpoint, device)
    except JudgeError:
        return None


def read_tiles(checkpoint: Checkpoint, tiles: np.ndarray, device: str) -> tuple[tuple[str, float], ...]:
    """(label, share of the tiles uint8 [N, H, W, C] that a judge puts in it), all that it knows, best first.

    Empty where no judge knows these labels.
    """
    judge = judge_of(checkpoint, device)
    if judge is None:
        return ()
    images = torch.from_numpy(tiles.copy()).permute(0, 3, 1, 2)  # a copy: torch warns of arrays it may not write to
    shares = dict(zip(judge.words, judge.shares(images).tolist(), strict=True))
    order = {label: place for place, label in enumerate(checkpoint.labels)}  # of a judge of styles' words, not of all
    return tuple(sorted(shares.items(), key=lambda row: (-row[1], order.get(row[0], len(order)))))
