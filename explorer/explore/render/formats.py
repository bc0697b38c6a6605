"""Drawn tiles as files of several kinds: PNG of a scale, SVG, a zip of the tiles, numbers for NumPy."""

import base64
import io
import re
import unicodedata
import zipfile
from collections.abc import Sequence
from html import escape

import numpy as np

from explorer.errors import ExplorerError
from explorer.explore.render.files import npz_of
from explorer.explore.render.picture import compose, to_image
from explorer.explore.render.png import encode
from explorer.explore.render.sheets import words_of
from explorer.explore.spec.latent_sums import tile_at
from explorer.explore.spec.latents import Mixed
from explorer.explore.spec.serialize import dumps
from explorer.explore.spec.spec import Spec

SCALES = {"png1": 1, "png4": 4, "png8": 8}
KINDS = (*SCALES, "svg", "zip", "npz")
TILE_SCALE = 8  # pixels a pixel of the tiles in a zip, and of the size that an SVG names
MOST_WORD = 40  # letters of a word in the name of a file
ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # so that the same tiles make the same file


def file_of(kind: str, tiles: np.ndarray, columns: int, specs: Sequence[Spec]) -> bytes:
    """The content of a file of one of `KINDS`.

    tiles: uint8 [N, H, W, C], `columns` in a row. specs: one of them all, or one a tile. Pixels are repeated, never
    smoothed. Raises ExplorerError where the picture would be too large to be read again.
    """
    if kind in SCALES:
        return _png(tiles, columns, specs, SCALES[kind])
    if kind == "svg":
        return _svg(tiles, columns, specs)
    if kind == "zip":
        return _zip(tiles, tile_specs(specs, len(tiles)))
    if kind == "npz":
        each = tile_specs(specs, len(tiles))
        return npz_of(tiles, [words_of(spec) for spec in each], [spec.style for spec in each], specs)
    raise ExplorerError(f"Pictures are saved as {', '.join(KINDS)}, not as {kind!r}.")


def tile_specs(specs: Sequence[Spec], count: int) -> list[Spec]:
    """A spec for each of `count` tiles alone, given one of them all or one each."""
    if len(specs) == 1:
        return [specs[0].replace(latents=tile_at(specs[0].latents, index)) for index in range(count)]
    return list(specs)


def tile_name(spec: Spec, place: int) -> str:
    """What a tile's file is called, without its ending: `slipper-s7.3` is picture 3 of seed 7, `slipper-05` the fifth
    of those that are no seed's alone."""
    plain = unicodedata.normalize("NFKD", words_of(spec))
    word = re.sub(r"[^a-zA-Z0-9]+", "-", plain).strip("-")[:MOST_WORD] or "picture"
    latents = spec.latents
    if isinstance(latents, Mixed) and len(latents.tiles[0]) == 1 and latents.tiles[0][0][0] == 1:
        _, seed, index = latents.tiles[0][0]
        return f"{word}-s{seed}.{index}"
    return f"{word}-{place + 1:02d}"


def _png(tiles: np.ndarray, columns: int, specs: Sequence[Spec], scale: int) -> bytes:
    return encode(to_image(compose(tiles, columns), scale), specs)


def _svg(tiles: np.ndarray, columns: int, specs: Sequence[Spec]) -> bytes:
    """An SVG that holds the PNG of native size, drawn without smoothing however large it is shown."""
    height, width = compose(tiles, columns).shape[:2]
    title = ", ".join(dict.fromkeys(map(words_of, specs)))
    return svg_of(_png(tiles, columns, specs, 1), width, height, title, "\n".join(map(dumps, specs)))


def svg_of(png: bytes, width: int, height: int, title: str, recipe: str) -> bytes:
    """An SVG of a PNG of so many pixels, drawn without smoothing however large it is shown; recipe: JSON of ours."""
    text = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width * TILE_SCALE}" height="{height * TILE_SCALE}" '
        f'viewBox="0 0 {width} {height}"><title>{escape(title)}</title><metadata>{escape(recipe)}</metadata>'
        f'<image width="{width}" height="{height}" style="image-rendering:pixelated" '
        f'href="data:image/png;base64,{base64.b64encode(png).decode("ascii")}"/></svg>\n'
    )
    return text.encode()


def _zip(tiles: np.ndarray, specs: Sequence[Spec]) -> bytes:
    """A PNG a tile, each with its own spec, and all of them as lines of `specs.jsonl`."""
    buffer, names = io.BytesIO(), set()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as packed:
        for place, (tile, spec) in enumerate(zip(tiles, specs, strict=True)):
            name = tile_name(spec, place)
            if name in names:  # the same latent under other settings, as in a grid
                name = f"{name}-{place + 1:02d}"
            names.add(name)
            packed.writestr(zipfile.ZipInfo(f"{name}.png", ZIP_TIME), _png(tile[None], 1, [spec], TILE_SCALE))
        lines = "".join(f"{dumps(spec)}\n" for spec in specs)
        packed.writestr(zipfile.ZipInfo("specs.jsonl", ZIP_TIME), lines, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
