"""The dials of a training as a page shows them, and the config that a page's choices come to."""

import math
from dataclasses import Field, fields
from typing import TYPE_CHECKING, Any

from explorer.app.shared.request import RequestError
from explorer.machine import cores, working_threads
from explorer.models.families import FAMILIES, UNCONDITIONAL, check_classes
from explorer.places import DEFAULT_SPACE

if TYPE_CHECKING:
    from explorer.data.folders.inspecting import Inspection
    from explorer.training import TrainConfig

MOST_PREVIEW, MOST_WORD = 8, 60  # words drawn below the labels, and the letters of each
MOST_CODES, MOST_KINDS, MOST_HELD_OUT = 16, 100, 64
MOST_SHEETS, MOST_SNAPSHOTS = 2000, 200  # kept by one run
FIRST = ("kimg", "size")  # the dials on show at once; the others are folded away
READING = {"fit", "skip_broken", "names", "translate_names"}  # how the pictures are read
NOTED = {"start_from", "start_hash", "changes"}  # by the run itself
NOT_DIALS = {"data", "space", "channels", "c_dim", "preview"} | READING | NOTED  # chosen otherwise, or following
CHOICES = {
    "family": tuple(FAMILIES),
    "resolution": (28, 32, 64),
    "z": ("normal", "uniform", "uniform01"),
    "network": ("residual", "dcgan"),
    "norm": ("", "none", "batch", "generator"),
    "penalty": ("", "none", "r1r2", "gp"),
    "precision": ("no", "bf16"),
}
# Narrower than what a training admits: a page may be a stranger's, and disk and memory are not.
BOUNDS = {
    "kimg": (0.1, 100_000),
    "size": (4, 256),
    "z_dim": (1, 1024),
    "batch": (2, 1024),
    "g_steps": (1, 16),
    "d_steps": (1, 16),
    "lr": (1e-6, 0.1),
    "beta1": (0, 0.999),
    "beta2": (0, 0.9999),
    "lr_g": (0.01, 100),
    "lr_end": (0, 1),
    "warmup_kimg": (0, 100_000),
    "gamma": (0, 1000),
    "penalty_every": (1, 1024),
    "ema_kimg": (0.1, 10_000),
    "jitter": (0, 10),
    "outside": (0, 1),
    "neighbours": (0, 1000),
    "own": (0, 1),
    "mismatch": (0, 1),
    "seed": (0, 2**53),
    "threads": (1, 64),
    "sheet_kimg": (0.5, 10_000),
    "snapshot_kimg": (0, 100_000),
    "save_seconds": (5, 3600),
}
ABOUT = {
    "tiny": "Shapes within minutes: a first look, not beauty.",
    "standard": "The house recipe: pictures to explore, after about an hour on one core.",
    "long": "As the shipped generator was made: a night on one core.",
    "original": "The budget of the comparison of 2018: 70,000 steps of 32 pictures, for any of its families.",
}


def dials() -> list[dict[str, Any]]:
    """Every dial that a page may set, in the config's order: its name, one line of help, what it takes, its default."""
    from explorer.training.settings import HELP

    shown = []
    for field in _shown().values():
        value = working_threads() if field.name == "threads" else field.default
        dial = {"name": field.name, "help": HELP.get(field.name, ""), "value": value, "first": field.name in FIRST}
        if isinstance(value, tuple):
            dial |= {"kind": "list", "value": list(value)}
        elif field.name in CHOICES:
            dial |= {"kind": "choice", "choices": list(CHOICES[field.name])}
        elif isinstance(value, bool):
            dial["kind"] = "switch"
        else:
            low, high = _bounds(field.name)
            dial |= {"kind": "whole" if isinstance(value, int) else "number", "low": low, "high": high}
        shown.append(dial)
    return shown


def presets() -> list[dict[str, Any]]:
    """The presets, each with the dials that it sets."""
    from explorer.training.presets import PRESETS

    return [{"name": name, "about": ABOUT.get(name, ""), "dials": _settable(PRESETS[name])} for name in PRESETS]


def families() -> dict[str, dict[str, Any]]:
    """The families by name, each in words, with the dials where a training of it begins."""
    return {name: {"about": row.recipe(), "dials": _settable(row.dials)} for name, row in FAMILIES.items()}


def read_dials(raw: object) -> dict[str, Any]:
    """The dials in `raw`, each checked by itself; raises RequestError."""
    known = _shown()
    if not isinstance(raw, dict) or not set(raw) <= set(known):
        raise RequestError("This page and the app do not understand each other; reload the page.")
    return {name: _dial(name, value, known[name].default) for name, value in raw.items()}


def read_preview(raw: object) -> tuple[str, ...]:
    """The preview words in `raw`; raises RequestError."""
    if not isinstance(raw, list) or len(raw) > MOST_PREVIEW:
        raise RequestError(f"At most {MOST_PREVIEW} preview words are drawn below the labels.")
    for word in raw:
        if not isinstance(word, str) or not 1 <= len(word) <= MOST_WORD or not word.isprintable():
            raise RequestError(f"A preview word is text of 1 to {MOST_WORD} letters.")
    return tuple(dict.fromkeys(word.strip() for word in raw if word.strip()))


