"""Entries as the page names them: a dot in their colour, then the name."""

from collections.abc import Iterable
from html import escape

from explorer.compare.comparison import Comparison, Entry
from explorer.compare.figures import colour_of


def named(entry: Entry, place: int) -> str:
    """One of them."""
    return f"<span class='c-name'><i style='background:{colour_of(place)}'></i>{escape(entry.name)}</span>"


def legend(comparison: Comparison, places: Iterable[int]) -> str:
    """Some of them in a line."""
    return f"<span class='c-legend'>{''.join(named(comparison.entries[place], place) for place in places)}</span>"
