"""The part of the page that tells what each family is, and shows what its generators draw."""

from html import escape

from explorer.compare.comparison import Comparison, Entry, Sheet
from explorer.compare.family import diagram
from explorer.compare.figures import coverage_figure, losses_figure
from explorer.compare.formula import formula
from explorer.compare.page.names import named
from explorer.compare.page.plots import Plots
from explorer.compare.page.tables import minutes, thousands
from explorer.compare.tables import problems_of
from explorer.models.families import FAMILIES


def family_section(comparison: Comparison, family: str | None, plots: Plots) -> str:
    """A family, then its entries."""
    reals = list(dict.fromkeys(entry.real.png for entry in comparison.entries if entry.real))
    entries = [
        _entry(entry, place, reals, plots) for place, entry in enumerate(comparison.entries) if entry.family == family
    ]
    return f"<section class='c-family'>{_told(family)}<div class='c-entries'>{''.join(entries)}</div></section>"


def _told(family: str | None) -> str:
    if family not in FAMILIES:
        return "<div class='c-about'><h3>Not opened</h3></div>"
    row = FAMILIES[family]
    of_d, of_g = (formula(one) for one in row.objective)
    return (
        f"<div class='c-about'><h3>{escape(row.title)}</h3><p class='c-soft'>{escape(row.paper)}</p>{diagram(row)}"
        f"<dl class='c-objective'><dt>D minimises</dt><dd>{of_d}</dd><dt>G minimises</dt><dd>{of_g}</dd></dl>"
        f"<p class='c-good'>{escape(row.good)}</p><p class='c-bad'>{escape(row.bad)}</p></div>"
    )


def _entry(entry: Entry, place: int, reals: list[str], plots: Plots) -> str:
    warned = "".join(f"<li class='c-warned'>{escape(one)}</li>" for one in problems_of(entry))
    noted = "".join(f"<li>{escape(one)}</li>" for one in entry.notes)
    told = f"<ul class='c-said'>{warned}{noted}</ul>" if warned or noted else ""
    drawn = ""
    if entry.losses:
        drawn += plots.add(losses_figure(entry, place), f"Losses of {entry.name}")
    if entry.coverage:
        drawn += plots.add(coverage_figure(entry, place), f"Coverage of each class by {entry.name}")
    learned = f"<div class='c-plots'>{drawn}</div>" if drawn else ""
    return f"<article>{_made(entry, place)}{told}{_sheets(entry, reals)}{learned}</article>"


def facts_of(entry: Entry) -> tuple[str, ...]:
    """How it was made, and how near it came, in a few words each."""
    settings = entry.made.get("settings")
    settings = settings if isinstance(settings, dict) else {}
    facts = [f"{thousands(entry.made['kimg'])} kimg"] if "kimg" in entry.made else []
    facts += [f"{minutes(entry.made['seconds'])} min"] if "seconds" in entry.made else []
    facts += [str(entry.made["data"])] if isinstance(entry.made.get("data"), str) else []
    facts += [f"training seed {settings['seed']}"] if "seed" in settings else []
    facts += [f"batch {settings['batch']}"] if "batch" in settings else []
    facts += [str(entry.made["recipe"])] if isinstance(entry.made.get("recipe"), str) else []
    if entry.evaluation:
        facts.append(f"FD {entry.evaluation['fd_over_floor']:.1f} times the floor")
    return tuple(facts)


def _made(entry: Entry, place: int) -> str:
    return f"<h4>{named(entry, place)}<span class='c-soft'>{escape(' · '.join(facts_of(entry)))}</span></h4>"


def _sheets(entry: Entry, reals: list[str]) -> str:
    if entry.sheet is None:
        return ""
    sheet, real = entry.sheet, entry.real
    about = f"{sheet.height} rows of {sheet.columns} pictures drawn by {entry.name}"
    image = f"<img src='data:image/png;base64,{sheet.png}' alt='{escape(about)}'>"
    parts = [_labels(sheet), f"<div class='c-drawn' style='flex-grow:{sheet.columns}'>{image}</div>"]
    if real:
        ratio = f"aspect-ratio:{real.columns}/{real.height};flex-grow:{real.columns}"
        told = f"Real pictures: {', '.join(real.rows)}"
        kind = f"c-real c-real-{reals.index(real.png)}"
        parts.append(f"<div class='{kind}' style='{ratio}' role='img' aria-label='{escape(told)}'></div>")
    return f"<figure class='c-sheets'>{''.join(parts)}</figure>"


def _labels(sheet: Sheet) -> str:
    rows = "".join(f"<span>{escape(one)}</span>" for one in sheet.rows)
    return f"<div class='c-labels'>{rows}</div>" if rows else ""
