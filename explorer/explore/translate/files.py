"""Files translated: one picture, or all pictures of a folder, zip or tar, into a folder or a zip."""

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from explorer.checkpoint import TranslatorCheckpoint
from explorer.data.decode import picture_suffixes
from explorer.data.folders.listing import Listing, Parts
from explorer.data.folders.load import open_listing
from explorer.errors import ExplorerError
from explorer.explore.render.files import check_target, write
from explorer.explore.render.formats import ZIP_TIME
from explorer.explore.render.picture import to_image
from explorer.explore.render.png import encode_text
from explorer.explore.translate.translate import BATCH, fit_picture, translate_tiles
from explorer.explore.translate.translation import Translation
from explorer.models.config import Way

Report = Callable[[int, int], None]


def translate_files(
    opened: TranslatorCheckpoint,
    source: Path,
    target: Path,
    way: Way = "there",
    strength: float = 1.0,
    scale: int = 1,
    report: Report = lambda done, total: None,
) -> int:
    """Translate all pictures of a folder, zip or tar: into the zip `target`, or into a folder that is new or empty.

    Each becomes a PNG of the same name, which carries its recipe. Returns how many there were. report: is called with
    how many are done, and of how many. Raises ExplorerError for a source that holds no picture, for a picture that
    cannot be read, and for a target that cannot be written; nothing is left half written then but in a folder.
    """
    listing = open_listing(source)
    try:
        wanted = [parts for parts in listing.files if Path(parts[-1]).suffix.lower() in picture_suffixes()]
        if not wanted:
            raise ExplorerError(f"There is no picture in {source}.")
        pictures = _translated(opened, listing, wanted, way, strength, scale, report)
        if target.suffix.lower() == ".zip":
            target = check_target(target, {".zip": "a zip"})
            buffer = io.BytesIO()
            with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as packed:
                for name, png in pictures:
                    packed.writestr(zipfile.ZipInfo(name, ZIP_TIME), png)
            write(target, buffer.getvalue())
        else:
            _check_folder(target)
            for name, png in pictures:
                path = target / name
                try:
                    path.parent.mkdir(parents=True, exist_ok=True)
                except OSError as error:
                    raise ExplorerError(f"Cannot write {path.parent}: {error.strerror or error}.") from error
                write(path, png)
        return len(wanted)
    finally:
        listing.close()


def _translated(
    opened: TranslatorCheckpoint,
    listing: Listing,
    wanted: list[Parts],
    way: Way,
    strength: float,
    scale: int,
    report: Report,
) -> Iterator[tuple[str, bytes]]:
    """(name, PNG) of each translation, in order."""
    channels, side, _ = opened.image_shape
    taken: set[str] = set()
    for start in range(0, len(wanted), BATCH):
        report(start, len(wanted))
        rows = wanted[start : start + BATCH]
        fitted = [_fit(opened, listing, parts, way) for parts in rows]
        tiles = []
        for png in fitted:
            with Image.open(io.BytesIO(png)) as image:
                tiles.append(np.asarray(image).reshape(side, side, channels))
        for parts, png, tile in zip(
            rows, fitted, translate_tiles(opened, np.stack(tiles), way, strength)[0], strict=True
        ):
            recipe = Translation(opened.name, png, way, strength).to_json()
            yield _unused("/".join(parts), taken), encode_text(to_image(tile, scale), recipe)
    report(len(wanted), len(wanted))


def _fit(opened: TranslatorCheckpoint, listing: Listing, parts: Parts, way: Way) -> bytes:
    try:
        return fit_picture(opened, listing.read(parts), way)[0]
    except ExplorerError as error:
        raise ExplorerError(f"{listing.where(parts)} cannot be translated: {error}") from error


def _unused(name: str, taken: set[str]) -> str:
    """The name with the ending .png; its old one before that where another file has that name: a.jpg and a.png."""
    stem = name.rpartition(".")[0]
    fresh = next(one for one in (f"{stem}.png", f"{name}.png") if one not in taken)
    taken.add(fresh)
    return fresh


def _check_folder(target: Path) -> None:
    try:
        target.mkdir(parents=True, exist_ok=True)
        is_empty = not any(target.iterdir())
    except OSError as error:
        raise ExplorerError(f"Cannot write into {target}: {error.strerror or error}.") from error
    if not is_empty:
        raise ExplorerError(f"{target} is not empty: name a new folder, or a .zip.")
