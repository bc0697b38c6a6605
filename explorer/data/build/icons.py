"""A data set of pictograms in styles, from npm's `@iconify/json`: each under the word that its name is."""

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from explorer.data.build.packages import IconSet, icon_sets, licence_of
from explorer.data.build.raster import check_resvg, draw_svg, is_blank, picture_zip, to_json
from explorer.data.imageset import DataError
from explorer.data.progress import Report, reporting
from explorer.places import DEFAULT_SPACE
from explorer.words import open_space

SIZE = 28
FAINT = 96
"""A drawing without a pixel as dark as that, of 255, is lines too thin for SIZE, and left out."""
MOST = 2
"""Drawings of one word in one style: the plainest ones, by their names."""

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

_OUTLINE = frozenset(("outline", "outlined", "line", "linear", "stroke", "regular"))
_SOLID = frozenset(("fill", "filled", "solid"))
_OTHER = frozenset(
    ("twotone", "duotone", "duo", "thin", "light", "bold", "sharp", "broken", "dashed", "dotted", "double")
)
# fmt: off
_CHANGED = frozenset((
    "off", "slash", "slashed", "disabled", "plus", "minus", "add", "remove", "check", "checked", "checkmark", "delete",
    "edit", "cross", "crossed", "not", "new", "down", "up", "left", "right", "circle", "circled", "square", "rectangle",
))
# fmt: on
"""What an icon's name says was added to the thing: a bell that is off has a line across it."""
_FAMILIES = {"fa6": "fa", "fa7": "fa", "la": "fa", "bx": "boxicons", "bxs": "boxicons", "ic": "material"}
"""First words of prefixes that are another's drawings under a newer or older name."""


def build_icons(
    packages: Path, out: Path, families: int = 8, words: int = 250, progress: bool | Report = True
) -> dict[str, int]:
    """Write the zip: `pictures/<word>/<style>--<name>.png`, 28 x 28 grey, black on white, with a metadata.jsonl and
    LICENSES.json.

    packages: a folder into which `@iconify/json` was unpacked. One-coloured sets with a free licence count. A word is
    what an icon's name says that it shows, if the usual word space knows it and at least `families` families of icon
    sets draw it. A style is the outlines or the solid drawings of one set, of each family the set that draws most of
    those words so, and at least `words` of them. A word has up to MOST drawings in a style, those that are the same to
    the pixel count once, and a word with fewer than half as many drawings as `families` is left out. Returns how many
    pictures each style has. Raises DataError.
    """
    check_resvg()
    sets = {
        one.prefix: one
        for one in icon_sets(packages)
        if one.info.get("category") in CATEGORIES and one.info.get("palette") is not True
    }
    names = _names_by_word(sets.values())
    drawn_by: dict[str, set[str]] = defaultdict(set)
    for (prefix, _), by_word in names.items():
        for word in by_word:
            drawn_by[word].add(family_of(prefix))
    wanted = {word for word, several in drawn_by.items() if len(several) >= families}
    styles = _styles({key: len(wanted & by_word.keys()) for key, by_word in names.items()}, words)
    with reporting(progress) as report, picture_zip(out) as packed:
        drawn = []
        for done, word in enumerate(sorted(wanted), 1):
            report("Drawing icons", done, len(wanted))
            seen: set[bytes] = set()
            for style, key in styles.items():
                drawn += [(word, style, *one) for one in _draw(sets[key[0]], names[key][word], seen)]
        in_style = Counter(style for _, style in {(word, style) for word, style, *_ in drawn})
        drawn = [one for one in drawn if in_style[one[1]] >= words]
        of_word = Counter(word for word, *_ in drawn)
        drawn = [one for one in drawn if 2 * of_word[one[0]] >= families]
        if not drawn:
            raise DataError(
                f"No word is drawn by {families} families of icon sets in {packages}, {words} words in one style: "
                "unpack all of @iconify/json into it."
            )
        lines = []
        for word, style, name, image in drawn:
            path = f"pictures/{word}/{style}--{name}.png"
            packed.add_picture(path, image)
            lines.append(json.dumps({"file_name": path, "word": word, "style": style}) + "\n")
        packed.add("metadata.jsonl", "".join(lines).encode())
        counts = Counter(style for _, style, *_ in drawn)
        licences = {style: licence_of(sets[styles[style][0]].info) for style in sorted(counts)}
        packed.add("LICENSES.json", to_json(licences))
    return dict(sorted(counts.items()))


