"""What leaves the machine names a checkpoint, never a place on its disk: in specs, and in sentences."""

import dataclasses
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from explorer.explore import Film, Picture
    from explorer.explore.arithmetic.words import Sum
    from explorer.explore.grids.codes import CodeGrid

_BEFORE = r"(?<!\w)"  # so that no part of another path is taken for one


def named(picture: "Picture", name: str) -> "Picture":
    """The picture, its spec with this name of the checkpoint."""
    if picture.spec.checkpoint == name:
        return picture
    return dataclasses.replace(picture, spec=picture.spec.replace(checkpoint=name))


def named_film(film: "Film", name: str) -> "Film":
    """The film, its walk with this name of the checkpoint."""
    if film.walk.stops[0].checkpoint == name:
        return film
    stops = tuple(stop.replace(checkpoint=name) for stop in film.walk.stops)
    return dataclasses.replace(film, walk=film.walk.replace(stops=stops))


def named_grid(grid: "CodeGrid", name: str) -> "CodeGrid":
    """The grid, its specs with this name of the checkpoint."""
    return dataclasses.replace(grid, specs=tuple(spec.replace(checkpoint=name) for spec in grid.specs))


def named_sum(found: "Sum", name: str) -> "Sum":
    """The sum, all its pictures with this name of the checkpoint."""
    operands = tuple(dataclasses.replace(one, picture=named(one.picture, name)) for one in found.operands)
    return dataclasses.replace(found, operands=operands, result=named(found.result, name))


def name_folder(sentence: str, folder: Path, name: str) -> str:
    """The sentence with a checkpoint's name for its folder, which may be called otherwise (`mine/checkpoint`)."""
    return re.sub(_BEFORE + _pattern_of(folder) + r"(?![\w-])", lambda _: name, sentence)


def without_folders(sentence: str, folders: Iterable[Path]) -> str:
    """The sentence without these folders and those above them, so that what lies there is called by its bare name.

    Those above, since a sentence may speak of what lies beside such a folder, or cut a long path short.
    """
    every = {place for folder in folders for place in (folder, *folder.parents) if place.name}
    for folder in sorted(every, key=lambda place: -len(place.parts)):
        sentence = re.sub(_BEFORE + _pattern_of(folder) + r"[\\/]+", "", sentence)
    return sentence


def _pattern_of(folder: Path) -> str:
    return r"[\\/]+".join(re.escape(part.rstrip("\\/")) for part in folder.parts)  # quoted, backslashes are doubled
