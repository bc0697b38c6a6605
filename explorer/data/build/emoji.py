"""A data set of emoji by many artists, from npm packages: what each shows, in words, and who drew it."""

import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from explorer import files
from explorer.data.build.packages import IconSet, find, icon_sets, licence_of, read_json
from explorer.data.build.raster import check_resvg, draw_svg, is_blank, picture_zip, to_json
from explorer.data.folders.captions import head_word
from explorer.data.imageset import DataError
from explorer.data.progress import Report, reporting

SIZE = 64
LEFT_OUT = ("Flags", "Symbols", "Component")
"""Groups of emoji that show no thing that one could name and draw."""

FLUENT_3D = "fluent-3d"
MAX_WEBP = 4 << 20


def build_emoji(packages: Path, out: Path, progress: bool | Report = True) -> dict[str, int]:
    """Write the zip: `pictures/<emoji>--<style>.png`, 64 x 64 on white, metadata.jsonl and LICENSES.json.

    packages: a folder into which `@iconify/json`, `unicode-emoji-json`, `emojilib` and, for a style more,
    `@lobehub/fluent-emoji-3d` were unpacked. Styles are the coloured emoji sets with a free licence. Returns how many
    pictures each has. Raises DataError.
    """
    check_resvg()
    table = _emoji(read_json(find(packages, "data-by-emoji.json", "unicode-emoji-json")))
    keywords = read_json(find(packages, "emoji-en-US.json", "emojilib"))
    sets = [
        one for one in icon_sets(packages) if one.info.get("category") == "Emoji" and one.info.get("palette") is True
    ]
    if not sets:
        raise DataError(f"{packages} has no coloured set of emoji with a free licence: unpack @iconify/json into it.")
    solid = _solid(packages)
    licences: dict[str, Any] = {one.prefix: licence_of(one.info) for one in sets}
    if solid:
        licences[FLUENT_3D] = {"title": "MIT", "spdx": "MIT", "author": "Microsoft, LobeHub"}
    counts: Counter[str] = Counter()
    lines = []
    finders = {one.prefix: _Finder(one) for one in sets}
    with reporting(progress) as report, picture_zip(out) as packed:
        for at, (emoji, about) in enumerate(table.items()):
            report("Drawing emoji", at + 1, len(table))
            said = keywords.get(emoji)
            said = [one.replace("_", " ") for one in said if isinstance(one, str)] if isinstance(said, list) else []
            slug = about["slug"].replace("_", "-")
            drawn: list[tuple[str, Image.Image | None]] = [
                (prefix, finder.draw(emoji, slug)) for prefix, finder in finders.items()
            ]
            drawn.append((FLUENT_3D, _open(solid.get(_code(emoji)))))
            for style, image in drawn:
                if image is None or is_blank(image):
                    continue
                name = f"pictures/{slug}--{style}.png"
                packed.add_picture(name, image)
                counts[style] += 1
                row = {"file_name": name, "text": about["name"], "word": _word(about), "style": style}
                row |= {"emoji": slug, "group": about["group"], "keywords": said}
                lines.append(json.dumps(row, ensure_ascii=False))
        if not lines:
            raise DataError(f"None of the sets in {packages} has an emoji that is in the table of emoji.")
        packed.add("metadata.jsonl", ("\n".join(lines) + "\n").encode())
        packed.add("LICENSES.json", to_json({style: licences[style] for style in sorted(counts)}))
    return dict(sorted(counts.items()))


def _emoji(raw: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """emoji -> its name, slug and group, without skin tones and what shows no thing."""
    found = {}
    for emoji, about in raw.items():
        about = about if isinstance(about, dict) else {}
        texts = {key: about.get(key) for key in ("name", "slug", "group")}
        if not all(isinstance(text, str) and text for text in texts.values()):
            continue
        plain = re.fullmatch(r"[a-z0-9_-]{1,100}", texts["slug"])
        if plain and texts["group"] not in LEFT_OUT and "skin tone" not in texts["name"] and head_word(texts["name"]):
            found[emoji] = texts
    return found


def _word(about: Mapping[str, str]) -> str:
    """The head word of an emoji's name; of a `dog face` the dog, but not of a `grinning face`."""
    name = about["name"]
    plain = name if about["group"] == "Smileys & Emotion" else name.removesuffix(" face")
    return head_word(plain)


class _Finder:
    """The drawings of one set, by the character or by the name."""

    def __init__(self, icons: IconSet):
        self._icons = icons
        chars = icons.raw.get("chars")
        self._by_code = {_plain(code): name for code, name in chars.items()} if isinstance(chars, dict) else {}
        self._squeezed = {name.replace("-", ""): name for name in icons.names}

    def draw(self, emoji: str, slug: str) -> Image.Image | None:
        names: Iterable = (self._by_code.get(_code(emoji)), slug, self._squeezed.get(slug.replace("-", "")))
        for name in names:
            drawing = self._icons.resolve(name) if isinstance(name, str) else None
            if drawing is not None:
                return draw_svg(drawing, SIZE, "RGB")
        return None


def _solid(packages: Path) -> dict[str, Path]:
    """code -> file of the 3D emoji, if that package is there."""
    found = [path for path in packages.rglob("assets/*.webp") if re.fullmatch(r"[0-9a-f-]{2,80}", path.stem)]
    return {_plain(path.stem): path for path in sorted(found)}


def _open(path: Path | None) -> Image.Image | None:
    if path is None:
        return None
    try:
        image = Image.open(io.BytesIO(files.read_bytes(path, MAX_WEBP)), formats=("WEBP",)).convert("RGBA")
    except (OSError, ValueError, Image.DecompressionBombError):
        return None
    small = image.resize((SIZE, SIZE), Image.Resampling.LANCZOS)
    paper = Image.new("RGB", small.size, "white")
    paper.paste(small, mask=small.getchannel("A"))
    return paper


def _code(emoji: str) -> str:
    """The code points of an emoji as `_plain` writes them."""
    return _plain("-".join(f"{ord(letter):x}" for letter in emoji))


def _plain(code: str) -> str:
    """Code points joined by hyphens, without the variation selector, which some sets write and others do not."""
    return "-".join(part.lstrip("0") for part in code.lower().split("-") if part != "fe0f")
