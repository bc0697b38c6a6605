"""A data set of pictograms in class folders, from npm's `@iconify/json`: each under the word that its name is."""

import hashlib
import re
from collections import Counter, defaultdict
from pathlib import Path

from explorer.data.build.packages import IconSet, icon_sets, licence_of
from explorer.data.build.raster import check_resvg, draw_svg, is_blank, picture_zip, to_json
from explorer.data.imageset import DataError
from explorer.data.progress import Report, reporting
from explorer.places import DEFAULT_SPACE
from explorer.words import open_space

SIZE = 28
FEWEST = 12
"""Drawings that a word must have, to be learned at all."""

CATEGORIES = (
    "UI 24px",
    "UI 16px / 32px",
    "UI Other / Mixed Grid",
    "Archive / Unmaintained",
    "Thematic",
    "Material",
    "Emoji",
)
"""Kinds of icon sets, by iconify's names: without logos, flags, and the marks of programming languages."""

# fmt: off
_MANNERS = frozenset((
    "outline", "outlined", "line", "linear", "filled", "fill", "solid", "bold", "thin", "light", "regular", "duotone",
    "twotone", "sharp", "rounded", "round", "broken", "alt", "remix", "small", "big", "large", "mini", "medium",
    "micro", "simple", "circle", "circled", "square", "rect", "rectangle", "off", "slash", "slashed", "disabled",
    "plus", "minus", "add", "remove", "check", "checked", "checkmark", "delete", "edit", "down", "left", "right",
    "top", "bottom", "horizontal", "vertical", "one", "two", "variant", "baseline", "duo", "tone", "stroke", "flat",
    "black", "white", "color", "ios", "new", "cross", "crossed", "not", "out", "and", "the", "for", "with",
    "rtl", "ltr", "glyph", "heavy", "semibold", "extra", "dashed", "dotted", "double", "fat", "minimalistic", "center",
))
# fmt: on
"""Words in an icon's name that say how it is drawn, or what an interface does with it, and not what it shows."""


def build_icons(packages: Path, out: Path, progress: bool | Report = True) -> dict[str, int]:
    """Write the zip: `train|test/<word>/<set>--<name>.png`, 28 x 28 grey, black on white, and LICENSES.json.

    packages: a folder into which `@iconify/json` was unpacked. One-coloured sets with a free licence count. A word is
    what an icon's name says that it shows, if the usual word space knows it and FEWEST drawings or more have it;
    drawings that are the same to the pixel count once. What is in `test`, says `is_test_set`. Returns how many pictures
    each word has. Raises DataError.
    """
    check_resvg()
    space = open_space(DEFAULT_SPACE)
    sets = {
        one.prefix: one
        for one in icon_sets(packages)
        if one.info.get("category") in CATEGORIES and one.info.get("palette") is not True
    }
    by_word: dict[str, list[tuple[IconSet, str]]] = defaultdict(list)
    for one in sets.values():
        for name in one.names:
            word = shown_word(name)
            if word in space:
                by_word[word].append((one, name))
    wanted = {word: several for word, several in sorted(by_word.items()) if len(several) >= FEWEST}
    counts: Counter[str] = Counter()
    total, done, seen, used = sum(map(len, wanted.values())), 0, set(), set()
    with reporting(progress) as report, picture_zip(out) as packed:
        for word, several in wanted.items():
            drawn = []
            for icons, name in several:
                done += 1
                report("Drawing icons", done, total)
                drawing = icons.resolve(name)
                image = draw_svg(drawing, SIZE, "L") if drawing else None
                if image is None or is_blank(image):
                    continue
                digest = hashlib.blake2b(image.tobytes(), digest_size=16).digest()
                if digest not in seen:
                    seen.add(digest)
                    drawn.append((icons.prefix, name, image))
            if sum(not is_test_set(prefix) for prefix, *_ in drawn) < FEWEST:
                continue
            for prefix, name, image in drawn:
                split = "test" if is_test_set(prefix) else "train"
                packed.add_picture(f"{split}/{word}/{prefix}--{name}.png", image)
                used.add(prefix)
            counts[word] = len(drawn)
        if not counts:
            raise DataError(f"No word has {FEWEST} icons in {packages}: unpack all of @iconify/json into it.")
        packed.add("LICENSES.json", to_json({prefix: licence_of(sets[prefix].info) for prefix in sorted(used)}))
    return dict(counts)


def is_test_set(prefix: str) -> bool:
    """Whether an icon set is kept for testing: one of five, with all others of its family (`fluent`, `fluent-mdl2`),
    since the variants of one drawing would tell of each other."""
    family = prefix.split("-")[0]
    return hashlib.blake2b(family.encode(), digest_size=1).digest()[0] % 5 == 0


def shown_word(name: str) -> str:
    """What an icon of that name shows: `cup-outline-24` gives cup; "" for one that says nothing, or several things,
    since a `cup-holder` is no cup and a `tea-cup` not what most cups look like."""
    parts = [part for part in re.split(r"[-_]", name.lower()) if part.isalpha() and len(part) > 2]
    parts = [part for part in parts if part not in _MANNERS]
    return parts[0] if len(parts) == 1 else ""
