"""What leaves the machine names a checkpoint, never a place on its disk."""

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from explorer.explore import Film, Picture
    from explorer.explore.grids.codes import CodeGrid


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
