"""When a word of a map gets its thumbnail: zoom by zoom, as many as fit, those that matter most first."""

from collections.abc import Sequence

import numpy as np

RATIO = 1.12  # height of a thumbnail with its word below, in its widths
LEVELS = 0.5 * 2 ** (np.arange(100) / 8)  # widths of a thumbnail in a map unit, of the whole map and of a 5000th of it


def thumbnail_levels(places: np.ndarray, groups: Sequence[np.ndarray]) -> np.ndarray:
    """The level of each word, float64 [N]: its thumbnail is shown where a map unit is as wide as so many thumbnails.

    places: [N, 2]. groups: the words' numbers, groups that matter more first, and so in each. Of a group, at every
    level first come those that are shown already, then whatever has room between them. An earlier group loses no room
    to a later one. At any zoom no two thumbnails overlap, and zooming in only adds some. Infinite for words at one
    place, but the first of them.
    """
    places, levels = np.asarray(places, np.float64), np.full(len(places), np.inf)
    needed = np.zeros(len(places))  # the level from which on none overlaps that has one
    for group in map(np.asarray, groups):
        for level in LEVELS:
            while len(fits := group[np.isinf(levels[group]) & (needed[group] <= level)]):
                levels[fits[0]] = level
                apart = (np.abs(places - places[fits[0]]) / (1, RATIO)).max(1)
                with np.errstate(divide="ignore"):
                    free = 1 / apart  # the two do not overlap from here on
                # One that appears only when they do not overlap any more takes no room.
                needed = np.where(level < free, np.maximum(needed, free), needed)
    return levels


def shown_at(levels: np.ndarray, widths: float) -> np.ndarray:
    """Which words have their thumbnail where a map unit is as wide as so many thumbnails, bool [N]."""
    return np.isfinite(levels) & (levels <= widths)
