"""How far real pictures that were never trained on lie from the training pictures: what a distance is held against."""

from dataclasses import dataclass

import numpy as np

CELL = 20  # test pictures that a cell must have; one with fewer is held against all of them
COPY = 0.99  # a picture nearer to a training picture than this share of the test pictures is called a copy


@dataclass(frozen=True, eq=False)
class Reference:
    """The distance of each of some test pictures to its nearest training picture.

    distances: float64 [T]. cells: int64 [T], the label of that training picture. Distances are compared within a cell
    alone, as Meehan, Chaudhuri and Dasgupta (2020, "A non-parametric test to detect data-copying in generative models")
    do: any two trousers lie nearer to each other than any two sandals.
    """

    distances: np.ndarray
    cells: np.ndarray

    def nearer_than(self, distances: np.ndarray, cells: np.ndarray) -> np.ndarray:
        """For pictures at `distances` [N] from their nearest training pictures, of the labels `cells` [N]: the share of
        the test pictures of the same cell that lie farther from theirs, float64 [N], 0 to 1; a copy has 1.
        """
        shares = np.empty(len(distances))
        for cell in np.unique(cells):
            own = self.distances[self.cells == cell]
            reached = np.sort(own if len(own) >= CELL else self.distances)
            rows = cells == cell
            shares[rows] = 1 - np.searchsorted(reached, distances[rows], side="right") / len(reached)
            shares[rows & (distances == 0)] = 1  # there may be copies among the real pictures too
        return shares
