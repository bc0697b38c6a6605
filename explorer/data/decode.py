"""The bytes of one image file, of whatever kind, as a small square of pixels."""

import io
from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image, ImageOps

from explorer.data import heif
from explorer.data.imageset import DataError

MAX_PIXELS = 64_000_000
"""Larger pictures are refused before they are decoded: a few bytes can claim to be gigabytes."""

_FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "DIB", "TIFF", "PPM", "TGA", "ICO", "AVIF", "HEIF", "JPEG2000", "QOI")
"""What people keep pictures in, by pillow's names. Not all that it knows: each is one more way in for a file that was
made to do harm, and some (FITS) unpack whatever they hold before anybody has seen how large it is."""

_GREY_TOLERANCE = 8
"""Levels by which the channels of a grey picture may differ, after a lossy copy."""


@dataclass(frozen=True)
class Decoded:
    """pixels: uint8 [size, size] if grey, [size, size, 3] if coloured; fitted: whether it was cropped or scaled;
    transparent: whether it had see-through parts, which were laid on white."""

    pixels: np.ndarray
    fitted: bool
    transparent: bool

    @property
    def coloured(self) -> bool:
        return self.pixels.ndim == 3


@cache
def picture_formats() -> tuple[str, ...]:
    """Those of the formats that the pillow here can read, by its names."""
    Image.init()
    heif.register()
    return tuple(kind for kind in _FORMATS if kind in Image.OPEN)


@cache
def picture_suffixes() -> frozenset[str]:
    """The suffixes of those formats, in lower case (`.png`)."""
    known = picture_formats()  # before pillow is asked, since it may teach it more
    return frozenset(s for s, kind in Image.registered_extensions().items() if kind in known)


def short_side(data: bytes, where: str) -> int:
    """The shorter side in pixels, from the header alone."""
    return min(_open(data, where).size)


def decode(data: bytes, size: int, where: str) -> Decoded:
    """Decode, turn upright (EXIF), lay on white, crop to the centre square and scale to `size` x `size`.

    The first frame of an animation counts. 16-bit grey keeps its upper eight bits. A picture is grey if its
    channels agree, in whatever mode it was saved. `where` names it in errors (DataError).
    """
    image = _open(data, where)
    try:
        image.draft(image.mode if image.mode in ("L", "RGB") else None, (2 * size, 2 * size))  # large JPEGs only
        image = ImageOps.exif_transpose(image)
        image, transparent = _plain(image, where)
        fitted = image.size != (size, size)
        if fitted:
            image = ImageOps.fit(image, (size, size), Image.Resampling.LANCZOS)
    except DataError:
        raise
    except Exception as error:  # decoders fail in many ways, and each means the same to the reader
        raise _unreadable(where, error) from error
    pixels = np.asarray(image)
    if pixels.ndim == 3 and int(np.ptp(pixels, axis=2).max()) <= _GREY_TOLERANCE:
        pixels = np.asarray(image.convert("L"))
    return Decoded(pixels, fitted, transparent)


def open_picture(data: bytes, where: str) -> Image.Image:
    """The whole picture, upright (EXIF), in mode L or RGB, or RGBA where parts are transparent; errors as `decode`."""
    image = _open(data, where)
    try:
        image = ImageOps.exif_transpose(image)
        transparent = _plain(image, where)[1]
        return image.convert("RGBA") if transparent else _plain(image, where)[0]
    except DataError:
        raise
    except Exception as error:  # decoders fail in many ways, and each means the same to the reader
        raise _unreadable(where, error) from error


def _open(data: bytes, where: str) -> Image.Image:
    try:
        image = Image.open(io.BytesIO(data), formats=picture_formats())
    except Image.DecompressionBombError as error:
        raise _too_large(where) from error
    except Exception as error:
        raise _unreadable(where, error) from error
    if image.width * image.height > MAX_PIXELS:
        raise _too_large(where)
    return image


def _plain(image: Image.Image, where: str) -> tuple[Image.Image, bool]:
    """The picture in mode L or RGB, and whether anything of it was transparent."""
    if image.mode.startswith("I"):
        # 16-bit grey; pillow gives some of it as 32-bit integers
        levels = np.clip(np.asarray(image).astype(np.int64), 0, 65535) >> 8
        return Image.fromarray(levels.astype(np.uint8)), False
    if image.mode == "F":
        raise DataError(f"{where} has floating-point pixels, whose white nobody knows: save it with 8 or 16 bits.")
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        image = image.convert("RGBA")
        alpha = image.getchannel("A")
        transparent = alpha.getextrema()[0] < 255
        paper = Image.new("RGB", image.size, "white")
        paper.paste(image, mask=alpha)
        return paper, transparent
    if image.mode in ("1", "L"):
        return image.convert("L"), False
    return image.convert("RGB"), False


def _too_large(where: str) -> DataError:
    return DataError(f"{where} has more than {MAX_PIXELS // 1_000_000} million pixels: scale it down or remove it.")


def _unreadable(where: str, error: Exception) -> DataError:
    reason = "no known image format" if isinstance(error, Image.UnidentifiedImageError) else _reason(error)
    return DataError(f"{where} is not a picture that can be read ({reason}): repair or remove it.")


def _reason(error: Exception) -> str:
    return "there is not enough memory for it" if isinstance(error, MemoryError) else str(error) or "damaged"
