"""From a run to a checkpoint worth showing: its weights, a sheet, and a model card that tells the truth."""

import html
from datetime import date
from pathlib import Path

from explorer import checkpoint
from explorer.explore.sheets import sheet
from explorer.explore.spec import Seeded, Spec
from explorer.explore.studio import Studio

TILES, SCALE = 16, 2


def publish(run: Path, folder: Path, title: str = "", words: tuple[str, ...] = (), about: str = "") -> Path:
    """Write `folder`: the checkpoint of a run (or any other) with sheets of its labels and of unheard `words`.

    about: Markdown for the card, by someone who looked. Every picture in the card is what anyone gets from the same
    word with seed 0 and psi 1. Errors: CheckpointError, or UnknownWord for one of `words` that the space lacks.
    """
    source = checkpoint.load(run)
    studio = Studio()

    def drawn(word: str):
        return studio.render(Spec(checkpoint=str(source.path), condition=word, latents=Seeded(0, TILES)))

    labels = [drawn(word) for word in source.labels]
    unheard = [drawn(word) for word in words]
    rows_of = {"preview.png": labels, "words.png": unheard}
    checkpoint.save(
        folder,
        source.generator,
        source.discriminator(),
        labels=source.labels,
        label_vectors=source.label_vectors,
        space_name=source.space_name,
        space_hash=source.space_hash,
        made=dict(source.summary),
        pictures={name: sheet(rows, scale=SCALE) for name, rows in rows_of.items() if rows},
        card=_card(folder.name, title, source, unheard, about),
    )
    return folder


def _card(name: str, title: str, source: checkpoint.Checkpoint, unheard: list, about: str) -> str:
    channels, side, _ = source.image_shape
    made = {**source.summary, "published": date.today().isoformat()}
    settings = made.pop("settings", None)
    heard = "\n".join(
        f"| {picture.spec.condition} | {', '.join(f'{_plain(a)} {cosine:.2f}' for a, cosine in picture.table[:3])} "
        f"| {picture.familiarity.best:.2f}, {picture.familiarity.level} |"
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
            "Not chosen: the first sixteen latents of seed 0. What each word is nearest to among the labels (cosine):",
            f"| word | nearest labels | best, and how far from training |\n|---|---|---|\n{heard}",
        ]
    if about:
        sections += ["## What one sees", about.strip()]
    sections += ["## How it was made", _table("fact", made)]
    if isinstance(settings, dict):
        sections.append(_table("setting", settings))
    return "\n\n".join(sections) + "\n"


def _table(head: str, facts: dict) -> str:
    rows = "\n".join(f"| {_plain(key)} | {_plain(value)} |" for key, value in facts.items())
    return f"| {head} | |\n|---|---|\n{rows}"


def _plain(value: object) -> str:
    """Text that stays text in a table of Markdown: labels and facts may come from strangers."""
    return html.escape(str(value)).replace("|", "&#124;").replace("\n", " ")
