"""The part of a model card that its family decides: what it hears, the game it was trained by, what its codes do."""

import html

from explorer.checkpoint import Checkpoint
from explorer.models.families import FAMILIES

_KINDS = {
    "word": "A word-conditional GAN: a latent z of {z} numbers and the vector of a word in the space `{space}` give "
    "{pixels}.",
    "label": "A label-conditional GAN: a latent z of {z} numbers and one of {labels} labels give {pixels}. Any other "
    "word of the space `{space}` is heard as several labels at once, by how like them it is.",
    "nothing": "An unconditional GAN: a latent z of {z} numbers gives {pixels}. It hears neither words nor labels.",
    "codes": "A GAN with codes that it made up by itself: a latent z of {z} numbers and the codes {codes} give "
    "{pixels}. It hears neither words nor labels.",
}
_UNTOLD = "Nobody has written down yet what they turned out to mean."


def opening(name: str, source: Checkpoint) -> list[str]:
    """What it draws from what, and the command that does."""
    channels, side, _ = source.image_shape
    hears, codes = source.description.conditioning, source.description.codes
    pixels = f"{side} x {side} pixels {'in grey' if channels == 1 else 'in colour'}"
    kinds = [f"c{number} ({f'one of {kind}' if kind > 1 else 'a number'})" for number, kind in enumerate(codes, 1)]
    kind = _KINDS[hears].format(
        z=source.z_dim, space=source.space_name, labels=len(source.labels), pixels=pixels, codes=_listed(kinds)
    )
    ways = [f"`gan-explorer sample WORDS --checkpoint {name} -o grid.png`"]
    if hears == "nothing":
        ways = [f"`gan-explorer sample ANY_WORD --checkpoint {name} --seed 7 -o grid.png`"]
    if hears == "codes":
        told = " ".join(["--code 0"] * len(codes))
        ways = [
            f"`gan-explorer sample ANY_WORD {told} --checkpoint {name} -o grid.png`",
            f"`gan-explorer codes --checkpoint {name} -o codes.png`",
        ]
    return [kind, f"Draw from it: {', or '.join(ways)}."]


def pictures_section(source: Checkpoint) -> list[str]:
    """What preview.png shows."""
    labels = plain(", ".join(source.labels))
    if source.conditional:
        return [
            "## Its labels",
            "![A row for each label](preview.png)",
            f"Seed 0, psi 1, the first sixteen latents of each row the same. Labels: {labels}.",
        ]
    each = ", each with codes of its own" if source.description.codes else ""
    had = f" The pictures that it was trained on had labels, but it was not told them: {labels}."
    return [
        "## What it draws",
        "![Pictures that nobody asked for](preview.png)",
        f"Not chosen: the first 64 latents of seed 0 at psi 1{each}.{had if len(source.labels) > 1 else ''}",
    ]


def codes_section(source: Checkpoint, about: str) -> list[str]:
    """What the codes do, and what somebody who looked (`about`, Markdown) says that they mean; none: nothing."""
    if not source.description.codes:
        return []
    return [
        "## What its codes turned out to mean",
        "![A row for each kind of a category, and one for each number](codes.png)",
        "A row for each kind of a category, on the same sixteen latents, and a row for each number, on one latent, "
        "from -2 to 2 (it was trained from -1 to 1). All other codes are kind 0 and the number 0. Which code came to "
        "mean what is luck: another training of the same settings would have shared them out otherwise.",
        about.strip() or _UNTOLD,
    ]


def game_section(source: Checkpoint) -> list[str]:
    """What D and G each minimised, whose idea it was, and what to expect of it."""
    row = FAMILIES[source.description.family]
    d, g = row.objective
    given = {"word": ", c a word", "codes": ", c the codes"}.get(row.conditioning, "")
    return [
        "## The game",
        f"**{row.title}** ({row.paper}). D and G each minimise:",
        f"```\nD: {d}\nG: {g}\n```",
        f"x is a real picture{' of label y' if row.conditioning == 'label' else ''}, z the noise{given}, "
        "s the logistic function.",
        f"Good: {row.good} Bad: {row.bad}",
    ]


def plain(value: object) -> str:
    """Text that stays text in Markdown and its tables: labels and facts may come from strangers."""
    return html.escape(str(value)).replace("|", "&#124;").replace("\n", " ")


def _listed(texts: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(texts[:-1]), *texts[-1:]]))
