"""Texts on a comparison: tables to copy (Markdown for a README, CSV), one for each judge, and facts in few words."""

import csv
import html
import io
import re
from collections.abc import Sequence

from explorer.checks import is_number
from explorer.compare.columns import FLOOR, Column, columns_of
from explorer.compare.comparison import Comparison, Entry, Fields, Group
from explorer.measure.features.names import ABOUT
from explorer.measure.grounding import score as grounding_score
from explorer.measure.metrics import classifier_accuracy
from explorer.models.families import FAMILIES

REAL = "real pictures"


def title_of(entry: Entry) -> str:
    """The title of its family."""
    return FAMILIES[entry.family].title if entry.family in FAMILIES else "?"


def measured_with(group: Group, columns: Sequence[Column]) -> str:
    """Sentences on how the figures of a group in these columns were measured."""
    shown = {one.key for one in columns}
    labels = f"{len(group.labels)} classes of {group.source}"
    seeds = ", ".join(f"{name} {seed}" for name, seed in group.seeds.items())
    kind, by = "judge", f"judge {group.judge}, {group.accuracy or 0:.1%} right"
    if group.accuracy is None:
        kind, by = "network", f"{group.judge}: {ABOUT[group.judge]}"
    more = ""
    if "classifier" in shown:
        most, seed = classifier_accuracy.MOST, classifier_accuracy.SEED
        more += f" CAS: trained on at most {most:,} samples, random seed {seed}, and tested on all test pictures."
    if "new_words" in shown:
        more += f" New words: {grounding_score.PICTURES} samples of each, random seed {grounding_score.SEED}."
    return (
        f"{group.samples:,} samples against as many real test pictures ({labels}), psi 1; random seeds: {seeds}; {by}, "
        f"sha256 {group.judge_hash[:16]}. Real pictures: as many training pictures in place of the samples. Figures of "
        f"another {kind}, or of another number of samples, are others.{more}"
    )


def markdown(comparison: Comparison) -> str:
    """A table for each group with how it was measured, then what went wrong."""
    parts = []
    for place, group in enumerate(comparison.groups):
        columns = columns_of(
            group.real, *(comparison.entries[one].evaluation["figures"] for one in comparison.of(place))
        )
        heads = ["", "family", "kimg", "seconds", *(one.named(group.judge) for one in columns)]
        heads.insert(5, FLOOR)
        rows = [_row(columns, (REAL, "", "", ""), group.real, 1.0)]
        for number in comparison.of(place):
            entry = comparison.entries[number]
            first = (entry.name, title_of(entry), *(_number(entry.made.get(key)) for key in ("kimg", "seconds")))
            rows.append(_row(columns, first, entry.evaluation["figures"], entry.evaluation["fd_over_floor"]))
        lines = [heads, ["---", "---", *["---:"] * (len(heads) - 2)], *rows]
        parts += [
            f"### Judged by {_cell(group.judge)}",
            "",
            *("| " + " | ".join(map(_cell, line)) + " |" for line in lines),
            "",
            _cell(measured_with(group, columns)),
            "",
        ]
    wrong = [f"- {_cell(one.name)}: {_cell(text)}" for one in comparison.entries for text in problems_of(one)]
    return "\n".join([*parts, *(["### What went wrong", "", *wrong, ""] if wrong else [])])


def problems_of(entry: Entry) -> tuple[str, ...]:
    """What went wrong with it, a sentence each."""
    return ((entry.trouble,) if entry.trouble else ()) + entry.warnings


def comma_separated(comparison: Comparison, group: int) -> str:
    """The table of one group as CSV, with unrounded figures; the count, seeds and hash in every row."""
    about = comparison.groups[group]
    fixed = (about.judge, about.judge_hash, about.samples, *about.seeds.values())
    columns = columns_of(about.real, *(comparison.entries[one].evaluation["figures"] for one in comparison.of(group)))
    spreads = [f"{one.key}_spread" for one in columns if one.spread]
    content = io.StringIO()
    table = csv.writer(content, lineterminator="\n")
    seeds = [f"seed_{name}" for name in about.seeds]
    keys = [one.key for one in columns]
    heads = ("name", "family", "kimg", "seconds", "fd_over_floor")
    table.writerow([*heads, *keys, *spreads, "judge", "judge_hash", "samples", *seeds])
    rows = [(REAL, "", "", "", 1.0, about.real)]
    for number in comparison.of(group):
        entry = comparison.entries[number]
        made = (value if _number(value) else "" for value in map(entry.made.get, ("kimg", "seconds")))
        over = entry.evaluation["fd_over_floor"]
        rows.append((_no_formula(entry.name), entry.family, *made, over, entry.evaluation["figures"]))
    for *first, figures in rows:
        values = ("" if figures[key] is None else figures[key] for key in (*keys, *spreads))
        table.writerow([*first, *values, *fixed])
    return content.getvalue()


def facts_of(entry: Entry) -> tuple[str, ...]:
    """How it was trained, and its FD beside the real-vs-real one, in a few words each."""
    settings = entry.made.get("settings")
    settings = settings if isinstance(settings, dict) else {}
    facts = [f"{thousands(entry.made['kimg'])} kimg"] if "kimg" in entry.made else []
    facts += [f"{minutes(entry.made['seconds'])} min"] if "seconds" in entry.made else []
    facts += [str(entry.made["data"])] if isinstance(entry.made.get("data"), str) else []
    facts += [f"training seed {settings['seed']}"] if "seed" in settings else []
    facts += [f"batch {settings['batch']}"] if "batch" in settings else []
    facts += [str(entry.made["recipe"])] if isinstance(entry.made.get("recipe"), str) else []
    if entry.evaluation:
        facts.append(f"FD {entry.evaluation['fd_over_floor']:.1f} {FLOOR}")
    return tuple(facts)


def thousands(value: object) -> str:
    """A number with commas; a dash for anything else."""
    return _number(value) or "–"


def minutes(seconds: object) -> str:
    """Seconds as minutes; a dash for anything else."""
    return thousands(seconds / 60) if _number(seconds) else "–"


def _row(columns: Sequence[Column], first: Sequence[str], figures: Fields, over: float) -> list[str]:
    cells = [*first, *(one.written(figures) for one in columns)]
    cells.insert(5, f"{over:.1f}")
    return cells


def _number(value: object) -> str:
    return f"{value:,.0f}" if is_number(value) else ""


def _cell(text: str) -> str:
    """A cell's text, escaped for Markdown and HTML."""
    return re.sub(r"([\\`*_\[\]|~#])", r"\\\1", html.escape(" ".join(text.split()), quote=False))


def _no_formula(name: str) -> str:
    """A name, quoted where a spreadsheet would take it for a formula."""
    return f"'{name}" if name[:1] in "=+-@\t\r" else name
