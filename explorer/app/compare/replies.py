"""A comparison as the Compare tab's page needs it: texts, numbers and plotly figures, no markup from outside."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from explorer.compare import Comparison, Entry

Clean = Callable[[str], str]


def families() -> dict[str, dict[str, Any]]:
    """What each family is. `formulas` (D's, then G's) and `diagram` are markup, made of our own table alone."""
    from explorer.compare.family import diagram, formula
    from explorer.models.families import FAMILIES

    return {
        name: {
            "title": row.title,
            "paper": row.paper,
            "good": row.good,
            "bad": row.bad,
            "formulas": [formula(one) for one in row.objective],
            "diagram": diagram(row),
        }
        for name, row in FAMILIES.items()
    }


def entry_reply(entry: "Entry") -> dict[str, Any]:
    """A generator of which nothing was measured yet."""
    from explorer.compare.tables import facts_of

    return {"family": entry.family, "facts": list(facts_of(entry)), "sheet": _sheet_reply(entry.sheet)}


def comparison_reply(comparison: "Comparison", clean: Clean) -> dict[str, Any]:
    """All but the plots. clean: takes places on this machine's disk out of a sentence."""
    reals = list(dict.fromkeys(entry.real for entry in comparison.entries if entry.real))
    entries = [_measured_entry(entry, place, reals, clean) for place, entry in enumerate(comparison.entries)]
    tables = [_table(comparison, group) for group in range(len(comparison.groups))]
    return {
        "entries": entries,
        "reals": [_sheet_reply(one) for one in reals],
        "tables": tables,
        "steady": _spreads(comparison),
    }


def plots(comparison: "Comparison") -> dict[str, Any]:
    """The losses, D's logits and the coverage of each entry, by its place, and how to read them; the figures of each
    group, class by class and over time.

    Each is plotly's JSON with `about`, its description for one who cannot see it.
    """
    from explorer.compare.columns import COLUMNS
    from explorer.compare.figures import (
        HOW_TO_READ,
        OVER,
        VARIATION,
        class_figure,
        coverage_figure,
        curve_figure,
        logits_figure,
        losses_figure,
    )

    learned = {}
    for place, entry in enumerate(comparison.entries):
        drawn = []
        if entry.losses:
            drawn.append(_plot(losses_figure(entry, place), f"Losses of {entry.name}", True))
            drawn.append(_plot(logits_figure(entry, place), f"Logits of D of {entry.name}", True))
        if entry.coverage:
            drawn.append(_plot(coverage_figure(entry, place), f"Coverage of each class by {entry.name}", True))
        if drawn:
            learned[str(place)] = drawn  # as JSON has it
    groups = []
    for number, group in enumerate(comparison.groups):
        members = comparison.of(number)
        learners = [place for place in members if comparison.entries[place].moments]
        past = [moment for place in learners for moment in comparison.entries[place].moments]
        keys = [one for one in COLUMNS if any(moment.evaluation["figures"][one.key] is not None for moment in past)]
        curves = {
            over: [_plot(curve_figure(comparison, number, one.key, over), f"{one.title} over {title}") for one in keys]
            for over, title in OVER.items()
        }
        classes = [
            _plot(class_figure(comparison, number, figure), f"{title} of each class")
            for figure, title in (("variation", "In-class variation"), ("coverage", "Coverage"))
            if group.real["classes"]
        ]
        groups.append(
            {
                "judge": group.judge,
                "of": list(members),
                "classes": classes,
                "variation": VARIATION,
                "curves": curves,
                "learners": learners,
                "moments": group.moments,
            }
        )
    return {"learned": learned, "reading": HOW_TO_READ, "groups": groups, "over": OVER}


def _measured_entry(entry: "Entry", place: int, reals: list, clean: Clean) -> dict[str, Any]:
    from explorer.compare.figures import colour_of
    from explorer.compare.tables import facts_of, problems_of, title_of

    return {
        "name": entry.name,
        "family": entry.family,
        "title": title_of(entry),
        "colour": colour_of(place),
        "facts": list(facts_of(entry)),
        "problems": [clean(one) for one in problems_of(entry)],
        "notes": [clean(one) for one in entry.notes],
        "real": reals.index(entry.real) if entry.real else None,
        "measured": entry.evaluation is not None,
    }


def _table(comparison: "Comparison", group: int) -> dict[str, Any]:
    """One judge's table: heads as [title, about], rows as cells of [text, whether it is the best]."""
    from explorer.compare.columns import FLOOR, best, columns_of
    from explorer.compare.tables import REAL, measured_with, minutes, thousands, title_of

    about, places = comparison.groups[group], comparison.of(group)
    figures = [comparison.entries[place].evaluation["figures"] for place in places]
    columns = columns_of(about.real, *figures)
    winners = [best(column, figures) for column in columns]
    heads = [["kimg", "thousands of real images seen"], ["minutes", "of training"]]
    heads += [[one.named(about.judge), one.about] for one in columns]
    heads.insert(
        3, [FLOOR, "its FD over that between two sets of real pictures; 1 or less is no farther off than they are"]
    )
    cells = [[one.written(about.real), False] for one in columns]
    rows = [{"place": None, "name": REAL, "about": "", "lost": "", "cells": _row_cells(["", ""], cells, "1")}]
    for number, place in enumerate(places):
        entry = comparison.entries[place]
        lost, every = len(entry.evaluation["collapsed"]), len(figures[number]["classes"])
        cells = [[one.written(figures[number]), number in won] for one, won in zip(columns, winners, strict=True)]
        made = [thousands(entry.made.get("kimg")), minutes(entry.made.get("seconds"))]
        rows.append(
            {
                "place": place,
                "name": entry.name,
                "about": title_of(entry),
                "lost": f"collapsed: {lost} of {every} classes" if lost else "",
                "cells": _row_cells(made, cells, f"{entry.evaluation['fd_over_floor']:.1f}"),
            }
        )
    return {"judge": about.judge, "heads": heads, "rows": rows, "with": measured_with(about, columns)}


def _row_cells(training: list[str], figures: list, over_floor: str) -> list:
    return [*([one, False] for one in training), figures[0], [over_floor, False], *figures[1:]]


def _spreads(comparison: "Comparison") -> list[dict[str, Any]]:
    """How much FD depends on when a training ended, and on its random seed: a line each."""
    from explorer.compare.stability import last_third, over_seeds

    lines = [
        {"of": [place], "what": f"over the last third of its training, {found.count} snapshots", "spread": found}
        for place, entry in enumerate(comparison.entries)
        if (found := last_third(entry))
    ]
    lines += [
        {"of": list(one.entries), "what": f"over {one.fd.count} random seeds", "spread": one.fd}
        for one in over_seeds(comparison)
    ]
    for line in lines:
        spread = line.pop("spread")
        line["spread"] = f"FD {spread.mean:.3f} ± {spread.deviation:.3f}, {spread.least:.3f} to {spread.most:.3f}"
    return lines


def _sheet_reply(sheet: Any) -> dict[str, Any] | None:
    if sheet is None:
        return None
    return {"png": sheet.png, "rows": list(sheet.rows), "columns": sheet.columns, "height": sheet.height}


def _plot(figure: "Figure", about: str, legend: bool = False) -> dict[str, Any]:
    figure.update_layout(showlegend=legend)
    return {**json.loads(figure.to_json()), "about": about}
