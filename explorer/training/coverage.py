"""Coverage of classes while a generator trains, on a judge's features: it shows a class that collapses."""

from collections.abc import Sequence

import numpy as np
import torch

from explorer.errors import ExplorerError
from explorer.many_labels import ROWS, spread
from explorer.measure.judge.judge import Judge, find_judge
from explorer.measure.metrics.metrics import manifolds
from explorer.models.pixels import to_bytes
from explorer.training import rng
from explorer.training.state import TrainState, sample_conditions
from explorer.training.training_data import TrainingData

PICTURES = 64  # of each class, real and drawn: enough to see a class collapse, few enough to cost little


class Coverage:
    """A judge, and its features of some real pictures of these classes, by default of a spread of all."""

    def __init__(self, judge: Judge, data: TrainingData, classes: Sequence[int] | None = None):
        pictures = data.pictures
        self._judge, self._data = judge, data
        self._classes = spread(pictures.words) if classes is None else classes
        self._real = []
        for label in self._classes:
            rows = np.flatnonzero(pictures.labels == label)[:PICTURES]
            self._real.append(judge.features(torch.from_numpy(pictures.images[rows])))

    @classmethod
    def of(cls, data: TrainingData) -> "Coverage | None":
        """For a training on this data; None where no judge knows the pictures, or a class has fewer than PICTURES.

        Of many classes a spread is measured, without those of it that have so few: all would cost as much as the
        training.
        """
        pictures = data.pictures
        try:
            judge = find_judge(data.classes, pictures.image_shape, pictures.name, str(data.distributed.device))
        except ExplorerError:
            return None
        classes, counts = spread(pictures.words), list(pictures.counts().values())
        if len(counts) > ROWS:
            classes = [label for label in classes if counts[label] >= PICTURES]
        enough = min((counts[label] for label in classes), default=0) >= PICTURES
        return cls(judge, data, classes) if judge is not None and enough else None

    @torch.no_grad()
    def measure(self, state: TrainState) -> dict[str, float]:
        """The share of each class's real pictures with a drawn one about as near as its fifth real neighbour, 0 to 1.

        By the averaged generator, on latents that are always the same (Naeem 2020; see measure.metrics).
        """
        config, words, device = self._data.config, self._data.pictures.words, self._data.distributed.device
        G, is_conditional = state.averaged_generator(config), config.conditioning in ("word", "label")
        drawn = []
        for label in self._classes:
            if is_conditional:
                z = rng.normal((PICTURES, config.z_dim), config.seed, 0, "coverage")
                c = self._data.sheet_conditions[label].expand(PICTURES, -1)
            else:
                z = rng.normal((PICTURES, config.z_dim), config.seed, label, "coverage")
                c = sample_conditions(config, PICTURES, label)
            drawn.append(self._judge.features(to_bytes(G(z.to(device), c.to(device))).permute(0, 3, 1, 2)))
        if not is_conditional:  # all its pictures together are held against every class
            drawn = [torch.cat(drawn)] * len(self._classes)
        return {
            words[label]: round(manifolds(real, pictures).coverage, 3)
            for label, real, pictures in zip(self._classes, self._real, drawn, strict=True)
        }
