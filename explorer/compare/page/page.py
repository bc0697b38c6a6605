"""A comparison as one HTML page that needs nothing else: no network, no files beside it."""

import base64
import hashlib
import json
from html import escape
from importlib.resources import files

from explorer.compare.columns import columns_of
from explorer.compare.comparison import Comparison
from explorer.compare.page.entries import family_section
from explorer.compare.page.plots import Plots, class_section, curve_section
from explorer.compare.page.tables import stability_section, table_section, trouble_section
from explorer.lazy import imported
from explorer.measure.features.names import ABOUT, INCEPTION

PLOTLY = {"displayModeBar": False, "responsive": True}


def page_of(comparison: Comparison) -> str:
    """The whole page; the same comparison gives the same text. Everything that was not written here is escaped."""
    plots = Plots()
    groups = range(len(comparison.groups))
    families = list(dict.fromkeys(entry.family for entry in comparison.entries))
    parts = [
        _head(comparison),
        trouble_section(comparison),
        *(table_section(comparison, group) for group in groups),
        "<h2 class='c-part'>The games, and what they draw</h2>",
        _about_sheets(comparison),
        _pictures(comparison),
        *(family_section(comparison, family, plots) for family in families),
        *(curve_section(comparison, group, plots) for group in groups),
        *(class_section(comparison, group, plots) for group in groups),
        stability_section(comparison),
        _how(comparison),
    ]
    return _document("Side by side", "\n".join(filter(None, parts)), plots.as_json())


def _document(title: str, body: str, figures: str) -> str:
    here = files("explorer.compare.page")
    style, script = ((here / name).read_text("utf-8") for name in ("page.css", "page.js"))
    settings = f"const SETTINGS = {json.dumps(PLOTLY)};\n{script}"
    scripts = [imported("plotly.offline").get_plotlyjs(), settings] if figures != "{}" else []
    allowed = " ".join(f"'sha256-{_digest(one)}'" for one in scripts) or "'none'"
    policy = f"default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; script-src {allowed}"
    return "\n".join(
        (
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{escape(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>",
            body,
            "</main>",
            f'<script type="application/json" id="figures">{figures}</script>',
            *(f"<script>{one}</script>" for one in scripts),
            "</body>\n</html>\n",
        )
    )


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _head(comparison: Comparison) -> str:
    count = len(comparison.entries)
    families = len({entry.family for entry in comparison.entries})
    judges = " and ".join(dict.fromkeys(escape(group.judge) for group in comparison.groups))
    told = f"{count} generator{'s' * (count > 1)} of {families} famil{'ies' if families > 1 else 'y'}"
    told += f", judged by {judges}." if judges else ". None of them could be measured."
    return (
        "<header><h1>Side by side</h1>"
        f"<p class='c-lead'>{told} All draw from the same latents and are held against the same real pictures.</p>"
        "</header>"
    )


def _about_sheets(comparison: Comparison) -> str:
    return (
        f"<p class='c-soft'>Along every row the same latents (random seed {comparison.seed}, psi 1), in every sheet; "
        "one that hears no labels has no such rows and shows the next latents instead. At the right, real pictures.</p>"
    )


def _pictures(comparison: Comparison) -> str:
    """Each sheet of real pictures once, for all families that stand beside it."""
    reals = list(dict.fromkeys(entry.real.png for entry in comparison.entries if entry.real))
    rules = (
        f".c-real-{place} {{ background-image: url(data:image/png;base64,{png}) }}" for place, png in enumerate(reals)
    )
    return "<style>" + "\n".join(rules) + "</style>" if reals else ""


def _how(comparison: Comparison) -> str:
    if not comparison.groups:
        return ""
    every = [group.real for group in comparison.groups]
    every += [entry.evaluation["figures"] for entry in comparison.entries if entry.evaluation]
    columns = "".join(f"<dt>{escape(one.title)}</dt><dd>{escape(one.about)}</dd>" for one in columns_of(*every))
    first = comparison.groups[0]
    by = "By a judge: a small classifier trained on the real pictures, on whose features all distances are taken."
    if first.accuracy is None:
        by = f"By {ABOUT[first.judge]}, on whose features all distances are taken; it knows nothing of these classes."
    same = "judge and the same number of samples, and with no published FID or Inception Score"
    if first.judge == INCEPTION:
        same = "number of samples, which is mostly 50,000 where FID is published; fewer make it larger"
    return (
        f"<section><h2>How it was measured</h2><p class='c-read'>{by} They can be compared with others of the same "
        f"{same}. ± is the spread over the parts that a figure is a mean of, not over random seeds.</p>"
        f"<dl class='c-terms'>{columns}</dl></section>"
    )
