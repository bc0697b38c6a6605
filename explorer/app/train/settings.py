"""The settings of a training as a page shows them, and the config that a page's choices make."""

from typing import TYPE_CHECKING, Any

from explorer.app.server.refuse import MISMATCH
from explorer.app.shared.request import RequestError
from explorer.checks import is_choice, is_number, is_whole
from explorer.models.families import FAMILIES, TRANSLATORS, UNCONDITIONAL, check_classes
from explorer.places import DEFAULT_SPACE

if TYPE_CHECKING:
    from explorer.data.inspection import Inspection
    from explorer.training import TrainConfig
    from explorer.training.resolve import PictureFacts
    from explorer.training.setting import Setting

MOST_PREVIEW, MOST_WORD = 8, 60  # words drawn below the labels, and the letters of each
MOST_CODES, MOST_KINDS, MOST_HELD_OUT = 16, 100, 64
MOST_SHEETS, MOST_SNAPSHOTS = 2000, 200  # kept by one run
FIRST = ("kimg", "size")  # the settings on show at once; the others are folded away


def page_settings() -> list[dict[str, Any]]:
    """The settings of the page in the config's order: name, a line of help, kind, what is allowed, and value."""
    from explorer.training.settings import SETTINGS

    shown = []
    for name, one in SETTINGS.items():
        if not one.page:
            continue
        value = list(one.value) if one.kind == "list" else one.value
        entry = {"name": name, "help": one.help, "kind": one.kind, "value": value, "first": name in FIRST}
        if one.kind == "choice":
            entry["choices"] = list(one.choices)
        elif one.kind in ("whole", "number"):
            entry["low"], entry["high"] = one.page_bounds
        shown.append(entry)
    return shown


def presets() -> list[dict[str, Any]]:
    """The presets, each with the settings that it makes."""
    from explorer.training.resolve import PRESETS

    return [{"name": name, "about": one.about, "settings": _on_page(one.settings)} for name, one in PRESETS.items()]


def families() -> dict[str, dict[str, Any]]:
    """The families by name, each in words, with the settings where a training of it begins."""
    every = FAMILIES | TRANSLATORS
    return {name: {"about": row.recipe(), "settings": _on_page(row.settings)} for name, row in every.items()}


def read_settings(raw: object) -> dict[str, Any]:
    """The settings in `raw`, each checked by itself; raises RequestError."""
    from explorer.training.settings import SETTINGS

    if not isinstance(raw, dict) or set(raw) != set(_on_page(raw)):
        raise RequestError(MISMATCH)
    return {name: _read_setting(name, SETTINGS[name], value) for name, value in raw.items()}


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
    """The config of a training, resolved from preset and choices; pictures and word space give the rest.

    Of pictures of one class, the family is an unconditional one unless another was chosen.
    chosen: checked settings. data: a source's name or a path. found: what is in it, read with `fit` and `skip_broken`.
    Raises ExplorerError for settings that do not fit together, UnknownWord for a preview word that the space lacks.
    """
    from explorer.data.domains import domain_names
    from explorer.training.resolve import config_for, resolve
    from explorer.training.settings import TrainConfig
    from explorer.words import open_named_space

    vectors = open_named_space(space)
    for word in preview:
        vectors.resolve(word)
    unconditional = family_for(found)
    given = {"resolution": found.side} | ({"family": unconditional} if unconditional else {}) | chosen
    facts = facts_of(found)
    settings = resolve(given, preset, pictures=facts)
    family = settings.get("family", TrainConfig.family)
    check_classes(family, len(found.counts))
    if family in TRANSLATORS:
        ends = (settings.get("domain_a", ""), settings.get("domain_b", ""))
        domain_names(tuple(found.counts), tuple(found.styles), *ends, found.name)
    settings |= {"data": data, "fit": fit, "skip_broken": skip_broken, "space": space, "preview": preview}
    config = config_for(settings, facts, vectors.dim)
    check_kept(config.kimg, config)
    return config


def facts_of(found: "Inspection") -> "PictureFacts":
    """What the settings of a training need to know of the pictures that were found."""
    from explorer.training.resolve import PictureFacts

    return PictureFacts(found.counts, found.side, found.channels, len(found.styles), found.subjects, found.name)


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
    """The word space of a new training unless another is chosen."""
    return DEFAULT_SPACE if DEFAULT_SPACE in names else names[0] if names else ""


def _on_page(settings: dict[str, Any]) -> dict[str, Any]:
    from explorer.training.settings import SETTINGS

    return {name: value for name, value in settings.items() if name in SETTINGS and SETTINGS[name].page}


def _read_setting(name: str, one: "Setting", value: object) -> Any:
    if name == "codes":
        return _read_codes(value)
    if name == "hold_out":
        return _read_classes(value)
    if one.kind == "choice":
        if not is_choice(value, one.choices):
            raise RequestError(f"The setting {name} can be {', '.join(map(str, one.choices))}.")
        return value
    if one.kind == "switch":
        if not isinstance(value, bool):
            raise RequestError(f"The setting {name} is on or off.")
        return value
    if one.kind == "text":
        if not isinstance(value, str) or len(value) > MOST_WORD or not value.isprintable():
            raise RequestError(f"The setting {name} is text of up to {MOST_WORD} letters.")
        return value.strip()
    whole = one.kind == "whole"
    low, high = one.page_bounds
    if not is_number(value, low, high) or (whole and value != int(value)):
        raise RequestError(f"The setting {name} must be a {'whole ' if whole else ''}number from {low:g} to {high:g}.")
    return int(value) if whole else float(value)


def _read_codes(value: object) -> tuple[int, ...]:
    whole = isinstance(value, list) and all(is_whole(one, 1, MOST_KINDS) for one in value)
    if not whole or not 1 <= len(value) <= MOST_CODES:
        raise RequestError(f"The codes are 1 to {MOST_CODES} whole numbers up to {MOST_KINDS}, such as 10, 1, 1.")
    return tuple(value)


def _read_classes(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MOST_HELD_OUT or not all(isinstance(one, str) for one in value):
        raise RequestError(f"At most {MOST_HELD_OUT} classes can be held out, each by its word.")
    return tuple(dict.fromkeys(one.strip() for one in value if one.strip()))
