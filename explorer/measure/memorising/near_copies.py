"""Near-copies, where nothing was held out: samples that lie nearer to a training picture than other pictures do.

With a single picture of most pairs of word and style, and a term that asks for it, a generator may learn these by
heart. Whether it does is asked for words that it was trained on, and for novel ones, that have no picture to copy.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from explorer.checkpoint import Checkpoint
from explorer.checkpoint.space import space_of
from explorer.data import ImageSet
from explorer.data.progress import Report
from explorer.errors import ExplorerError
from explorer.measure import grounding
from explorer.measure.memorising.index import TESTED, RealPictures
from explorer.measure.memorising.memorising import CLOSE
from explorer.measure.memorising.nearest import nearest
from explorer.measure.memorising.reference import COPY, Reference
from explorer.measure.sampling import draw, label_conditions, style_weights
from explorer.measure.training_pictures import rows_of_labels, some_pictures
from explorer.stopping import Stop

KEY = "near_copies"  # in metrics.json
SAMPLES, SEED = 2000, 13
VARIANTS = 32  # nearest pictures among which one of another thing is looked for


@dataclass(frozen=True)
class Closeness:
    """Samples in one space, each beside the training picture nearest to it.

    copies, close: share that lies nearer to it than 99 %, 95 % of the training pictures lie to the nearest one of
        another thing; about .01 and .05 for pictures of further things.
    median_ratio: median of their distances, over that of those.
    own_pair: share whose nearest training picture is of the very word and style asked for; None for novel words.
    """

    copies: float
    close: float
    median_ratio: float
    own_pair: float | None


@dataclass(frozen=True)
class NearCopies:
    """trained, novel: by space (`pixels`, and the judge's name if there is one), of samples of its training's words and
    styles, and of novel words (see `grounding`; empty without a list of them). samples: of each. pictures: the training
    pictures."""

    samples: int
    pictures: int
    trained: dict[str, Closeness]
    novel: dict[str, Closeness]

    def as_fields(self) -> dict[str, Any]:
        """Plain values, rounded to four digits, as metrics.json stores them under "near_copies"."""
        parts = {
            part: {
                space: {key: value if value is None else round(value, 4) for key, value in asdict(one).items()}
                for space, one in getattr(self, part).items()
            }
            for part in ("trained", "novel")
        }
        return {"samples": self.samples, "pictures": self.pictures, **parts}


def near_copies(
    checkpoint: Checkpoint,
    real: RealPictures,
    report: Report = lambda what, done, total: None,
    stop: Stop = lambda: False,
) -> NearCopies:
    """Draw 2,000 samples (psi 1, fixed latents) with words and styles of training pictures, chosen at random, and as
    many of novel words; look each up among the training pictures.

    Raises ExplorerError for pictures that are not its own, or of one thing alone, and Stopped.
    """
    rows = rows_of_labels(checkpoint, real.train)
    own = RealPictures(some_pictures(real.train, rows), None, real.judge, real.device) if len(rows) else real
    pictures = own.train
    things = pictures.subjects if len(pictures.subjects) else pictures.labels
    if not len(rows) or len(np.unique(things)) < 2 or pictures.image_shape != checkpoint.image_shape:
        raise ExplorerError(
            f"{checkpoint.name} was trained on other pictures than {pictures.name}; name them by --data."
        )
    asked = np.random.default_rng(SEED).integers(0, len(pictures), SAMPLES)
    conditions = label_conditions(checkpoint, pictures.words, torch.from_numpy(pictures.labels[asked]))
    weights = style_weights(checkpoint, pictures, asked)
    drawn = {"trained": draw(checkpoint, conditions, SEED, weights)}
    novel = _novel_vectors(checkpoint, pictures)
    if novel is not None:
        drawn["novel"] = draw(checkpoint, novel, SEED, weights)
    found: dict[str, dict[str, Closeness]] = {"trained": {}, "novel": {}}
    for number, space in enumerate(own.spaces):
        report("comparing", number, len(own.spaces))
        bank = own.bank(space, "train", report, stop)
        reference = _reference(own, things, space, stop)
        for part, samples in drawn.items():
            nearby, distances = nearest(bank, own.points(samples, space, stop=stop), stop=stop)
            rows = nearby[:, 0].cpu().numpy()
            pair = _same_pair(pictures, rows, asked) if part == "trained" else None
            found[part][space] = _closeness(distances[:, 0], pictures.labels[rows], reference, pair)
    report("comparing", len(own.spaces), len(own.spaces))
    return NearCopies(SAMPLES, len(pictures), found["trained"], found["novel"])


def _reference(own: RealPictures, things: np.ndarray, space: str, stop: Stop) -> Reference:
    """Distances of some training pictures to the nearest one of another thing: variants of a drawing are no others."""
    rows = np.sort(np.random.default_rng(SEED).permutation(len(own.train))[:TESTED])
    bank = own.bank(space)
    found, distances = nearest(bank, bank.points[torch.from_numpy(rows)], min(VARIANTS, len(bank)), stop)
    others = (things[found.cpu().numpy()] != things[rows][:, None]) & (distances.cpu().numpy() > 0)  # nor are doubles
    places = np.where(others.any(axis=1), others.argmax(axis=1), others.shape[1] - 1)
    each = np.arange(len(rows))
    return Reference(distances.cpu().numpy()[each, places], own.train.labels[found.cpu().numpy()[each, places]])


def _closeness(distances: Tensor, cells: np.ndarray, reference: Reference, pair: np.ndarray | None) -> Closeness:
    nearer = reference.nearer_than(distances.cpu().numpy(), cells)
    return Closeness(
        copies=float((nearer >= COPY).mean()),
        close=float((nearer >= CLOSE).mean()),
        median_ratio=float(distances.median()) / max(float(np.median(reference.distances)), 1e-12),
        own_pair=None if pair is None else float(pair.mean()),
    )


def _same_pair(pictures: ImageSet, nearby: np.ndarray, asked: np.ndarray) -> np.ndarray:
    same = pictures.labels[nearby] == pictures.labels[asked]
    return same & (pictures.style_ids[nearby] == pictures.style_ids[asked]) if pictures.styles else same


def _novel_vectors(checkpoint: Checkpoint, pictures: ImageSet) -> np.ndarray | None:
    """Vectors of the novel words that are only reported, by turns: float32 [samples, D]; None without a list."""
    lists = grounding.load(pictures.name, checkpoint.labels)
    if lists is None or not checkpoint.conditional:
        return None
    space = space_of(checkpoint)
    vectors = [space.vector(word) for word in lists.test if word in space]
    return np.stack([vectors[i % len(vectors)] for i in range(SAMPLES)]) if vectors else None
