"""What a judge sees in drawn tiles, to compare with what was typed."""

from collections.abc import Sequence

import numpy as np
import torch

from explorer.checkpoint import Checkpoint
from explorer.errors import listed, shown
from explorer.explore.render.picture import Picture
from explorer.measure.judge import judge as judges
from explorer.measure.judge.format import JudgeError
from explorer.measure.judge.judge import Judge

MAJORITY = 0.5  # share of the tiles that a judge puts in one label, below which they are a mixture
NAMED = 3  # labels of a mixture


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


def is_mixed(reading: Sequence[tuple[str, float]]) -> bool:
    """Whether a judge saw no label in half of the tiles; of no reading, False."""
    return bool(reading) and reading[0][1] < MAJORITY


def agreement(picture: Picture, conditional: bool) -> str:
    """Whether the pictures show what the word is closest to, in a sentence; "" where no judge looked.

    conditional: whether its generator takes words; else only what was seen is said.
    """
    reading, count = picture.reading, len(picture.tiles)
    if not reading:
        return ""
    nearest = shown(picture.name_of(picture.table[0][0]))
    if is_mixed(reading):
        return f"{f'Nearest to {nearest}. ' if conditional else ''}Mixed: {_counts(picture)}."
    most = reading[0][1]
    seen = [shown(picture.name_of(label)) for label, share in reading if share == most]
    alike = len(seen) > 1
    times = f"{round(most * count)} of {count}{' each' * alike}"
    if not conditional:
        return f"Judged mostly as {listed(seen)} ({times})."
    if seen == [nearest]:
        return f"Nearest and judged as {nearest} ({times})."
    return f"Nearest to {nearest}, judged as {listed(seen)}{' alike' * alike} ({times})."


def seen_sentence(picture: Picture) -> str:
    """What a judge sees in the pictures, as numbers of them; "" where none looked."""
    if not picture.reading:
        return ""
    count = len(picture.tiles)
    if is_mixed(picture.reading):
        return f"Mixed: a judge sees {_counts(picture)} in {count} pictures."
    seen = [
        f"{shown(picture.name_of(label))} in {round(share * count)}" for label, share in picture.reading[:3] if share
    ]
    return f"A judge sees {', '.join(seen)} of {count} picture{'s' * (count > 1)}."


def _counts(picture: Picture) -> str:
    """`5 sandals, 4 boots, 2 coat and 5 others`."""
    count = len(picture.tiles)
    first = [(label, round(share * count)) for label, share in picture.reading[:NAMED] if share]
    others = count - sum(times for _, times in first)
    more = [f"{others} other{'s' * (others > 1)}"] if others else []
    return listed([*(f"{times} {shown(picture.name_of(label))}" for label, times in first), *more])
