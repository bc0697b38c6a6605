"""config.json of a checkpoint, read and checked as a file of unknown origin."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from explorer.checks import is_number
from explorer.data.styles import RESERVED
from explorer.errors import ExplorerError, shown
from explorer.files import read_json, reason
from explorer.models.config import NetworkConfig, TranslatorConfig
from explorer.models.families import FAMILIES, TRANSLATORS, Conditioning, family

FORMAT, VERSION = "gan-explorer checkpoint", 1
MAX_LABELS, MAX_STYLES, MAX_TEXT, MAX_CONFIG_BYTES = 4096, 256, 100, 1_000_000
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # control characters and lone surrogates
FILES = (
    "config.json",
    "generator.safetensors",
    "discriminator.safetensors",
    "metrics.json",
    "curves.json",
    "preview.png",
    "words.png",
    "codes.png",
    "nearest.png",
    "examples.png",
    "failures.png",
    "README.md",
)


class CheckpointError(ExplorerError):
    """A folder that is no checkpoint, or cannot be trusted; the sentence names it and says why."""


@dataclass(frozen=True)
class Description:
    """The checked content of config.json: enough to list a checkpoint without reading its weights.

    family: a row of `models.families`. network: the fields of a NetworkConfig, or of a TranslatorConfig. made: how it
    was trained. labels: of a translator, its two domains; it has no word space.
    styles: names of the styles that a picture can be asked for in, none for most checkpoints.
    word_truncation: what a word is drawn with where nobody says another, 0 .. 1. Whoever published it chose it.
    display_names: what a label is called where that is not its word, by label: `T-shirt/top` of `shirts`.
    """

    family: str
    network: dict[str, Any]
    labels: tuple[str, ...]
    space_name: str
    space_hash: str
    made: dict[str, Any] = field(default_factory=dict)
    styles: tuple[str, ...] = ()
    word_truncation: float = 0.0
    display_names: Mapping[str, str] = field(default_factory=dict)

    @property
    def conditioning(self) -> Conditioning:
        """What its generator is conditioned on: "word", "label", "nothing", "codes" or "picture"."""
        return family(self.family).conditioning

    @property
    def translates(self) -> bool:
        """Whether it is a translator, which takes a picture, and draws nothing from noise."""
        return self.conditioning == "picture"

    @property
    def conditional(self) -> bool:
        """Whether its generator is conditioned on words or labels."""
        return self.conditioning in ("word", "label")

    @property
    def codes(self) -> tuple[int, ...]:
        """An InfoGAN's codes in order: n for one of n categories, 1 for a number. () for other families."""
        return tuple(self.network.get("codes", ()))


def is_name(text: str) -> bool:
    """Whether a text is a plain name of a checkpoint or a word space, which can lead nowhere else on the disk."""
    return re.fullmatch(r"[\w.-]{1,100}", text) is not None and text.strip(".") != ""


def check_labels(labels: Sequence[str]) -> None:
    """Raise CheckpointError for labels that no checkpoint can hold; a training asks this first."""
    if not 1 <= len(labels) <= MAX_LABELS:
        raise CheckpointError(f"A checkpoint has between 1 and {MAX_LABELS} labels, not {len(labels)}.")
    for label in labels:
        if not isinstance(label, str) or not 1 <= len(label) <= MAX_TEXT or _UNPRINTABLE.search(label):
            raise CheckpointError(
                f"A label is a text of 1 to {MAX_TEXT} characters that can be shown, and {shown(label, 40)!r} is not."
            )


def check_styles(styles: Sequence[str]) -> None:
    """Raise CheckpointError for names of styles that no checkpoint can hold; a training asks this first."""
    for style in styles:
        if style in RESERVED:
            raise CheckpointError(f"A style cannot be called {style}, which means something else; rename it.")
        if not isinstance(style, str) or not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,39}", style):
            raise CheckpointError(
                f"The name of a style is 1 to 40 small letters, digits, dots, hyphens and underscores, and "
                f"{shown(style, 40)!r} is not."
            )
    if len(set(styles)) < len(styles) or len(styles) > MAX_STYLES:
        raise CheckpointError(f"A checkpoint has at most {MAX_STYLES} styles, each with a name of its own.")


