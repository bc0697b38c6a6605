"""A comparison as one HTML page that needs nothing else: no network, no files beside it."""

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from explorer.compare import family, figures, stability, tables
from explorer.compare.columns import FLOOR, best, columns_of
from explorer.compare.comparison import Comparison
from explorer.lazy import imported
from explorer.measure.features.names import ABOUT, INCEPTION
from explorer.models.families import FAMILIES
from explorer.offline_page import script_hash, script_json, templates

if TYPE_CHECKING:
    from jinja2 import Environment
    from plotly.graph_objects import Figure

PLOTLY = {"displayModeBar": False, "responsive": True}
FUNCTIONS = (  # that templates call
    *(best, family.diagram, family.formula, figures.colour_of),
    *(figures.class_figure, figures.coverage_figure, figures.curve_figure, figures.logits_figure),
    figures.losses_figure,
    *(tables.facts_of, tables.measured_with, tables.minutes, tables.problems_of, tables.thousands, tables.title_of),
)


class Plots:
    """The plots of one page, numbered as they are added; their data go into one script element."""

    def __init__(self) -> None:
        self._figures: dict[str, Any] = {}

    def add(self, figure: "Figure", legend: bool = False) -> str:
        """Add a figure; returns the id of its element."""
        name = f"plot-{len(self._figures) + 1}"
        self._figures[name] = json.loads(figure.update_layout(showlegend=legend).to_json())
        return name

    def as_json(self) -> str:
        """All of them for a script element: nothing in it can end that element."""
        return script_json(self._figures)


def page_of(comparison: Comparison) -> str:
    """The whole page; the same comparison gives the same text. Whatever comes from outside is escaped."""
    pages, plots = _templates(), Plots()
    report = pages.get_template("report.html").render(_context(comparison), comparison=comparison, plots=plots)
    style, script = ((files("explorer.compare.page") / name).read_text("utf-8") for name in ("page.css", "page.js"))
    data, scripts = plots.as_json(), []
    if data != "{}":
        scripts = [imported("plotly.offline").get_plotlyjs(), f"const SETTINGS = {json.dumps(PLOTLY)};\n{script}"]
    allowed = " ".join(f"'sha256-{script_hash(one)}'" for one in scripts) or "'none'"
    policy = f"default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; script-src {allowed}"
    page = pages.get_template("page.html")
    return page.render(policy=policy, style=style, report=report, figures=data, scripts=scripts)


def _context(comparison: Comparison) -> dict[str, Any]:
    """What report.html shows."""
    entries = list(enumerate(comparison.entries))
    groups = [_group(comparison, number) for number in range(len(comparison.groups))]
    counts = sorted({comparison.groups[entry.group].moments for _, entry in entries if entry.moments})
    every = [fields for group in groups for fields in (group["about"].real, *group["figures"])]
    return {
        "families": list(dict.fromkeys(entry.family for _, entry in entries)),
        "groups": groups,
        "reals": list(dict.fromkeys(entry.real.png for _, entry in entries if entry.real)),  # each once
        "problems": [(place, entry, one) for place, entry in entries for one in tables.problems_of(entry)],
        "learned": [(place, entry) for place, entry in entries if entry.losses or entry.coverage],
        "ends": [(place, entry, found) for place, entry in entries if (found := stability.last_third(entry))],
        "seeds": stability.over_seeds(comparison),
        "moment_counts": [f"{count:,}" for count in counts],
        "all_columns": columns_of(*every),
    }


def _group(comparison: Comparison, number: int) -> dict[str, Any]:
    about, places = comparison.groups[number], comparison.of(number)
    entries = [comparison.entries[place] for place in places]
    found = [entry.evaluation["figures"] for entry in entries]
    return {
        "number": number,
        "about": about,
        "judge": about.judge,
        "places": places,
        "figures": found,
        "columns": columns_of(about.real, *found),
        "learners": [place for place, entry in zip(places, entries, strict=True) if entry.moments],
        "moment_columns": columns_of(*(one.evaluation["figures"] for entry in entries for one in entry.moments)),
    }


@cache
def _templates() -> "Environment":
    found = templates("explorer.compare")
    found.globals |= {one.__name__: one for one in FUNCTIONS}
    found.globals |= {"ABOUT": ABOUT, "FAMILIES": FAMILIES, "FLOOR": FLOOR, "INCEPTION": INCEPTION}
    found.globals |= {"HOW_TO_READ": figures.HOW_TO_READ, "OVER": figures.OVER}
    found.globals |= {"REAL": tables.REAL, "VARIATION": figures.VARIATION}
    return found
