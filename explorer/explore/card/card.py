"""The model card of a checkpoint, in Markdown."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from explorer.checkpoint import Checkpoint
from explorer.data import NAMES
from explorer.explore.card.family import codes_section, game_section, opening, pictures_section, plain
from explorer.explore.card.inside import inside_sections
from explorer.explore.card.measured import measured_sections
from explorer.explore.render.picture import Picture
from explorer.measure.results_file import read_metrics
from explorer.models.families import family


def card(
    name: str, title: str, source: Checkpoint, unheard: Sequence[Picture], about: str, applies: Mapping[str, str]
) -> str:
    """The card's Markdown: what it draws, what was measured of it, and how it was made.

    unheard: pictures of words that are no labels. about: Markdown by someone who looked. applies: what a setting
    is for: a conditioning, a penalty or `folders`; others leave it out.
    """
    made = {**source.summary, "published": date.today().isoformat()}
    settings = made.pop("settings", None)
    heard = "\n".join(
        f"| {plain(picture.spec.condition)} | {_three(picture.table)} | {picture.familiarity.level} "
        f"| {_three([row for row in picture.reading if row[1] > 0]) or 'no judge knows its labels'} |"
        for picture in unheard
    )
    sections = [
        f"# {title or name}",
        *opening(name, source),
        *pictures_section(source),
        *codes_section(source, about),
    ]
    if unheard:
        sections += [
            "## Words it never heard in training",
            "![A row for each word](words.png)",
            "Not chosen: the first sixteen latents of seed 0. Beside each word the labels that it is nearest to "
            "(cosine), how far it lies from training, and what the judge sees in these sixteen (share):",
            f"| word | nearest labels | | seen |\n|---|---|---|---|\n{heard}",
        ]
    metrics = read_metrics(source.path)
    sections += measured_sections(name, metrics)
    sections += inside_sections(name, metrics)
    if about and not source.description.codes:
        sections += ["## What one sees", about.strip()]
    sections += game_section(source)
    sections += ["## How it was made", _table("fact", made)]
    if isinstance(settings, dict):
        sections.append(_table("setting", _settings_in_use(source, settings, applies)))
    return "\n\n".join(sections) + "\n"


def _settings_in_use(source: Checkpoint, settings: dict, applies: Mapping[str, str]) -> dict:
    """The settings that its family and its pictures use, the family's own norm and penalty in words."""
    rules = family(source.description.family)
    rows = settings | {name: settings.get(name) or getattr(rules, name) for name in ("norm", "penalty")}
    uses = {rules.conditioning, rows["penalty"], *([] if source.summary.get("data") in NAMES else ["folders"])}
    idle = {name for name, use in applies.items() if use not in uses} | {"changes"}  # which is a fact, in words
    if isinstance(rows.get("names"), list):
        rows["names"] = f"{len(rows['names']):,} by a names file" if rows["names"] else "as the folders have them"
    return {name: value for name, value in rows.items() if name not in idle}


def _three(rows: Iterable[tuple[str, float]]) -> str:
    return ", ".join(f"{plain(label)} {figure:.2f}" for label, figure in list(rows)[:3])


def _table(head: str, facts: dict) -> str:
    rows = "\n".join(f"| {plain(key)} | {plain(value)} |" for key, value in facts.items())
    return f"| {head} | |\n|---|---|\n{rows}"
