"""SVG to small pictures, and the zip that they are packed into."""

import io
import re
import zipfile
from collections.abc import Mapping
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageOps

from explorer.atomic import open_atomic
from explorer.data.build.packages import Drawing
from explorer.data.imageset import DataError
from explorer.files import reason

_REFERS = re.compile(r"<!|<(?:[^\s<>/:]+:)?(?:fe)?image\b", re.IGNORECASE)
"""What may show another file: an entity, <image> under whatever prefix, and <feImage> of a filter."""

_DAY = (1980, 1, 1, 0, 0, 0)  # of every entry, so that the same packages give the same zip


def check_resvg() -> None:
    """Raise DataError where resvg-py is not installed."""
    try:
        import resvg_py  # noqa: F401
    except ImportError as error:
        raise DataError(
            "Icons are drawn by resvg-py, which is not installed: pip install 'gan-explorer[build]'."
        ) from error


def draw_svg(drawing: Drawing, size: int, mode: str) -> Image.Image | None:
    """The drawing, black where it has no colour, on white, `size` x `size`; None where it cannot be drawn.

    One that refers to other files is none.
    """
    import resvg_py

    if _REFERS.search(drawing.body):
        return None
    box = " ".join(f"{number:g}" for number in drawing.box)
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="{box}" width="{size}" height="{size}">{drawing.body}</svg>'
    )
    try:
        data = bytes(resvg_py.svg_to_bytes(svg_string=svg, background="white", skip_system_fonts=True))
        image = Image.open(io.BytesIO(data), formats=("PNG",)).convert(mode)
    except (ValueError, OSError):
        return None
    if image.size != (size, size):
        return None
    image = image.rotate(-90 * drawing.quarters) if drawing.quarters else image
    image = ImageOps.mirror(image) if drawing.mirrored else image
    return ImageOps.flip(image) if drawing.flipped else image


def is_blank(image: Image.Image) -> bool:
    """Whether all of it is of one colour, or nearly so."""
    lows_and_highs = image.getextrema()
    return all(high - low < 16 for low, high in (lows_and_highs if image.mode == "RGB" else [lows_and_highs]))


class PictureZip:
    """A zip that pictures and texts are written to; a name counts once."""

    def __init__(self, file: zipfile.ZipFile):
        self._file = file

    def add_picture(self, name: str, image: Image.Image) -> None:
        buffer = io.BytesIO()
        image.save(buffer, "PNG", optimize=True)
        self.add(name, buffer.getvalue())

    def add(self, name: str, data: bytes) -> None:
        info = zipfile.ZipInfo(name, _DAY)
        info.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        self._file.writestr(info, data)


@contextmanager
def picture_zip(path: Path):
    """A `PictureZip` that appears at `path` when it is complete. Raises DataError where it cannot be written."""
    if path.suffix.lower() != ".zip":
        raise DataError(f"The data set is written as a zip, and {path} is not called so: name it {path.name}.zip.")
    try:
        with open_atomic(path) as file, zipfile.ZipFile(file, "w") as packed:
            yield PictureZip(packed)
    except OSError as error:
        raise DataError(f"{path} cannot be written ({reason(error)}): choose another place.") from error


def to_json(value: Mapping) -> bytes:
    """Indented JSON."""
    import json

    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()
