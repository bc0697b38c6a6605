"""How much a figure depends on when one stopped, and on luck."""

import json
from dataclasses import dataclass
from statistics import fmean, stdev

from explorer.compare.comparison import Comparison, Entry
from explorer.training.settings import BEFORE, SETTINGS

LEAST = 3  # moments of a last third that say anything
USUAL = {name: one.default for name, one in SETTINGS.items()} | BEFORE  # of settings that came after a training


@dataclass(frozen=True)
class Spread:
    """Some values of one figure: how many, their mean, standard deviation, least and most."""

    count: int
    mean: float
    deviation: float
    least: float
    most: float


@dataclass(frozen=True)
class Seeds:
    """Entries that are alike but for their random seed. entries: their places."""

    entries: tuple[int, ...]
    family: str
    seeds: tuple[int, ...]
    fd: Spread
    coverage: Spread
    in_class_variation: Spread | None  # None where a feature network looks at generators that hear of no class


def last_third(entry: Entry, figure: str = "fd") -> Spread | None:
    """The spread of a figure over the moments of the last third of a training; None for fewer than three."""
    if not entry.moments:
        return None
    start = entry.moments[-1].kimg * 2 / 3
    values = [one.evaluation["figures"][figure] for one in entry.moments if one.kimg >= start - 1e-9]
    return _spread(values) if len(values) >= LEAST else None


def over_seeds(comparison: Comparison) -> tuple[Seeds, ...]:
    """Entries of one group whose family, data, settings and pictures seen are the same and whose seeds are not."""
    alike: dict[str, dict[str, int]] = {}  # places, by seed
    for place, entry in enumerate(comparison.entries):
        settings = entry.made.get("settings")
        if entry.evaluation and isinstance(settings, dict) and "seed" in settings:
            rest = {name: value for name, value in (USUAL | settings).items() if name != "seed"}
            told = [
                entry.group,
                entry.family,
                entry.made.get("data"),
                entry.made.get("kimg"),
                rest,
            ]
            group = alike.setdefault(json.dumps(_plain(told), sort_keys=True, default=str), {})
            group.setdefault(str(settings["seed"]), place)  # a run and what was published of it count once
    found = []
    for of_seed in alike.values():
        places = list(of_seed.values())
        entries = [comparison.entries[place] for place in places]
        seeds = tuple(entry.made["settings"]["seed"] for entry in entries)
        if len(seeds) > 1:
            fd, coverage, variation = (
                _spread([entry.evaluation["figures"][figure] for entry in entries])
                for figure in ("fd", "coverage", "in_class_variation")
            )
            found.append(Seeds(tuple(places), str(entries[0].family), seeds, fd, coverage, variation))
    return tuple(found)


def _plain(value: object) -> object:
    """With every whole number as a float: 600 and 600.0 are one setting."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return float(value) if type(value) is int else value


def _spread(values: list[float | None]) -> Spread | None:
    if None in values:
        return None
    return Spread(len(values), fmean(values), stdev(values), min(values), max(values))
