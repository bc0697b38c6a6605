"""The model card of a checkpoint, in Markdown: its pictures, measurements, objective and settings."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from explorer.checkpoint import Checkpoint, learned
from explorer.checks import is_number
from explorer.data import NAMES
from explorer.errors import listed
from explorer.explore.card.measured import measured_sections, plain
from explorer.explore.card.measured_styles import style_sections
from explorer.explore.card.onnx_example import onnx_section
from explorer.explore.render.picture import Picture
from explorer.many_labels import names, sentence, spread, style_columns
from explorer.measure.metrics.metrics_file import read_metrics
from explorer.models.families import FAMILIES, family

_KINDS = {
    "word": "A word-conditional GAN: a latent z of {z} numbers and the vector of a word in the space `{space}` give "
    "{pixels}.",
    "label": "A label-conditional GAN: a latent z of {z} numbers and one of {labels} labels give {pixels}. Any other "
    "word of the space `{space}` becomes several labels at once, weighted by similarity.",
    "nothing": "An unconditional GAN: a latent z of {z} numbers gives {pixels}. It takes neither words nor labels.",
    "codes": "A GAN with codes that it learned without labels: a latent z of {z} numbers and the codes {codes} give "
    "{pixels}. It takes neither words nor labels.",
}
NEAREST = "nearest.png"
_NO_MEANING = "Nobody has written down yet what they turned out to mean."


def card(
    name: str,
    title: str,
    source: Checkpoint,
    unseen: Sequence[Picture],
    about: str,
    applies: Mapping[str, str],
    nearest: bool = False,
    has_curves: bool = False,
    word_truncation: float = 0.0,
) -> str:
    """The card's Markdown.

    unseen: pictures of words that are no labels. about: Markdown by someone who looked. applies: what a setting is
    for: a conditioning, a penalty or `folders`; a setting that its generator does not use gets no row.
    nearest: whether there is a sheet of the training pictures nearest to samples. has_curves: whether there is a
    curves.json. word_truncation: what its words are drawn with where nobody says another.
    """
    made = {**source.summary, "published": date.today().isoformat()}
    settings = made.pop("settings", None)
    rows = "\n".join(
        f"| {plain(picture.spec.condition)} | {_three(picture, picture.table)} | {picture.familiarity.level} "
        f"| {_three(picture, [row for row in picture.reading if row[1] > 0]) or 'no judge knows its labels'} |"
        for picture in unseen
    )
    sections = [
        f"# {title or name}",
        *opening(name, source),
        *truncation_section(word_truncation),
        *pictures_section(source),
        *codes_section(source, about),
    ]
    if unseen:
        sections += [
            "## Words that were not in its training",
            "![A row for each word](words.png)",
            f"Not chosen: the first sixteen latents of seed 0{_with(word_truncation)}. Beside each word the labels "
            "that it is nearest to (cosine), how far it lies from training, and what the judge sees in these sixteen "
            "(share):",
            f"| word | nearest labels | | seen |\n|---|---|---|---|\n{rows}",
        ]
    metrics = read_metrics(source.path)
    sections += [*measured_sections(name, metrics, source.display_names), *style_sections(name, metrics)]
    if nearest:
        sections += [
            "## Beside its training pictures",
            f"![A sample, then the training pictures nearest to it]({NEAREST})",
            "Not chosen: the first sample of seed 0 of labels spread evenly, then the training pictures nearest to it.",
        ]
    if about and not source.description.codes:
        sections += ["## What one sees", about.strip()]
    sections += [*objective_section(source), *onnx_section(name, source)]
    sections += ["## How it was made", facts_table("fact", made)]
    if has_curves:
        sections.append(
            "`curves.json` has its losses, D's logits and its coverage over the training; "
            f"`gan-explorer compare {name} -o report/` draws them."
        )
    if isinstance(settings, dict):
        sections.append(facts_table("setting", _settings_in_use(source, settings, applies)))
    return "\n\n".join(sections) + "\n"


def opening(name: str, source: Checkpoint) -> list[str]:
    """Its conditioning and the command that draws from it."""
    channels, side, _ = source.image_shape
    conditioning, codes = source.description.conditioning, source.description.codes
    pixels = f"{side} x {side} pixels {'in grey' if channels == 1 else 'in colour'}"
    kinds = [f"c{number} ({f'one of {kind}' if kind > 1 else 'a number'})" for number, kind in enumerate(codes, 1)]
    kind = _KINDS[conditioning].format(
        z=source.z_dim, space=source.space_name, labels=len(source.labels), pixels=pixels, codes=listed(kinds)
    )
    ways = [f"`gan-explorer sample WORDS --checkpoint {name} -o grid.png`"]
    if conditioning == "nothing":
        ways = [f"`gan-explorer sample ANY_WORD --checkpoint {name} --seed 7 -o grid.png`"]
    if conditioning == "codes":
        options = " ".join(["--code 0"] * len(codes))
        ways = [
            f"`gan-explorer sample ANY_WORD {options} --checkpoint {name} -o grid.png`",
            f"`gan-explorer codes --checkpoint {name} -o codes.png`",
        ]
    if source.styles:
        ways.append(f"`gan-explorer sample WORDS --style {source.styles[0]} --checkpoint {name} -o grid.png`")
        kind += (
            f" It was trained on {len(source.styles)} styles: {', '.join(source.styles)}. A word is drawn in one of "
            "them, in a mixture, or with the style left open, and then z chooses."
        )
    return [learned(source.description), kind, f"Draw from it: {', or '.join(ways)}."]


def pictures_section(source: Checkpoint) -> list[str]:
    """The caption of preview.png."""
    labels = plain(names(_named_labels(source)))
    if source.conditional:
        lacks = sentence(len(spread(source.labels)), len(source.labels), "labels")
        is_usual = not lacks and not source.styles
        latents = "the first sixteen latents of each row the same." if is_usual else "the latents of each row the same."
        captions = [f"Seed 0, psi 1, {latents}", style_columns(source.styles), lacks, f"Labels: {labels}."]
        return [
            "## Its labels",
            f"![A row for each label{' shown' if lacks else ''}](preview.png)",
            " ".join(filter(None, captions)),
        ]
    each = ", each with codes of its own" if source.description.codes else ""
    had = f" The pictures that it was trained on had labels, but was trained without them: {labels}."
    return [
        "## What it draws",
        "![Pictures that nobody asked for](preview.png)",
        f"Not chosen: the first 64 latents of seed 0 at psi 1{each}.{had if len(source.labels) > 1 else ''}",
    ]


def truncation_section(word_truncation: float) -> list[str]:
    """What its words are drawn with where nobody says another; empty where as they are typed."""
    if not word_truncation:
        return []
    return [
        f"Words that it was not trained on are drawn{_with(word_truncation)}, where nobody says another: each picture "
        f"goes {word_truncation:.0%} of the way towards one of the trained words nearest to it. "
        "`--word-truncation 0` draws a word as it is."
    ]


def _with(word_truncation: float) -> str:
    return f" with word truncation {word_truncation:g}" if word_truncation else ""


def codes_section(source: Checkpoint, about: str) -> list[str]:
    """The sheet of the codes, and their meaning by someone who looked (`about`, Markdown); empty without codes."""
    if not source.description.codes:
        return []
    return [
        "## What its codes turned out to mean",
        "![A row for each kind of a category, and one for each number](codes.png)",
        "A row for each kind of a category, on the same sixteen latents, and a row for each number, on one latent, "
        "from -2 to 2 (it was trained from -1 to 1). All other codes are kind 0 and the number 0. Which code came to "
        "mean what is luck: another training of the same settings would have shared them out otherwise.",
        about.strip() or _NO_MEANING,
    ]


def objective_section(source: Checkpoint) -> list[str]:
    """The losses of D and G, their source, and what to expect."""
    row = FAMILIES[source.description.family]
    d, g = row.objective
    given = {"word": ", c a word", "codes": ", c the codes"}.get(row.conditioning, "")
    settings = source.summary.get("settings")
    weight = settings.get("reconstruction") if isinstance(settings, dict) else None
    towards = (
        f" To G's loss {weight:g} times its distance from the true picture of the word and the style is added (smooth "
        "L1, at full and at a quarter of the size; pix2pix, Isola 2017); of several such pictures, z says which is "
        "meant. So it is taught to draw its training pictures: see how near it comes to them."
        if is_number(weight) and weight > 0
        else ""
    )
    return [
        "## Its objective",
        f"**{row.title}** ({row.paper}). D and G each minimise:",
        f"```\nD: {d}\nG: {g}\n```",
        f"x is a real picture{' of label y' if row.conditioning == 'label' else ''}, z the latent{given}, "
        f"s the logistic function.{towards}",
        f"Good: {row.good} Bad: {row.bad}",
    ]


def _settings_in_use(source: Checkpoint, settings: dict, applies: Mapping[str, str]) -> dict:
    """The settings that its family and its pictures use, the family's own norm and penalty in words."""
    rules = family(source.description.family)
    rows = settings | {name: settings.get(name) or getattr(rules, name) for name in ("norm", "penalty")}
    uses = {rules.conditioning, rows["penalty"], *([] if source.summary.get("data") in NAMES else ["folders"])}
    idle = {name for name, use in applies.items() if use not in uses} | {"changes"}  # a fact, in words
    if isinstance(rows.get("names"), list):
        rows["names"] = f"{len(rows['names']):,} by a names file" if rows["names"] else "as the folders have them"
    return {name: value for name, value in rows.items() if name not in idle}


def _named_labels(source: Checkpoint) -> list[str]:
    """The labels, each behind what it is called where that is not its word."""
    called = source.display_names
    return [f"{called[label]} (the word {label})" if label in called else label for label in source.labels]


def _three(picture: Picture, rows: Iterable[tuple[str, float]]) -> str:
    return ", ".join(f"{plain(picture.name_of(label))} {figure:.2f}" for label, figure in list(rows)[:3])


def facts_table(head: str, facts: Mapping) -> str:
    """A table of names and values."""
    rows = "\n".join(f"| {plain(key)} | {plain(value)} |" for key, value in facts.items())
    return f"| {head} | |\n|---|---|\n{rows}"