def _names_by_word(sets: Iterable[IconSet]) -> dict[tuple[str, str], dict[str, list[str]]]:
    """(prefix, manner) -> word -> names of its drawings, of the words that the usual word space knows."""
    space = open_space(DEFAULT_SPACE)
    names: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for one in sets:
        plain = _plain_manner(one.names)
        for name in one.names:
            word, manner = shown_word(name), _manner(name, one.prefix, plain)
            if word in space and manner is not None:
                names[one.prefix, manner][word].append(name)
    return names


def family_of(prefix: str) -> str:
    """The family of an icon set, whose members draw alike: `fa` of `fa7-solid`, `fluent` of `fluent-mdl2`."""
    first = prefix.split("-")[0]
    return _FAMILIES.get(first, first)


def _styles(covered: dict[tuple[str, str], int], words: int) -> dict[str, tuple[str, str]]:
    """style -> (prefix, manner), by name, from how many words each has: of each family one outlined, one solid. The
    manner is part of the name where a set has both."""
    best: dict[tuple[str, str], tuple[int, str]] = {}
    for (prefix, manner), several in sorted(covered.items()):
        key = family_of(prefix), manner
        if several >= words and several > best.get(key, (0, ""))[0]:
            best[key] = several, prefix
    plain = re.compile("-(outline|solid)$")
    found = [(plain.sub("", prefix), prefix, manner) for (_, manner), (_, prefix) in best.items()]
    both = Counter(name for name, *_ in found)
    return dict(
        sorted((f"{name}-{manner}" if both[name] > 1 else name, (prefix, manner)) for name, prefix, manner in found)
    )


def _draw(icons: IconSet, names: Iterable[str], seen: set[bytes]) -> list:
    """Up to MOST (name, image) of these names, the shortest first, that differ from those seen, which grow."""
    drawn: list = []
    for name in sorted(names, key=lambda name: (name.count("-") + name.count("_"), len(name), name)):
        if len(drawn) == MOST:
            break
        drawing = icons.resolve(name)
        image = draw_svg(drawing, SIZE, "L") if drawing else None
        if image is None or is_blank(image) or image.getextrema()[0] > FAINT:
            continue
        digest = hashlib.blake2b(image.tobytes(), digest_size=16).digest()
        if digest not in seen:
            seen.add(digest)
            drawn.append((name, image))
    return drawn


def _plain_manner(names: Sequence[str]) -> str:
    """How a set draws the icons whose names do not say it: solid where a tenth or more are said to be outlines, since
    `chart-line` is said of few."""
    parts = Counter(part for name in names for part in set(_parts(name)))
    outlined, solid = (sum(parts[one] for one in manner) for manner in (_OUTLINE, _SOLID))
    return "solid" if outlined > max(solid, len(names) / 10) else "outline"


def _manner(name: str, prefix: str, plain: str) -> str | None:
    """outline or solid; None for a drawing of another kind, and of more than the thing."""
    own = _parts(name)
    parts = {*own, *_parts(prefix)}
    if parts & (_OTHER | _CHANGED) or any(len(part) < 3 and not part.isdigit() for part in own):
        return None
    if parts & _SOLID:
        return "solid"
    return "outline" if parts & _OUTLINE else plain


def _parts(name: str) -> list[str]:
    return re.split(r"[-_]", name.lower())


def shown_word(name: str) -> str:
    """What an icon of that name shows: `cup-outline-24` gives cup; "" for one that says nothing, or several things,
    since a `cup-holder` is no cup and a `tea-cup` not what most cups look like."""
    parts = [part for part in _parts(name) if part.isalpha() and len(part) > 2 and part not in _MANNERS]
    return parts[0] if len(parts) == 1 else ""
