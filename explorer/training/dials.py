"""Which dials somebody turned: in a preset, a family, a file, options, and `name=value`, each over those before it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path

from explorer.data import NAMES
from explorer.errors import shown
from explorer.files import read_json, reason
from explorer.models.families import family
from explorer.places import expand
from explorer.training.fine_tuning import FOLLOWS, checkpoint_settings
from explorer.training.presets import PRESETS
from explorer.training.settings import MAX_BYTES, NOTED, TrainConfig, TrainingError, tuples


def chosen(
    preset: str | None,
    file: Path | None,
    given: Mapping[str, object],
    sets: Iterable[str],
    before: TrainConfig | None = None,
) -> dict:
    """What TrainConfig is to be made with, {} when nothing was said. The path of a data set is given in full.

    preset: a name. file: a JSON object of dials. sets: texts `name=value`, the values as JSON or as they are.
    before: the settings of a run that was begun; what nobody said is not among the answer then. Of a new one it is the
    family's and, where it is to begin with a checkpoint, that one's. Raises TrainingError for what there is not.
    """
    if preset is not None and preset not in PRESETS:
        raise TrainingError(f"There is no preset {preset!r}: choose one of {', '.join(PRESETS)}.")
    begin: dict = {} if preset is None else PRESETS[preset]
    dials: dict = {}
    if file is not None:
        dials |= _read(file)
    dials |= given
    for text in sets:
        name, equals, value = text.partition("=")
        if not equals:
            raise TrainingError(f"{text!r} sets nothing: write it as name=value, for instance lr=0.0003.")
        try:
            dials[name.strip()] = json.loads(value)
        except ValueError:
            dials[name.strip()] = value
    if before is None:
        start = dials.get("start_from")
        follows = checkpoint_settings(start) if isinstance(start, str) and start else {}
        game = dials.get("family", follows.get("family", begin.get("family")))
        dials = begin | (family(game).settings if isinstance(game, str) else {}) | follows | dials
    else:
        over = {*family(before.family).settings, *(FOLLOWS if before.start_from else ())}  # over a preset's, as above
        dials = {name: value for name, value in begin.items() if name not in over} | dials
    known = [field.name for field in fields(TrainConfig) if field.name not in NOTED]
    for name in dials:
        if name not in known:
            raise TrainingError(f"There is no dial {shown(name, 80)!r}; there are {', '.join(known)}.")
    dials |= tuples(dials)
    data = dials.get("data")
    if isinstance(data, str) and data not in NAMES and expand(data).exists():
        dials["data"] = str(expand(data).resolve())  # whoever goes on may stand elsewhere
    return dials


def _read(file: Path) -> dict:
    try:
        dials = read_json(file, MAX_BYTES)
    except (OSError, ValueError) as error:
        raise TrainingError(
            f"{file} cannot be read as JSON ({reason(error)}): give a file like a run's config.json."
        ) from error
    if not isinstance(dials, dict):
        raise TrainingError(f"{file} is not a JSON object: give a file like a run's config.json.")
    return {name: value for name, value in dials.items() if name not in NOTED}  # which are another run's
