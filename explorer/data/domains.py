"""The two domains of a translation: two styles of one set of pictures, or two of its words."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
from rapidfuzz import process

from explorer.data.imageset import DataError, ImageSet
from explorer.errors import listed, shown
from explorer.many_labels import names

ALIKE = 75  # how alike a name and what was typed must be to be meant, 0 .. 100


class Domains(NamedTuple):
    """names: of both. rows: of the pictures of each, int64, in the order of the set."""

    names: tuple[str, str]
    rows: tuple[np.ndarray, np.ndarray]


def domains(pictures: ImageSet, a: str = "", b: str = "") -> Domains:
    """The domains called `a` and `b` of a set; see `domain_names`. Raises DataError, also for one without pictures."""
    by, a, b = domain_names(pictures.words, pictures.styles, a, b, pictures.name)
    known, ids = (pictures.styles, pictures.style_ids) if by == "style" else (pictures.words, pictures.labels)
    rows = tuple(np.flatnonzero(ids == known.index(name)) for name in (a, b))
    for name, own in zip((a, b), rows, strict=True):
        if not len(own):
            raise DataError(f"{pictures.name} has no picture of {shown(name, 60)} left.")
    return Domains((a, b), rows)


def domain_names(
    words: Sequence[str], styles: Sequence[str], a: str = "", b: str = "", whose: str = "The set"
) -> tuple[Literal["style", "word"], str, str]:
    """What the domains `a` and `b` are, and their names: two styles where there are such, else two words; "" for both
    is the two that there are, if there are just two. whose: the name of the set.

    Raises DataError for names that it lacks, or that are one, and where they must be said.
    """
    kinds: dict[Literal["style", "word"], Sequence[str]] = {"style": styles, "word": words}
    if not a and not b:
        by = next((by for by, known in kinds.items() if len(known) == 2), None)
        if by is None:
            first, other = next((known for known in kinds.values() if len(known) >= 2), ("ONE", "OTHER"))[:2]
            raise DataError(
                f"Say between which two sets to translate, as in --from {first} --to {other}: {whose} has "
                f"{_known(kinds)}."
            )
        return by, kinds[by][0], kinds[by][1]
    if a == b:
        raise DataError(f"A translation wants two different sets, not {shown(a, 60)!r} twice.")
    by = next((by for by, known in kinds.items() if a in known and b in known), None)
    if by is not None:
        return by, a, b
    every = [name for known in kinds.values() for name in known]
    missing = next((name for name in (a, b) if name not in every), None)
    if missing is None:
        raise DataError(f"{shown(a, 60)!r} and {shown(b, 60)!r} must be two styles or two words, not one of each.")
    near = [name for name, *_ in process.extract(missing[:100], every, score_cutoff=ALIKE, limit=3)]
    advice = f"did you mean {listed(near, 'or')}?" if near else f"it has {_known(kinds)}."
    raise DataError(f"{whose} has no style or word {shown(missing, 60)!r}; {advice}")


def _known(kinds: dict[Literal["style", "word"], Sequence[str]]) -> str:
    return " and ".join(f"the {by}{'s' * (len(known) > 1)} {names(known)}" for by, known in kinds.items() if len(known))
