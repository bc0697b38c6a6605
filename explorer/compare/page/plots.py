"""The plots of the page: each is a place in the text, and its data are gathered for the script that draws it there."""

import json
from html import escape
from typing import TYPE_CHECKING, Any

from explorer.compare.columns import COLUMNS
from explorer.compare.comparison import Comparison
from explorer.compare.figures import OVER, VARIATION, class_figure, curve_figure
from explorer.compare.page.names import legend

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


class Plots:
    """Plots of one page, numbered as they are added."""

    def __init__(self) -> None:
        self._figures: dict[str, Any] = {}

    def add(self, figure: "Figure", about: str, legend: bool = True) -> str:
        """The place of a figure, as HTML. about: what one who cannot see it is told."""
        number = f"plot-{len(self._figures) + 1}"
        figure.update_layout(showlegend=legend)
        self._figures[number] = json.loads(figure.to_json())
        high = figure.layout.height
        return (
            f"<div class='c-plot' id='{number}' style='height:{high}px' role='img' aria-label='{escape(about)}'></div>"
        )

    def as_json(self) -> str:
        """All of them, for a script element: nothing in it can end that element."""
        return json.dumps(self._figures, separators=(",", ":")).replace("<", "\\u003c").replace("&", "\\u0026")


def curve_section(comparison: Comparison, group: int, plots: Plots) -> str:
    """Every figure while the runs of a group learned, over pictures and over time; nothing where no run kept
    snapshots."""
    about = comparison.groups[group]
    learned = [place for place in comparison.of(group) if comparison.entries[place].moments]
    if not learned:
        return ""
    panels = []
    for over, name in OVER.items():
        drawn = [
            plots.add(curve_figure(comparison, group, one.key, over), f"{one.title} over {name}", legend=False)
            for one in COLUMNS
            if any(m.evaluation["figures"][one.key] is not None for p in learned for m in comparison.entries[p].moments)
        ]
        panels.append(f"<div class='c-plots c-panel' data-over='{over}'>{''.join(drawn)}</div>")
    buttons = "".join(
        f"<button type='button' data-over='{over}'>{escape(name)}</button>" for over, name in OVER.items()
    )
    bar = f"<div class='c-bar'>{legend(comparison, learned)}<span class='c-segments'>{buttons}</span></div>"
    return (
        f"<section class='c-curves'><h2>While they learned, judged by {escape(about.judge)}</h2>"
        f"{bar}{''.join(panels)}"
        f"<p class='c-soft'>{about.moments:,} samples of each snapshot, so these figures are others than the table's. "
        "Dotted: real pictures, as many.</p></section>"
    )


def class_section(comparison: Comparison, group: int, plots: Plots) -> str:
    """Variation and coverage class by class."""
    about = comparison.groups[group]
    if not about.real["classes"]:
        return ""
    drawn = "".join(
        plots.add(class_figure(comparison, group, figure), f"{name} of each class", legend=False)
        for figure, name in (("variation", "In-class variation"), ("coverage", "Coverage"))
    )
    return (
        f"<section><h2>Class by class, judged by {escape(about.judge)}</h2>"
        f"<div class='c-bar'>{legend(comparison, comparison.of(group))}</div>"
        f"<div class='c-plots c-tall'>{drawn}</div><p class='c-soft c-read'>{VARIATION}</p></section>"
    )
