"""The model card of a checkpoint, in Markdown."""

import html
from collections.abc import Iterable, Sequence
from datetime import date

from explorer.checkpoint import Checkpoint
from explorer.explore.card_inside import inside_sections
from explorer.explore.card_measured import measured_sections
from explorer.explore.picture import Picture
from explorer.measure.storing import read_metrics


def card(name: str, title: str, source: Checkpoint, unheard: Sequence[Picture], about: str) -> str:
    """The card's Markdown: what it draws, what was measured of it, and how it was made.

    unheard: pictures of words that are no labels. about: Markdown by someone who looked.
    """
    channels, side, _ = source.image_shape
    made = {**source.summary, "published": date.today().isoformat()}
    settings = made.pop("settings", None)
    heard = "\n".join(
        f"| {_plain(picture.spec.condition)} | {_three(picture.table)} | {picture.familiarity.level} "
        f"| {_three([row for row in picture.reading if row[1] > 0]) or 'no judge knows its labels'} |"
        for picture in unheard
    )
    sections = [
        f"# {title or name}",
        f"A word-conditional GAN: a latent z of {source.z_dim} numbers and the vector of a word in the space "
        f"`{source.space_name}` give {side} x {side} pixels {'in grey' if channels == 1 else 'in colour'}.",
        f"Draw from it: `gan-explorer sample WORDS --checkpoint {name} -o grid.png`.",
        "## Its labels",
        "![A row for each label](preview.png)",
        "Seed 0, psi 1, the first sixteen latents of each row the same. Labels: "
        + _plain(", ".join(source.labels))
        + ".",
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
    if about:
        sections += ["## What one sees", about.strip()]
    sections += ["## How it was made", _table("fact", made)]
    if isinstance(settings, dict):
        sections.append(_table("setting", settings))
    return "\n\n".join(sections) + "\n"


def _three(rows: Iterable[tuple[str, float]]) -> str:
    return ", ".join(f"{_plain(label)} {figure:.2f}" for label, figure in list(rows)[:3])


def _table(head: str, facts: dict) -> str:
    rows = "\n".join(f"| {_plain(key)} | {_plain(value)} |" for key, value in facts.items())
    return f"| {head} | |\n|---|---|\n{rows}"


def _plain(value: object) -> str:
    """Text that stays text in a table of Markdown: labels and facts may come from strangers."""
    return html.escape(str(value)).replace("|", "&#124;").replace("\n", " ")
