"""The settings of a training, from everything that sets them: presets, families, files, options, the Train tab."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rapidfuzz import process

from explorer.checks import is_number
from explorer.errors import listed, shown
from explorer.files import read_json, reason
from explorer.models.families import family
from explorer.places import expand
from explorer.training.settings import MAX_BYTES, SETTINGS, TrainConfig, TrainingError, condition_dim, tuples

if TYPE_CHECKING:
    from explorer.data import ImageSet


@dataclass(frozen=True)
class Preset:
    """Where to begin: a budget, in a few settings. A family's own settings (its lr) override a preset's."""

    about: str
    settings: dict[str, Any]


PRESETS = {
    "tiny": Preset(
        "Recognisable shapes within minutes, in low quality.",
        {"kimg": 30.0, "size": 16, "batch": 32, "lr": 1.2e-3, "ema_kimg": 2.0, "sheet_kimg": 2.0, "mismatch": 0.0},
    ),
    "standard": Preset("The default recipe: pictures to explore, after about an hour on one core.", {"kimg": 400.0}),
    "long": Preset("As the shipped generator was made: a night on one core.", {"kimg": 2700.0, "sheet_kimg": 50.0}),
    "original": Preset(  # as Bromley compared cDCGAN, AC-GAN and 2N-GAN
        "The training length of the comparison of 2018: 70,000 steps of 32 pictures, for any of its families.",
        {"family": "cdcgan", "batch": 32, "kimg": 70_000 * 32 / 1000, "sheet_kimg": 50.0},
    ),
}


@dataclass(frozen=True)
class PictureFacts:
    """What is known of the pictures of a training: how many each word has, their side and channels, how many styles
    they are in, how many subjects they show (0 where each word is one), and what they are called."""

    counts: Mapping[str, int]
    side: int
    channels: int
    styles: int = 0
    subjects: int = 0
    name: str = "The set of pictures"

    @classmethod
    def of(cls, pictures: "ImageSet") -> "PictureFacts":
        """Those of a set that is loaded."""
        channels, side, _ = pictures.image_shape
        return cls(pictures.counts(), side, channels, len(pictures.styles), len(pictures.texts), pictures.name)

    @property
    def each(self) -> float:
        """How many pictures a word and style have, on average."""
        return sum(self.counts.values()) / max(1, len(self.counts)) / max(1, self.styles)

    def __str__(self) -> str:
        return (
            f"{len(self.counts):,} words with {sum(self.counts.values()) / max(1, len(self.counts)):,.1f} pictures each"
            + (f" in {self.styles} styles" if self.styles else "")
        )


MANY_WORDS = 64  # from which on a word's own direction counts, and little around it
FEW_PICTURES = 1000  # of a word and style, up to which D is kept from knowing them by heart
SCARCE_PICTURES = 8  # of each of many words and styles, up to which G is pulled to the true ones


def settings_for_pictures(pictures: PictureFacts, kimg: float) -> dict[str, Any]:
    """Settings of a family conditioned on words that follow from its pictures, unless somebody sets them.

    kimg: the budget. Ten words may each have all of the space around them, and have thousands of pictures that D alone
    tells apart. Of a thousand words each lies close to others; and where a style has one picture of a word, only that
    picture says what the word looks like.
    """
    found: dict[str, Any] = {}
    if len(pictures.counts) >= MANY_WORDS:
        found |= {"jitter": 0.2, "outside": 1.0, "neighbours": 8, "count_power": 0.35, "mapping": 256}
        if pictures.each <= SCARCE_PICTURES:
            found |= {"reconstruction": 20.0, "pretrain_kimg": round(kimg / 3, 1)}
    if pictures.each <= FEW_PICTURES:
        found |= {"diffaugment": True}
    return found


def explain_settings(pictures: PictureFacts, config: TrainConfig) -> str:
    """A sentence on what the pictures decided in a config; empty for nothing."""
    if config.conditioning != "word":
        return ""
    chosen = settings_for_pictures(pictures, config.kimg)
    said = {name: "on" if value is True else f"{value:g}" for name, value in chosen.items()}
    kept = [f"{name} {said[name]}" for name, value in chosen.items() if getattr(config, name) == value]
    return f"For {pictures}: {', '.join(kept)}." if kept else ""


def resolve(
    given: Mapping[str, Any],
    preset: str | None = None,
    start: Mapping[str, Any] | None = None,
    before: TrainConfig | None = None,
    pictures: "PictureFacts | None" = None,
) -> dict[str, Any]:
    """Settings to make a TrainConfig with, each from the last of these that has it: the machine, the preset, the
    pictures, the family, the checkpoint that the training starts from, and `given` (a file, the command line, the Train
    tab).

    start: settings of that checkpoint. pictures: what they are, where that is known already. before: the config of a
    run that goes on; its own settings then stand, but for `given` and what a preset alone decides, and are not in the
    answer. Paths of data sets become absolute.
    Raises TrainingError for an unknown preset or setting.
    """
    if preset is not None and preset not in PRESETS:
        raise TrainingError(f"There is no preset {shown(preset, 80)!r}: choose one of {', '.join(PRESETS)}.")
    settable = [name for name, one in SETTINGS.items() if not one.noted]
    for name in given:
        if name not in settable:
            near = [other for other, *_ in process.extract(name[:80], settable, limit=5)]
            raise TrainingError(
                f"There is no setting {shown(name, 80)!r}; did you mean {listed(near, 'or')}? The help of `train` has "
                "them all."
            )
    found = {} if preset is None else dict(PRESETS[preset].settings)
    if before is None:
        automatic = {name: one.value for name, one in SETTINGS.items() if one.automatic}
        start = dict(start or {})
        chosen = given.get("family", start.get("family", found.get("family")))
        rules = family(chosen if isinstance(chosen, str) else TrainConfig.family)
        if pictures is not None and rules.conditioning == "word":
            budget = given.get("kimg", found.get("kimg", TrainConfig.kimg))
            found |= settings_for_pictures(pictures, budget if is_number(budget) else TrainConfig.kimg)
        found = automatic | found | rules.settings | _grown(start, given) | given
    else:
        inherited = [name for name, one in SETTINGS.items() if one.inherited and before.start_from]
        kept = {*family(before.family).settings, *inherited}
        found = {name: value for name, value in found.items() if name not in kept} | given
    found |= tuples(found)
    if isinstance(found.get("data"), str):
        found["data"] = _absolute(found["data"])
    if isinstance(found.get("more_data"), tuple):
        found["more_data"] = tuple(_absolute(one) if isinstance(one, str) else one for one in found["more_data"])
    return found


def read_settings_file(path: Path) -> dict[str, Any]:
    """The settings in a JSON file like a run's config.json, without what a run notes. Raises TrainingError."""
    try:
        stored = read_json(path, MAX_BYTES)
    except (OSError, ValueError) as error:
        raise TrainingError(
            f"{path} cannot be read as JSON ({reason(error)}): give a file like a run's config.json."
        ) from error
    if not isinstance(stored, dict):
        raise TrainingError(f"{path} is not a JSON object: give a file like a run's config.json.")
    return {name: value for name, value in stored.items() if name not in SETTINGS or not SETTINGS[name].noted}


