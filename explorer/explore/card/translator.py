"""The model card of a translator, and its publishing: from a run to a checkpoint with sheets."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from explorer import checkpoint
from explorer.checkpoint import Curves, TranslatorCheckpoint, learned, read_curves
from explorer.checkpoint.example_pictures import FILE, examples_sheet
from explorer.data import NAMES
from explorer.explore.card.card import facts_table
from explorer.explore.card.measured import plain
from explorer.explore.card.measured_styles import markdown_tables
from explorer.explore.card.publish import of_few_colours
from explorer.explore.translate.sheets import translator_sheet
from explorer.explore.translate.translate import examples_of
from explorer.measure.features.names import ABOUT
from explorer.measure.metrics.metrics_file import read_metrics
from explorer.measure.summaries import translation_tables
from explorer.measure.translation import KEY
from explorer.models.families import family

PREVIEW, FAILURES = "preview.png", "failures.png"
IDLE = ("network", "norm", "penalty", "mapping", "z", "z_dim", "c_dim", "g_steps", "d_steps", "penalty_every", "gamma")
IDLE += ("count_power", "codes", "styles", "hold_out_pairs", "style_open", "reconstruction", "pretrain_kimg", "changes")
"""Settings that no translator uses, beside those that are for another conditioning."""


def publish_translator(
    run: str | Path,
    folder: Path,
    title: str = "",
    about: str = "",
    half: bool = False,
    applies: Mapping[str, str] | None = None,
    curves: Curves | None = None,
) -> Path:
    """Write `folder`: the translator of a run (or any other) with sheets and a card; see `card.publish`.

    Its discriminators stay behind, as nothing asks them anything. Raises CheckpointError, and ExplorerError for one
    that carries no examples.
    """
    source = checkpoint.load_translator(run)
    metrics, some = read_metrics(source.path), examples_of(source)
    curves = read_curves(source.path) if curves is None else curves
    pictures = {PREVIEW: of_few_colours(translator_sheet(source))}
    pictures[FILE] = examples_sheet(*(rows for rows in some if len(rows)))  # to the last bit
    if len(some.worst_a):
        pictures[FAILURES] = of_few_colours(translator_sheet(source, "failures"))
    has_curves = curves is not None and bool(curves.as_fields())
    checkpoint.save(
        folder,
        source.translator,
        None,
        labels=source.domains,
        family=source.description.family,
        made=dict(source.summary),
        pictures=pictures,
        card=translator_card(folder.name, title, source, metrics, about, applies or {}, has_curves),
        metrics=metrics,
        half=half,
        curves=curves,
    )
    return folder


def translator_card(
    name: str,
    title: str,
    source: TranslatorCheckpoint,
    metrics: Mapping[str, Any],
    about: str,
    applies: Mapping[str, str],
    has_curves: bool,
) -> str:
    """The card's Markdown; see `card.card`."""
    made = {**source.summary, "published": date.today().isoformat()}
    settings = made.pop("settings", None)
    channels, side, _ = source.image_shape
    a, b = map(plain, source.domains)
    row = family(source.description.family)
    measured = metrics.get(KEY) if isinstance(metrics.get(KEY), dict) else None
    sections = [
        f"# {title or name}",
        learned(source.description),
        f"A translator of pictures between two sets, {a} and {b}, of which no picture of one belongs to one of the "
        f"other: {side} x {side} pixels {'in grey' if channels == 1 else 'in colour'}, both ways.",
        f"Translate by it: `gan-explorer translate {name} picture.png -o out.png`, and the other way with `--back`; or "
        "in the app, on the Translate tab.",
        "## Pictures by chance",
        f"![Pictures, their translations, and what comes back]({PREVIEW})",
        f"Not chosen: eight pictures of each set by seed 0{_which(measured)}, below them their translations, and what "
        "comes back when these are translated again.",
    ]
    if measured:
        sections += measured_sections(name, measured)
    if about:
        sections += ["## What one sees", about.strip()]
    d, g = row.objective
    sections += [
        "## Its objective",
        f"**{row.title}** ({row.paper}). D and G each minimise:",
        f"```\nD: {d}\nG: {g}\n```",
        f"x is a picture of {a}, y one of {b}, G translates from {a} to {b} and F back; |.| is the mean over pixels.",
        f"Good: {row.good} Bad: {row.bad}",
        "## How it was made",
        facts_table("fact", made),
    ]
    if has_curves:
        sections.append("`curves.json` has its losses over the training.")
    if isinstance(settings, dict):
        uses = {"picture", *([] if source.summary.get("data") in NAMES else ["folders"])}
        idle = {setting for setting, use in applies.items() if use not in uses} | set(IDLE)
        kept = {setting: value for setting, value in settings.items() if setting not in idle}
        if isinstance(kept.get("names"), list):
            kept["names"] = f"{len(kept['names']):,} by a names file" if kept["names"] else "as the folders have them"
        sections.append(facts_table("setting", kept))
    return "\n\n".join(sections) + "\n"


def measured_sections(name: str, fields: Mapping[str, Any]) -> list[str]:
    """Markdown for what `gan-explorer evaluate` stored of a translator, and its worst pictures."""
    judge = str(fields["judge"])
    option = f" --features {judge}" if judge in ABOUT else ""
    return [
        "## Measured",
        f"`gan-explorer evaluate {name}{option}`, features of {plain(judge)} ({plain(fields['judge_hash'])[:8]}):",
        *markdown_tables(translation_tables(fields)),
        "## Failures",
        f"![Those that come back worst]({FAILURES})",
        "Chosen to be the worst: the pictures with the largest cycle errors of all that were measured.",
    ]


def _which(measured: Mapping[str, Any] | None) -> str:
    return ", which its training never saw" if measured and measured["unseen"] else ""
