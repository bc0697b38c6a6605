"""Units ranked by what they draw, a region or a label: a logistic regression on their activations.

After the DCGAN paper (Radford, Metz, Chintala 2015, section 6.3.2), which separated activations inside drawn boxes
from those elsewhere in the same pictures, and took feature maps of positive weight for those that draw what is in the
boxes. The maps pass the leaky ReLU first, as they do on their way into the next layer.
"""

from dataclasses import dataclass

import numpy as np

from explorer.errors import ExplorerError, shown
from explorer.explore.inside.units import activations, check_region
from explorer.explore.render.judging import judge_of
from explorer.explore.render.studio import Studio
from explorer.explore.spec.spec import Seeded, Spec, SpecError
from explorer.lazy import imported
from explorer.many_labels import names
from explorer.models.layers import SLOPE

PENALTY = 0.1  # scikit-learn's C, on standardised activations: correlated units share their weight
MAX_CELLS = 5000  # of either kind in the regression
OTHERS, TILES = 15, 48  # nearest labels that one is compared with; pictures of each


@dataclass(frozen=True)
class Ranking:
    """The units of a layer that draw something, best first; those that count against it are left out.

    units: (number, evidence). evidence: the mean drop of the regression's log odds, where the thing is drawn, when the
    unit is switched off; above 0, and only for units of positive weight.
    """

    layer: str
    units: tuple[tuple[int, float], ...]

    def top(self, count: int) -> tuple[tuple[str, int], ...]:
        """The first `count` units as (layer, number), for `ablate`."""
        return tuple((self.layer, unit) for unit, _ in self.units[:count])


def rank_by_region(studio: Studio, spec: Spec, layer: str, region: np.ndarray) -> Ranking:
    """The units that draw a brushed region, bool [N, H, W] on the spec's tiles (all False on tiles left out).

    Places of the layer's maps under the brush are compared with the untouched places of the same tiles.
    Raises ExplorerError.
    """
    tiles, maps = activations(studio, spec, layer)
    region = check_region(region, tiles)
    brushed = region.any(axis=(1, 2))
    side = maps.shape[-1]
    step = region.shape[1] // side
    cover = region[brushed].reshape(-1, side, step, side, step).mean(axis=(2, 4))
    cells = _rectified(maps[brushed]).transpose(0, 2, 3, 1)  # [tiles, side, side, units]
    inside, outside = cells[cover >= 0.5 * cover.max()], cells[cover == 0]
    if not len(outside):
        raise ExplorerError(
            f"The brush touches all {side} x {side} places of {layer}; brush less, or choose a later layer."
        )
    return Ranking(layer, _evidence(_subsample(inside), _subsample(outside)))


def rank_by_label(studio: Studio, checkpoint: str, layer: str, label: str) -> Ranking:
    """The units that draw a label of the checkpoint, compared with the labels nearest to it.

    By the mean of each unit's map in 48 pictures of each. A picture counts for the label that a judge sees in it, or,
    if no judge knows these labels, for the one it was drawn from. Raises ExplorerError.
    """
    opened = studio.checkpoint(checkpoint)
    if label not in opened.labels:
        raise SpecError(f"{shown(label, 40)!r} is no label of {opened.name}; those are {names(opened.labels)}.")
    own = opened.labels.index(label)
    order = np.argsort(-(opened.label_vectors @ opened.label_vectors[own]), kind="stable")
    chosen = [own, *(int(row) for row in order if row != own)][: 1 + OTHERS]
    means, seen = [], []
    for row in chosen:
        spec = Spec(checkpoint, tuple(opened.label_vectors[row].tolist()), Seeded(0, TILES))
        tiles, maps = activations(studio, spec, layer)
        means.append(_rectified(maps).mean(axis=(2, 3)))
        seen.append(_labels_seen(studio, spec, tiles, opened.labels[row]) == label)
    means, seen = np.concatenate(means), np.concatenate(seen)
    if seen.all() or not seen.any():
        raise ExplorerError(
            f"The judge sees {label} in {'all' if seen.all() else 'none'} of the pictures of {opened.name}: there is "
            "nothing to tell it from; brush a region instead."
        )
    return Ranking(layer, _evidence(means[seen], means[~seen]))


def _labels_seen(studio: Studio, spec: Spec, tiles: np.ndarray, label: str) -> np.ndarray:
    """The label of each tile, [N] of str: as a judge sees it, or else the one asked for."""
    import torch

    judge = judge_of(studio.checkpoint(spec.checkpoint), studio.device)
    if judge is None:
        return np.array([label] * len(tiles))
    best = judge.logits(torch.from_numpy(tiles).permute(0, 3, 1, 2)).argmax(dim=1).cpu()
    return np.array(judge.words)[best.numpy()]


def _rectified(maps: np.ndarray) -> np.ndarray:
    return np.where(maps > 0, maps, SLOPE * maps)


def _subsample(cells: np.ndarray) -> np.ndarray:
    """At most MAX_CELLS rows, chosen at random, always the same."""
    if len(cells) <= MAX_CELLS:
        return cells
    return cells[np.random.default_rng(0).permutation(len(cells))[:MAX_CELLS]]


def _evidence(there: np.ndarray, elsewhere: np.ndarray) -> tuple[tuple[int, float], ...]:
    """(unit, evidence) of the units that separate rows [N, units] from rows [M, units], best first."""
    rows = np.concatenate([there, elsewhere]).astype(np.float64)
    spread = rows.std(axis=0)
    spread[spread < 1e-9] = np.inf  # a unit that never changes
    is_there = np.arange(len(rows)) < len(there)
    model = imported("sklearn.linear_model").LogisticRegression(C=PENALTY, class_weight="balanced", max_iter=1000)
    weights = model.fit((rows - rows.mean(axis=0)) / spread, is_there).coef_[0] / spread
    mean = there.mean(axis=0, dtype=np.float64)
    chosen = np.flatnonzero((weights > 0) & (mean > 0))
    ranked = sorted(((int(unit), float(weights[unit] * mean[unit])) for unit in chosen), key=lambda one: (-one[1], one))
    return tuple(ranked)
