"""Many samples of an expression: drawn in parts, written as they come, so that memory stays flat."""

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.lib import format as npy
from PIL.PngImagePlugin import PngInfo

from explorer.atomic import open_atomic
from explorer.errors import ExplorerError
from explorer.explore.render.files import check_target
from explorer.explore.render.picture import Picture, to_image
from explorer.explore.render.png import KEY
from explorer.explore.render.sheets import words_of
from explorer.explore.render.studio import Studio
from explorer.explore.spec.serialize import dumps
from explorer.explore.spec.spec import MAX_TILES, Mixed, Seeded, Spec
from explorer.stopping import Stop, check

MAX_SAMPLES = 100_000
KINDS = {".npz": "raw tiles", ".zip": "a PNG a tile, in a folder a word"}

Report = Callable[[str, int, int], None]
"""Called with the present step, the number of tiles drawn, and the total."""


def sample_specs(spec: Spec, count: int) -> Iterator[Spec]:
    """Specs of tiles 0 .. count-1 of a spec's seed, at most 256 tiles each: the same tiles whatever the count.

    Raises ExplorerError for latents that are not of one seed, or a count that is not from 1 to 100,000.
    """
    if not isinstance(spec.latents, Seeded):
        raise ExplorerError("These tiles are not those of one seed, so there are no more of them.")
    if not 1 <= count <= MAX_SAMPLES:
        raise ExplorerError(f"The number of samples must lie between 1 and {MAX_SAMPLES:,}, not {count:,}.")
    if count <= MAX_TILES:
        return iter([spec.replace(latents=Seeded(spec.latents.seed, count))])
    return (_tiles_of(spec, range(start, min(start + MAX_TILES, count))) for start in range(0, count, MAX_TILES))


def _tiles_of(spec: Spec, places: range) -> Spec:
    return spec.replace(latents=Mixed(tuple(((1.0, spec.latents.seed, index),) for index in places)))


def draw_samples(studio: Studio, spec: Spec, count: int) -> Iterator[Picture]:
    """`count` tiles of a spec, up to 100,000, as pictures of at most 256 tiles; raises ExplorerError."""
    return (studio.render(part, read=False) for part in sample_specs(spec, count))


def save_samples(
    path: str | Path,
    studio: Studio,
    specs: Sequence[Spec],
    count: int,
    report: Report = lambda what, done, total: None,
    stop: Stop = lambda: False,
) -> Path:
    """Draw `count` tiles of each spec into a file, written atomically; returns its path.

    .npz: `images` uint8 [N, H, W, C], `conditions` and `styles` [N] (what each was drawn from; "" for an open style)
    and `specs` (JSON, one for at most 256 tiles); it loads without pickle. .zip: a PNG a tile with its spec inside, in
    a folder for each expression, as `explorer.data.load` reads it, its style in its name (`kitten/000003--noto.png`);
    where there are styles, a metadata.jsonl says them with the words.
    Raises ExplorerError, Stopped among them.
    """
    path = check_target(path, KINDS)
    shapes = {studio.checkpoint(spec.checkpoint).image_shape for spec in specs}
    if len(shapes) > 1:
        raise ExplorerError("One file holds tiles of one size and kind; save these to a file each.")
    total, done = count * len(specs), 0

    def pictures() -> Iterator[Picture]:
        nonlocal done
        for spec in specs:
            for picture in draw_samples(studio, spec, count):
                check(stop)
                yield picture
                done += len(picture.tiles)
                report("Drawing", done, total)

    write = _write_npz if path.suffix.lower() == ".npz" else _write_zip
    try:
        with open_atomic(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            write(archive, pictures(), total, shapes.pop())
    except OSError as error:
        raise ExplorerError(f"Cannot write {path}: {error.strerror or error}.") from error
    return path


def _write_npz(archive: zipfile.ZipFile, pictures: Iterator[Picture], total: int, shape: tuple[int, int, int]) -> None:
    """Write the .npy files of an .npz, each a header and numbers; those of the images as they come."""
    channels, height, width = shape
    words, styles, specs = [], [], []
    with archive.open("images.npy", "w", force_zip64=True) as file:
        header = {"descr": "|u1", "fortran_order": False, "shape": (total, height, width, channels)}
        npy.write_array_header_1_0(file, header)
        for picture in pictures:
            file.write(np.ascontiguousarray(picture.tiles).data)
            words += [words_of(picture.spec)] * len(picture.tiles)
            styles += picture.tile_styles or [""] * len(picture.tiles)
            specs.append(dumps(picture.spec))
    for name, texts in (("conditions", words), ("styles", styles), ("specs", specs)):
        with archive.open(f"{name}.npy", "w", force_zip64=True) as file:
            npy.write_array(file, np.array(texts), allow_pickle=False)


def _write_zip(archive: zipfile.ZipFile, pictures: Iterator[Picture], total: int, shape: tuple[int, int, int]) -> None:
    place: dict[str, int] = {}
    rows: list[dict[str, str]] = []
    for picture in pictures:
        folder = _as_file_name(words_of(picture.spec)).strip(" .") or "vector"
        styles = picture.tile_styles or [""] * len(picture.tiles)
        for tile, latents, style in zip(picture.tiles, _tile_latents(picture.spec), styles, strict=True):
            index = place[folder] = place.get(folder, -1) + 1
            text, buffer = PngInfo(), io.BytesIO()
            text.add_text(KEY, dumps(picture.spec.replace(latents=latents)))
            to_image(tile).save(buffer, "PNG", pnginfo=text, compress_level=1)
            name = f"{index:06d}--{_as_file_name(style)}" if style else f"{index:06d}"
            info = zipfile.ZipInfo(f"{folder}/{name}.png")  # no clock: the same command gives the same bytes
            archive.writestr(info, buffer.getvalue())  # a PNG is compressed already
            row = {"file_name": info.filename, "word": words_of(picture.spec)}
            rows.append(row | ({"style": style} if style else {}))
    if any("style" in row for row in rows):
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        archive.writestr(zipfile.ZipInfo("metadata.jsonl"), "".join(lines))


def _as_file_name(text: str) -> str:
    return re.sub(r"[^\w .+-]", "_", text)[:100]


def _tile_latents(spec: Spec) -> list[Mixed]:
    """The latents of each tile alone."""
    if isinstance(spec.latents, Seeded):
        return [Mixed((((1.0, spec.latents.seed, index),),)) for index in range(spec.count)]
    return [Mixed((tile,)) for tile in spec.latents.tiles]
