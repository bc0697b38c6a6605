"""Whether a generator still draws all of a class while it trains: coverage in the eyes of a judge, class by class."""

import numpy as np
import torch

from explorer.errors import ExplorerError
from explorer.measure.judge import Judge, judge_for
from explorer.measure.metrics import manifolds
from explorer.models.pixels import to_bytes
from explorer.training import draws
from explorer.training.game import Game
from explorer.training.lesson import Lesson

PICTURES = 64  # of each class, real and drawn: enough to see a class collapse, few enough to cost little


class Coverage:
    """The judge, and some real pictures of every class as it sees them."""

    def __init__(self, judge: Judge, lesson: Lesson):
        self._judge, self._lesson = judge, lesson
        pictures = lesson.pictures
        self._real = []
        for label in range(len(pictures.words)):
            rows = np.flatnonzero(pictures.labels == label)[:PICTURES]
            self._real.append(judge.features(torch.from_numpy(pictures.images[rows])))

    @classmethod
    def of(cls, lesson: Lesson) -> "Coverage | None":
        """Of a training on these pictures; None where no judge knows them, or a class has too few for its balls."""
        pictures = lesson.pictures
        try:
            judge = judge_for(pictures.words, pictures.image_shape, pictures.name, str(lesson.team.device))
        except ExplorerError:
            return None
        enough = min(pictures.counts().values()) >= PICTURES
        return cls(judge, lesson) if judge is not None and enough else None

    @torch.no_grad()
    def of_game(self, game: Game) -> dict[str, float]:
        """The share of each class's real pictures with a drawn one about as near as its fifth real neighbour, 0 to 1.

        The averaged generator's, on latents that are always the same (Naeem 2020; see measure.metrics).
        """
        lesson, shares = self._lesson, {}
        device = lesson.team.device
        z = draws.normal((PICTURES, lesson.config.z_dim), lesson.config.seed, 0, "coverage").to(device)
        for label, (word, real) in enumerate(zip(lesson.pictures.words, self._real, strict=True)):
            c = lesson.rows[label].expand(PICTURES, -1)
            drawn = to_bytes(game.ema(z, c)).permute(0, 3, 1, 2)
            shares[word] = round(manifolds(real, self._judge.features(drawn)).coverage, 3)
        return shares
