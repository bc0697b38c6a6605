"""PNG files that carry their spec in a text chunk."""

import io
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from explorer.explore.spec.serialize import dumps, dumps_sheet, loads, loads_all
from explorer.explore.spec.spec import Spec, SpecError
from explorer.files import open_regular, reason

KEY = "gan-explorer"
PAGE_KEY = "gan-explorer-page"  # what follows the `?` of the page that a picture was saved on
MAX_PAGE = 60_000  # letters of that
MAX_BYTES = 64 * 2**20
MAX_PIXELS = 2**26  # of a PNG written or decoded
_BROKEN = object()


class NoRecipe(SpecError):
    """A file that is not one of ours: it holds neither a spec nor a walk, or is no picture that can be read."""


def encode(image: Image.Image, specs: Sequence[Spec]) -> bytes:
    """Encode an image as PNG, its specs in the text chunk `gan-explorer`: one for a picture, one a row for a sheet."""
    return encode_text(image, dumps(specs[0]) if len(specs) == 1 else dumps_sheet(tuple(specs)))


def encode_text(image: Image.Image, json: str, page: str = "") -> bytes:
    """Encode an image as PNG with any JSON of ours in the text chunk `gan-explorer`, and a page's address, if any, in
    `gan-explorer-page`."""
    if image.width * image.height > MAX_PIXELS:
        raise SpecError(
            f"A picture of {image.width} x {image.height} pixels is too large to be read again; scale it less."
        )
    text = PngInfo()
    text.add_text(KEY, json)
    if page:
        text.add_text(PAGE_KEY, page)
    buffer = io.BytesIO()
    # On pictures this small, runs after row filters pack as tightly as full zlib, at half its fastest time.
    image.save(buffer, "PNG", pnginfo=text, compress_level=1, compress_type=zlib.Z_RLE)
    return buffer.getvalue()


def spec_from_png(source: str | Path | bytes) -> Spec:
    """The spec in a picture's PNG (a path or the bytes), read as hostile; raises SpecError with a sentence."""
    return loads(text_in(source))


def specs_from_png(source: str | Path | bytes) -> tuple[Spec, ...]:
    """The specs in a PNG: one for a picture, one a row for a sheet; raises SpecError with a sentence."""
    return loads_all(text_in(source))


def carries_text(source: str | Path | bytes) -> bool:
    """Whether a file (a path or the bytes) is a PNG with JSON of ours; raises SpecError if it cannot be read at all."""
    return isinstance(_chunks(bytes_of(source)[1])[0], str)


def text_in(source: str | Path | bytes) -> str:
    """The JSON of ours in a PNG (a path or the bytes), of a spec or a walk; raises SpecError with a sentence."""
    return texts_in(source)[0]


def texts_in(source: str | Path | bytes) -> tuple[str, str]:
    """(JSON of ours, what follows the `?` of the page it was saved on, or "") in a PNG; raises SpecError."""
    name, data = bytes_of(source)
    found, page = _chunks(data)
    if found is _BROKEN:
        raise NoRecipe(f"{name} is not a PNG that can be read.")
    if not isinstance(found, str):
        raise NoRecipe(f"{name} holds no spec: only a PNG that GAN Explorer saved can be drawn again.")
    return found, page if isinstance(page, str) and len(page) <= MAX_PAGE else ""


def _chunks(data: bytes) -> tuple[object, object]:
    """The text chunks KEY and PAGE_KEY of a PNG, None each if it has none; (_BROKEN, None) if it is no PNG."""
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
            found, page = image.info.get(KEY), image.info.get(PAGE_KEY)
            if found is None and image.width * image.height <= MAX_PIXELS:
                found = image.text.get(KEY)  # other programs put text behind the pixels
            return found, page
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error, Image.DecompressionBombError):
        return _BROKEN, None


def bytes_of(source: str | Path | bytes) -> tuple[str, bytes]:
    """(name for messages, content) of a file of at most 64 MiB; raises SpecError if it cannot be read."""
    if isinstance(source, bytes):
        name, data = "This file", source[: MAX_BYTES + 1]
    else:
        name = str(source)
        try:
            with open_regular(source) as file:
                data = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise SpecError(f"{name} cannot be read ({reason(error)}).") from None
    if len(data) > MAX_BYTES:
        raise SpecError(f"{name} is larger than {MAX_BYTES // 2**20} MB; no picture of ours is.")
    return name, data
