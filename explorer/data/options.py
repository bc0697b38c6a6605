"""Options for reading a person's own pictures, on which a run, a judge and an evaluation must agree."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from explorer.data.imageset import DataError
from explorer.errors import shown

FITS = ("crop", "pad", "stretch")
"""Ways to make a picture square: its centre square, all of it on a square, or squeezed."""

MAX_VARIANTS = 64

MAX_NAMES, MAX_NAMES_TEXT = 5000, 400_000
"""Rows of a names file, and their letters altogether as JSON: a run and its checkpoint keep them in config.json."""


@dataclass(frozen=True)
class ReadOptions:
    """The options of `explorer.data.load` for folders, zips and tars; it can be hashed.

    fit: one of FITS. skip_broken: leave out, and count, what cannot be read as a picture. names: pairs (folder, word).
    translate_names: translate folder names, by rules and by a names file beside them; False takes them as they are, and
    16-bit pictures by all their bits, as runs did before there was such a setting. metadata: read what a metadata.jsonl
    or CSV beside the pictures says of them. variants: how often each stroke drawing is drawn.
    """

    fit: str = FITS[0]
    skip_broken: bool = False
    names: tuple[tuple[str, str], ...] = ()
    translate_names: bool = True
    metadata: bool = True
    variants: int = 2

    def __post_init__(self) -> None:
        if self.fit not in FITS:
            known = ", ".join(FITS)
            raise DataError(f"Pictures that are not square can be made so by {known}, not {shown(self.fit, 40)!r}.")
        if type(self.variants) is not int or not 1 <= self.variants <= MAX_VARIANTS:
            raise DataError(f"A stroke drawing is drawn 1 to {MAX_VARIANTS} times, not {shown(self.variants, 40)}.")
        letters = len(json.dumps(self.names))
        if len(self.names) > MAX_NAMES or letters > MAX_NAMES_TEXT:
            raise DataError(
                f"{len(self.names):,} names of {letters:,} letters are too many: keep those of the folders there are."
            )

    @property
    def keywords(self) -> dict[str, Any]:
        """The keywords of `load`."""
        return vars(self) | {"names": dict(self.names) or None}

    @property
    def fields(self) -> dict[str, Any]:
        """Values for JSON that differ from the defaults."""
        defaults = asdict(ReadOptions())
        return {name: value for name, value in asdict(self).items() if value != defaults[name]}

    @classmethod
    def from_fields(cls, raw: object) -> "ReadOptions":
        """The options in `fields` or in the settings of a run; a stranger's text: what is no option is ignored."""
        raw = raw if isinstance(raw, Mapping) else {}
        switches = ("skip_broken", "translate_names", "metadata")
        found = {name: raw[name] for name in switches if isinstance(raw.get(name), bool)}
        if type(raw.get("variants")) is int:
            found["variants"] = raw["variants"]
        if raw.get("fit") in FITS:
            found["fit"] = raw["fit"]
        pairs = raw.get("names")
        if isinstance(pairs, list | tuple) and len(pairs) <= MAX_NAMES and all(map(_is_pair, pairs)):
            found["names"] = tuple((folder, word) for folder, word in pairs)
        try:
            return cls(**found)
        except DataError:
            return cls()


def _is_pair(pair: object) -> bool:
    return isinstance(pair, list | tuple) and len(pair) == 2 and all(isinstance(text, str) for text in pair)