def check_display_names(names: Mapping[str, str], labels: Sequence[str]) -> None:
    """Raise CheckpointError for names of labels that no checkpoint can hold."""
    for label, name in names.items():
        if label not in labels:
            raise CheckpointError(f"It has no label {shown(label, 40)!r} that could be called anything.")
        if not isinstance(name, str) or not 1 <= len(name) <= MAX_TEXT or _UNPRINTABLE.search(name):
            raise CheckpointError(
                f"The name of a label is a text of 1 to {MAX_TEXT} characters that can be shown, and "
                f"{shown(name, 40)!r} is not."
            )
    if len({names.get(label, label) for label in labels}) < len(set(labels)):
        raise CheckpointError("Two labels cannot have one name.")


def describe(folder: Path) -> Description:
    """Read and check config.json alone. Raises CheckpointError."""

    def wrong(what: str) -> CheckpointError:
        return CheckpointError(f"The checkpoint {folder} cannot be opened: {what}.")

    path = folder / "config.json"
    try:
        config = read_json(path, MAX_CONFIG_BYTES)
    except (OSError, ValueError) as error:
        raise wrong(f"its config.json cannot be read ({reason(error)})") from error
    if not isinstance(config, dict) or config.get("format") != FORMAT:
        raise wrong("its config.json is not one of ours")
    if config.get("version") != VERSION:
        raise wrong(f"it has format version {shown(config.get('version'), 40)!r}, and this program reads {VERSION}")
    network, labels, words, made = (config.get(key) for key in ("network", "labels", "words", "made"))
    if not isinstance(config.get("family"), str) or config["family"] not in FAMILIES | TRANSLATORS:
        raise wrong(f"its family {shown(config.get('family'), 40)!r} is not known here")
    translates = config["family"] in TRANSLATORS
    if translates:
        words = {"space": "", "hash": ""}  # it needs none
    if not isinstance(network, dict) or not isinstance(words, dict) or not isinstance(made, dict):
        raise wrong("its config.json lacks network, words or made")
    if not isinstance(labels, list):
        raise wrong("its labels are no list")
    styles = config.get("styles", [])
    if not isinstance(styles, list):
        raise wrong("its styles are no list")
    display_names = config.get("display_names", {})
    if not isinstance(display_names, dict):
        raise wrong("its display names are no table of label and name")
    try:
        check_labels(labels)
        check_styles(styles)
        check_display_names(display_names, labels)
    except CheckpointError as error:
        raise wrong(str(error).rstrip(".")) from error
    word_truncation = config.get("word_truncation", 0.0)
    if not is_number(word_truncation, 0, 1):
        raise wrong(f"its word truncation is no number from 0 to 1, but {shown(word_truncation, 40)!r}")
    if not translates and not all(isinstance(words.get(key), str) and is_name(words[key]) for key in ("space", "hash")):
        raise wrong("the name or hash of its word space is not a plain name")
    description = Description(
        *(config["family"], network, tuple(labels), words["space"], words["hash"], made),
        styles=tuple(styles),
        word_truncation=float(word_truncation),
        display_names=display_names,
    )
    if description.word_truncation and not description.conditional:
        raise wrong("its generator takes no words, so there can be no word truncation")
    shapes = network_of(description, folder)
    if translates:
        if len(set(labels)) != 2 or len(labels) != 2 or styles or display_names:
            raise wrong("a translator has two domains and nothing else")
        return description
    width = {"word": shapes.c_dim, "label": len(labels), "nothing": 0, "codes": sum(shapes.codes)}[
        description.conditioning
    ]
    if width != shapes.c_dim or len(styles) != shapes.styles or shapes.head != FAMILIES[description.family].head:
        raise wrong(f"its network is not one of the family {description.family}")
    return description


def network_of(description: Description, folder: Path) -> NetworkConfig | TranslatorConfig:
    """The network's shapes, checked. folder: for the sentence. Raises CheckpointError."""
    kind = TranslatorConfig if description.translates else NetworkConfig
    for name in description.network.keys() - {one.name for one in fields(kind)}:
        raise CheckpointError(
            f"The checkpoint {folder} cannot be opened: a network has no setting {shown(name, 80)!r} in this version."
        )
    try:
        return kind(**description.network)
    except ExplorerError as error:
        raise CheckpointError(f"The checkpoint {folder} cannot be opened: {error}") from error
