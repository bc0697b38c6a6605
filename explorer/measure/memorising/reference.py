"""Distances of held-out pictures from the training pictures: the reference for those of samples."""

from dataclasses import dataclass

import numpy as np

CELL = 20  # test pictures of a cell, at least; for one with fewer, all of them are taken
COPY = 0.99  # a picture nearer to a training picture than this share of the test pictures is called a copy


@dataclass(frozen=True, eq=False)
class Reference:
    """Distances of some test pictures to their nearest training pictures.

    distances: float64 [T]. cells: int64 [T], the labels of those training pictures. Distances are compared within a
    cell alone, as Meehan, Chaudhuri and Dasgupta (2020, "A non-parametric test to detect data-copying in generative
    models") do: any two trousers lie nearer to each other than any two sandals.
    """

    distances: np.ndarray
    cells: np.ndarray

    def nearer_than(self, distances: np.ndarray, cells: np.ndarray) -> np.ndarray:
        """Share of the test pictures of the same cell that lie farther from their nearest training pictures than each
        of these, float64 [N], 0 to 1; a copy has 1. distances: [N], to the nearest training pictures, of labels `cells`
        [N]."""
        shares = np.empty(len(distances))
        for cell in np.unique(cells):
            own = self.distances[self.cells == cell]
            reached = np.sort(own if len(own) >= CELL else self.distances)
            rows = cells == cell
            shares[rows] = 1 - np.searchsorted(reached, distances[rows], side="right") / len(reached)
            shares[rows & (distances == 0)] = 1  # real pictures may have copies too
        return shares
