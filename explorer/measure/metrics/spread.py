"""A few rows of a long table that show how far its figures spread."""

from collections.abc import Mapping

ROWS = 32  # that fit a page of a terminal or of a card


def spread_rows(figures: Mapping[str, float], most: int = ROWS) -> list[str]:
    """The names of at most so many of them: all in their order, or else from the best figure down to the worst, in even
    steps, both ends among them."""
    if len(figures) <= most:
        return list(figures)
    ranked = sorted(figures, key=lambda name: -figures[name])
    return [ranked[round(step * (len(ranked) - 1) / (most - 1))] for step in range(most)]


def of_how_many(shown: int, count: int) -> str:
    """A sentence about rows that were left out; empty where there are none."""
    return f"{shown} of {count:,} are shown, from the best to the worst." if shown < count else ""
