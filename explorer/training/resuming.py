"""The config of a run that goes on: its budget may rise, its pictures may lie elsewhere, it may be kept otherwise."""

import os
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path

from explorer.atomic import write_atomic
from explorer.errors import shown
from explorer.files import reason
from explorer.places import expand
from explorer.training.fine_tuning import record_start
from explorer.training.settings import SETTINGS, TrainConfig, TrainingError

CONFIG = "config.json"

DATA_SOURCES = tuple(name for name, one in SETTINGS.items() if one.change == "checked")
"""Where pictures and words lie, and how they are read. May change where they come to the same data: `prepare_data`."""

RECORDED = tuple(name for name, one in SETTINGS.items() if one.change == "recorded" and not one.noted)
"""Settings on which weights depend, and which may change all the same: the config records when."""


def resumed_config(folder: Path, wanted: TrainConfig) -> TrainConfig:
    """The config that a run goes on with, or begins with: `wanted`, and what the run records by itself.

    The learning rate then follows the schedule of the new budget from the images seen so far. Data sources are taken as
    wanted; `prepare_data` checks them. Raises TrainingError for a change that would make it another training, for a
    budget that is lowered, and for a config that cannot be read.
    """
    path = folder / CONFIG
    if not path.is_file():
        return record_start(wanted)
    before = TrainConfig.from_file(path)
    if not wanted.start_hash and wanted.start_from == before.start_from:
        wanted = replace(wanted, start_hash=before.start_hash)
    old, new = asdict(before), asdict(wanted)
    others = [
        f"{name} {shown(repr(old[name]), 60)} -> {shown(repr(new[name]), 60)}"
        for name in old
        if not SETTINGS[name].change and old[name] != new[name]
    ]
    if others:
        raise TrainingError(
            f"The run {folder} was started with other settings ({', '.join(others)}): give the same ones to resume it, "
            f"or another folder to start anew."
        )
    seen = images_seen(folder)
    if seen and wanted.kimg < before.kimg:
        then = "Leave it out to go on" if seen < before.images else f"Give more than {before.kimg:g} to train on"
        raise TrainingError(
            f"The run {folder} has a training length of {before.kimg:g} kimg and has seen {seen / 1000:g}: it is "
            f"raised, never lowered, so {wanted.kimg:g} is too little. {then}, or begin another run."
        )
    known = {(images, name) for images, name, _ in before.changes}  # twice at one moment is once
    changed = [name for name in RECORDED if old[name] != new[name] and (seen, name) not in known]
    new_changes = tuple((seen, name, old[name]) for name in changed if seen)
    return replace(wanted, changes=(*before.changes, *new_changes))


def changed_config(folder: Path, settings: Mapping[str, object]) -> tuple[TrainConfig, TrainConfig]:
    """The config of a run as it stands, and as `resumed_config` makes it with some settings changed.

    Raises as `resumed_config` does, and for a folder without a run.
    """
    path = folder / CONFIG
    if not path.is_file():
        raise TrainingError(f"There is no run in {folder}: say which pictures to train on, and it is begun.")
    before = TrainConfig.from_file(path)
    settings = dict(settings)
    start = settings.get("start_from")
    if isinstance(start, str) and before.start_from in (start, os.path.abspath(expand(start))):
        settings["start_from"] = before.start_from  # as it was recorded, while the checkpoint was there
    return before, resumed_config(folder, replace(before, **settings))


def images_seen(folder: Path) -> int:
    """Images that the run had seen when it was saved last; 0 for a new one. Reads no weights."""
    states = folder / "state"
    try:
        names = [path.name for path in states.iterdir()] if states.is_dir() else []
    except OSError as error:
        raise TrainingError(f"{states} cannot be read ({reason(error)}): see who may read it.") from error
    return max((int(name[:12]) for name in names if name[:12].isdigit()), default=0)


def write_config(folder: Path, config: TrainConfig) -> None:
    """Write the run's config, unless the same is there. Raises OSError."""
    path = folder / CONFIG
    content = (config.to_json() + "\n").encode()
    if not path.is_file() or TrainConfig.from_file(path) != config:
        write_atomic(path, content)
