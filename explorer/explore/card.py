"""The model card of a checkpoint, in Markdown."""

import html
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from explorer.checkpoint import Checkpoint
from explorer.explore.card_inside import inside_sections
from explorer.explore.picture import Picture
from explorer.measure.storing import KEY, read_metrics

FIGURES = ("precision", "recall", "density", "coverage")


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
    if metrics.get(KEY):
        sections += ["## Measured", *_measured(name, metrics[KEY])]
    sections += inside_sections(name, metrics)
    if about:
        sections += ["## What one sees", about.strip()]
    sections += ["## How it was made", _table("fact", made)]
    if isinstance(settings, dict):
        sections.append(_table("setting", settings))
    return "\n\n".join(sections) + "\n"


def _measured(name: str, fields: dict[str, Any]) -> list[str]:
    """What `explorer.measure.storing` keeps, as a table and sentences."""
    samples, real, judge = fields["figures"], fields["floor"], _plain(fields["judge"])
    rows = [("FD[" + judge + "]", f"{samples['fd']:.3f}", f"{real['fd']:.3f}")]
    rows += [("times the floor", f"{fields['fd_over_floor']:.1f}", "1")]
    rows += [(figure, f"{samples[figure]:.3f}", f"{real[figure]:.3f}") for figure in FIGURES]
    rows += [("labels judged right", f"{samples['label_accuracy']:.3f}", f"{real['label_accuracy']:.3f}")]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    parts = [
        f"`gan-explorer evaluate {name}`: {fields['samples']:,} samples (psi 1) against as many test pictures, by the "
        f"judge {judge} ({_plain(fields['judge_hash'])[:8]}); *real* is as many training pictures in their place. Such "
        "figures can be compared with each other, and never with published FID or Inception Scores.",
        f"| | samples | real |\n|---|---|---|\n{table}",
    ]
    halves = fields.get("grounding") or {}
    if halves:
        lines = "\n".join(
            f"| {half} | {len(one['words'])} | {one['score']:.3f} | {one['nearest_label']:.3f} "
            f"| {one['times_accuracy']:.3f} |"
            for half, one in halves.items()
        )
        parts += [
            "Words that no training heard: the share of 64 pictures of each that the judge puts where a person would, "
            "beside how often the nearest label is right, and that times the label accuracy.",
            f"| half | words | share | nearest label | times accuracy |\n|---|---|---|---|---|\n{lines}",
        ]
    return parts


def _three(rows: Iterable[tuple[str, float]]) -> str:
    return ", ".join(f"{_plain(label)} {figure:.2f}" for label, figure in list(rows)[:3])


def _table(head: str, facts: dict) -> str:
    rows = "\n".join(f"| {_plain(key)} | {_plain(value)} |" for key, value in facts.items())
    return f"| {head} | |\n|---|---|\n{rows}"


def _plain(value: object) -> str:
    """Text that stays text in a table of Markdown: labels and facts may come from strangers."""
    return html.escape(str(value)).replace("|", "&#124;").replace("\n", " ")
