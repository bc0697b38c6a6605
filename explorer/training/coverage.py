"""Whether a generator still draws all of a class while it trains: coverage in the eyes of a judge, class by class."""

import numpy as np
import torch

from explorer.errors import ExplorerError
from explorer.measure.judge.judge import Judge, judge_for
from explorer.measure.metrics.metrics import manifolds
from explorer.models.pixels import to_bytes
from explorer.training import draws
from explorer.training.game import TrainState, sample_conditions
from explorer.training.training_data import TrainingData

PICTURES = 64  # of each class, real and drawn: enough to see a class collapse, few enough to cost little


class Coverage:
    """The judge, and some real pictures of every class as it sees them."""

    def __init__(self, judge: Judge, lesson: TrainingData):
        self._judge, self._lesson = judge, lesson
        pictures = lesson.pictures
        self._real = []
        for label in range(len(pictures.words)):
            rows = np.flatnonzero(pictures.labels == label)[:PICTURES]
            self._real.append(judge.features(torch.from_numpy(pictures.images[rows])))

    @classmethod
    def of(cls, lesson: TrainingData) -> "Coverage | None":
        """Of a training on these pictures; None where no judge knows them, or a class has too few for its balls."""
        pictures = lesson.pictures
        try:
            judge = judge_for(lesson.classes, pictures.image_shape, pictures.name, str(lesson.team.device))
        except ExplorerError:
            return None
        enough = min(pictures.counts().values()) >= PICTURES
        return cls(judge, lesson) if judge is not None and enough else None

    @torch.no_grad()
    def of_game(self, game: TrainState) -> dict[str, float]:
        """The share of each class's real pictures with a drawn one about as near as its fifth real neighbour, 0 to 1.

        The averaged generator's, on latents that are always the same (Naeem 2020; see measure.metrics).
        """
        config, words, device = self._lesson.config, self._lesson.pictures.words, self._lesson.team.device
        G, drawn = game.shown(config), []
        for label in range(len(words)):
            if config.conditioning in ("word", "label"):
                z = draws.normal((PICTURES, config.z_dim), config.seed, 0, "coverage")
                c = self._lesson.rows[label].expand(PICTURES, -1)
            else:  # it is not told which: all its pictures together are held against every class
                z = draws.normal((PICTURES, config.z_dim), config.seed, label, "coverage")
                c = sample_conditions(config, PICTURES, label)
            drawn.append(self._judge.features(to_bytes(G(z.to(device), c.to(device))).permute(0, 3, 1, 2)))
        if config.conditioning not in ("word", "label"):
            drawn = [torch.cat(drawn)] * len(words)
        return {
            word: round(manifolds(real, pictures).coverage, 3)
            for word, real, pictures in zip(words, self._real, drawn, strict=True)
        }