def parse_assignments(texts: Iterable[str]) -> dict[str, Any]:
    """The settings in texts `name=value`, each value JSON or a plain text. Raises TrainingError."""
    found = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise TrainingError(f"{text!r} sets nothing: write it as name=value, for instance lr=0.0003.")
        try:
            found[name.strip()] = json.loads(value)
        except ValueError:
            found[name.strip()] = value
    return found


def _grown(start: dict[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of a checkpoint to start from; for pictures twice as large its width is halved, so that the layers of
    the same maps fit (progressive growing, Karras 2018)."""
    if not start or given.get("resolution") != 2 * start.get("resolution", 0):
        return start
    return start | {name: -(-start[name] // 2) for name in ("size", "size_d") if start.get(name)}


def config_for(settings: Mapping[str, Any], pictures: PictureFacts, space: int) -> TrainConfig:
    """The config of a training with these settings; a share among the classes to hold out becomes words. space: length
    of its vectors. Raises TrainingError, and DataError for a class to hold out that is not there."""
    from explorer.data import classes_left, held_out_words

    words, held_out, seed = tuple(pictures.counts), settings.get("hold_out", ()), settings.get("seed", TrainConfig.seed)
    if isinstance(held_out, tuple) and all(isinstance(one, str) for one in held_out) and isinstance(seed, int):
        settings = settings | {"hold_out": (held_out := held_out_words(held_out, words, seed))}
        words = classes_left(words, held_out, pictures.name)
    chosen = settings.get("family", TrainConfig.family)
    styles = pictures.styles if family(chosen).conditioning == "word" else 0
    c_dim = condition_dim(chosen, space, len(words), settings.get("codes", TrainConfig.codes), styles)
    found = {"resolution": pictures.side, "channels": pictures.channels}
    return TrainConfig(**found | settings | {"c_dim": c_dim, "styles": styles})


def _absolute(data: str) -> str:
    """The path of a data set from the root on, since whoever goes on may stand elsewhere; a source's name as it is."""
    from explorer.data import NAMES

    return str(expand(data).resolve()) if data not in NAMES and expand(data).exists() else data