def config_of(
    preset: str,
    chosen: dict[str, Any],
    preview: tuple[str, ...],
    data: str,
    space: str,
    found: "Inspection",
    fit: str = "crop",
    skip_broken: bool = False,
) -> "TrainConfig":
    """The config of a training: the preset's dials, the family's over them, what was chosen over both, and what follows
    from pictures and word space. Of pictures of one class, the family is one that hears no words unless it was chosen.

    chosen: checked dials. data: a source's name or a path. found: what is in it, read with `fit` and `skip_broken`.
    Raises ExplorerError for dials that do not fit together, UnknownWord for a preview word that the space lacks.
    """
    from explorer.data import classes_left
    from explorer.training.presets import PRESETS
    from explorer.training.settings import TrainConfig, condition_dim
    from explorer.words import open_named_space

    heard = open_named_space(space)
    for word in preview:
        heard.read(word)
    family = chosen.get("family") or family_for(found) or PRESETS[preset].get("family", TrainConfig.family)
    check_classes(family, len(found.counts))
    wanted = {"threads": working_threads(), "resolution": found.side}
    wanted |= PRESETS[preset] | FAMILIES[family].dials | chosen | {"family": family}
    labels = classes_left(tuple(found.counts), wanted.get("hold_out", ()), found.name)
    c_dim = condition_dim(family, heard.dim, len(labels), wanted.get("codes", TrainConfig.codes))
    wanted |= {"data": data, "fit": fit, "skip_broken": skip_broken, "space": space, "preview": preview}
    config = TrainConfig(**wanted, channels=found.channels, c_dim=c_dim)
    check_kept(config.kimg, config)
    return config


def check_kept(kimg: float, config: "TrainConfig | None") -> None:
    """Raise RequestError where so many kimg would keep more sheets or snapshots than a page may ask for."""
    if config is None:
        return
    if kimg / config.sheet_kimg > MOST_SHEETS:
        raise RequestError(f"A training keeps at most {MOST_SHEETS:,} sheets: draw one less often (sheet_kimg).")
    if config.snapshot_kimg and kimg / config.snapshot_kimg > MOST_SNAPSHOTS:
        raise RequestError(f"A training keeps at most {MOST_SNAPSHOTS} snapshots: keep one less often (snapshot_kimg).")


def family_for(found: "Inspection") -> str | None:
    """The family that a training of these pictures begins with, whatever the preset; None where they have classes."""
    return UNCONDITIONAL[0] if len(found.counts) == 1 else None


def default_space(names: list[str]) -> str:
    """The word space that a new training hears unless another is chosen."""
    return DEFAULT_SPACE if DEFAULT_SPACE in names else names[0] if names else ""


def _shown() -> dict[str, Field]:
    """The dials that a page may set."""
    from explorer.training import TrainConfig

    return {field.name: field for field in fields(TrainConfig) if field.name not in NOT_DIALS}


def _settable(dials: dict[str, Any]) -> dict[str, Any]:
    known = _shown()
    return {name: value for name, value in dials.items() if name in known}


def _bounds(name: str) -> tuple[float, float]:
    low, high = BOUNDS.get(name, (0, 1e9))
    return (low, cores()) if name == "threads" else (low, high)


def _dial(name: str, value: object, default: object) -> Any:
    if name == "codes":
        return _codes(value)
    if name == "hold_out":
        return _classes(value)
    if name in CHOICES:
        if isinstance(value, bool) or value not in CHOICES[name]:
            raise RequestError(f"The dial {name} can be {', '.join(map(str, CHOICES[name]))}.")
        return value
    if isinstance(default, bool):
        if not isinstance(value, bool):
            raise RequestError(f"The dial {name} is on or off.")
        return value
    whole = isinstance(default, int)
    low, high = _bounds(name)
    number = isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high
    if not number or not math.isfinite(value) or (whole and value != int(value)):
        raise RequestError(f"The dial {name} must be a {'whole ' if whole else ''}number from {low:g} to {high:g}.")
    return int(value) if whole else float(value)


def _codes(value: object) -> tuple[int, ...]:
    whole = isinstance(value, list) and all(type(one) is int and 1 <= one <= MOST_KINDS for one in value)
    if not whole or not 1 <= len(value) <= MOST_CODES:
        raise RequestError(f"The codes are 1 to {MOST_CODES} whole numbers up to {MOST_KINDS}, such as 10, 1, 1.")
    return tuple(value)


def _classes(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MOST_HELD_OUT or not all(isinstance(one, str) for one in value):
        raise RequestError(f"At most {MOST_HELD_OUT} classes can be held out, each by its word.")
    return tuple(dict.fromkeys(one.strip() for one in value if one.strip()))
