"""Bytes of an image file, of whatever format, into a small square of pixels."""

import io
import threading
import warnings
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import numpy as np
from PIL import Image, ImageOps

from explorer.data.imageset import DataError

MAX_PIXELS = 64_000_000
"""Larger pictures are refused before they are decoded: a few bytes can claim to be gigabytes."""

DEEP = 16
"""Bits of a deep picture, unless the set that it belongs to is known to use fewer."""

_FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "DIB", "TIFF", "PPM", "TGA", "ICO", "AVIF", "HEIF", "JPEG2000", "QOI")
"""Formats that are read, by pillow's names. Not all that it knows: each is one more way in for a file that was made to
do harm, and some (FITS) unpack whatever they hold before their size is known."""

HEIF_SUFFIXES = frozenset((".heic", ".heics", ".heif", ".heifs", ".hif", ".avif", ".avifs"))
"""HEIC and AVIF, as telephones and cameras write them: read only where something is installed that reads them."""

_GREY_TOLERANCE = 8
"""Levels by which the channels of a grey picture may differ, after a lossy copy."""

_PNG = b"\x89PNG\r\n\x1a\n"
_TEXT_CHUNKS = (b"tEXt", b"zTXt", b"iTXt", b"iCCP")
"""Chunks of a PNG that no pixel needs. Pillow refuses a picture whose texts are long, or unpack to much."""

T = TypeVar("T")


class BrokenPicture(DataError):
    """A file that cannot be read as a picture. `reason` says why, in a few words for a list of such files."""

    def __init__(self, sentence: str, reason: str):
        super().__init__(sentence)
        self.reason = reason


@dataclass(frozen=True)
class Decoded:
    """pixels: uint8 [size, size] if grey, [size, size, 3] if coloured; fitted: whether it was cropped, padded,
    stretched or scaled; transparent: whether it had see-through parts, which were laid on white; level: the highest
    that a deep picture (16 bits of grey) had, from 0 to 65,535, None for any other."""

    pixels: np.ndarray
    fitted: bool
    transparent: bool
    level: int | None = None

    @property
    def coloured(self) -> bool:
        return self.pixels.ndim == 3


@cache
def picture_formats() -> tuple[str, ...]:
    """Formats that the installed pillow can read, by its names."""
    Image.init()
    _register_heif()
    return tuple(kind for kind in _FORMATS if kind in Image.OPEN)


@cache
def picture_suffixes() -> frozenset[str]:
    """Suffixes of those formats, in lower case (`.png`)."""
    known = picture_formats()  # first, since it may register more
    return frozenset(s for s, kind in Image.registered_extensions().items() if kind in known)


def short_side(data: bytes, where: str) -> int:
    """The shorter side in pixels, from the header alone; errors as `decode`."""
    return _with_picture(data, where, lambda image: min(image.size))


def deep_level(data: bytes, where: str) -> int | None:
    """The highest level of a deep picture, 0 to 65,535; None for any other, of which only the header is read."""
    return _with_picture(data, where, lambda image: int(_levels(image).max()) if _is_deep(image) else None)


def bits_used(level: int) -> int:
    """Bits used by a set of deep pictures whose highest level is `level`: 8 to 16.

    The next power of two decides, not the level itself, so that a held-out split, whose brightest pixel is another one,
    comes out on the same scale.
    """
    return min(DEEP, max(8, int(level).bit_length()))


def decode(data: bytes, size: int, where: str, fit: str = "crop", bits: int = DEEP) -> Decoded:
    """Decode, turn upright (EXIF), lay on white, and make it a square of `size` x `size`.

    fit: `crop` takes the centre square, `pad` lays the whole picture on a square in the colour of its own edges,
    `stretch` squeezes it. bits: how many of 16-bit grey are used (see `bits_used`); their upper eight are kept. The
    first frame of an animation counts. A picture is grey if its channels agree, in whatever mode it was saved. `where`
    names it in errors (BrokenPicture). Long texts in a PNG are ignored. No warning of pillow's is shown.
    """

    def work(image: Image.Image) -> Decoded:
        image.draft(image.mode if image.mode in ("L", "RGB") else None, (2 * size, 2 * size))  # large JPEGs only
        level = int(_levels(image).max()) if _is_deep(image) else None
        image = ImageOps.exif_transpose(image)
        image, transparent = _plain(image, where, bits)
        fitted = image.size != (size, size)
        if fitted:
            image = _fit(image, size, fit)
        pixels = np.asarray(image)
        if pixels.ndim == 3 and int(np.ptp(pixels, axis=2).max()) <= _GREY_TOLERANCE:
            pixels = np.asarray(image.convert("L"))
        return Decoded(pixels, fitted, transparent, level)

    return _with_picture(data, where, work)


def open_picture(data: bytes, where: str) -> Image.Image:
    """The whole picture, upright (EXIF), in mode L or RGB, or RGBA where parts are transparent; errors as `decode`.

    A deep picture is read by the bits that it uses itself.
    """

    def work(image: Image.Image) -> Image.Image:
        bits = bits_used(int(_levels(image).max())) if _is_deep(image) else DEEP
        image = ImageOps.exif_transpose(image)
        plain, transparent = _plain(image, where, bits)
        return image.convert("RGBA") if transparent else plain

    return _with_picture(data, where, work)


def _register_heif() -> None:
    """Teach pillow HEIF, if pillow-heif is installed; pillow itself reads AVIF from 11.3 on."""
    try:
        from pillow_heif import register_heif_opener
    except ImportError:  # not here, or a build of it that does not fit this machine
        return
    register_heif_opener()


def _with_picture(data: bytes, where: str, work: Callable[[Image.Image], T]) -> T:
    """The result of `work` on the open picture; for a PNG, tried again without its texts where that fails."""
    try:
        with _without_warnings():
            return work(_open(data, where))
    except DataError:
        raise
    except Exception as error:  # decoders fail in many ways, and each means the same to the reader
        bare = _without_texts(data)
        if bare is None:
            raise _unreadable(where, error) from error
    return _with_picture(bare, where, work)


def _open(data: bytes, where: str) -> Image.Image:
    try:
        image = Image.open(io.BytesIO(data), formats=picture_formats())
    except Image.DecompressionBombError as error:
        raise _too_large(where) from error
    if image.width * image.height > MAX_PIXELS:
        raise _too_large(where)
    return image


def _without_texts(data: bytes) -> bytes | None:
    """A PNG without its text chunks, on which pillow may fail; None for one that has none, or for another format."""
    if not data.startswith(_PNG):
        return None
    kept, at, end = [_PNG], len(_PNG), len(data)
    while at + 12 <= end:
        after = at + 12 + int.from_bytes(data[at : at + 4], "big")
        if data[at + 4 : at + 8] not in _TEXT_CHUNKS:
            kept.append(data[at:after])
        at = after
    bare = b"".join(kept)
    return bare if len(bare) < min(at, end) else None


def _is_deep(image: Image.Image) -> bool:
    """Whether it has more than eight bits of grey; pillow gives some 16-bit pictures as 32-bit integers."""
    return image.mode.startswith("I")


def _levels(image: Image.Image) -> np.ndarray:
    levels = np.asarray(image)
    return levels if levels.dtype.itemsize == 2 else np.clip(levels, 0, 65535)


def _plain(image: Image.Image, where: str, bits: int) -> tuple[Image.Image, bool]:
    """The picture in mode L or RGB, and whether any of it was transparent."""
    if _is_deep(image):
        levels = np.minimum(_levels(image) >> (bits - 8), 255)
        return Image.fromarray(levels.astype(np.uint8)), False
    if image.mode == "F":
        raise BrokenPicture(
            f"{where} has floating-point pixels, whose white nobody knows: save it with 8 or 16 bits.",
            "floating-point pixels, whose white nobody knows",
        )
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


def _fit(image: Image.Image, size: int, fit: str) -> Image.Image:
    square, filter_ = (size, size), Image.Resampling.LANCZOS
    if fit == "crop":
        return ImageOps.fit(image, square, filter_)
    if fit == "stretch" or image.width == image.height:
        return image.resize(square, filter_)
    longer = max(image.size)
    width, height = (max(1, round(side * size / longer)) for side in image.size)
    small = image.resize((width, height), filter_)
    paper = Image.new(image.mode, square, _edge_colour(np.asarray(small)))
    paper.paste(small, ((size - width) // 2, (size - height) // 2))
    return paper


def _edge_colour(pixels: np.ndarray) -> int | tuple[int, ...]:
    """The median colour of the two edges of [H, W] or [H, W, 3] that get a border."""
    tall = pixels.shape[0] > pixels.shape[1]
    edges = pixels[:, [0, -1]] if tall else pixels[[0, -1]]
    median = np.median(edges.reshape(-1, *pixels.shape[2:]), axis=0).astype(int)
    return int(median) if median.ndim == 0 else tuple(median.tolist())


_filters_lock = threading.Lock()
_decoding = 0  # threads that decode now
_saved_filters: warnings.catch_warnings | None = None  # restores the filters when the last of them is done


@contextmanager
def _without_warnings() -> Iterator[None]:
    """Suppress pillow's warnings about damaged EXIF data and the like.

    The filters belong to the whole process: of several threads the first sets them, and the last restores them.
    """
    global _decoding, _saved_filters
    with _filters_lock:
        if _decoding == 0:
            _saved_filters = warnings.catch_warnings()
            _saved_filters.__enter__()
            warnings.simplefilter("ignore")
        _decoding += 1
    try:
        yield
    finally:
        with _filters_lock:
            _decoding -= 1
            if _decoding == 0:
                _saved_filters.__exit__(None, None, None)


def _too_large(where: str) -> BrokenPicture:
    most = f"more than {MAX_PIXELS // 1_000_000} million pixels"
    return BrokenPicture(f"{where} has {most}: scale it down or remove it.", most)


def _unreadable(where: str, error: Exception) -> BrokenPicture:
    reason = "no known image format" if isinstance(error, Image.UnidentifiedImageError) else _reason(error)
    return BrokenPicture(f"{where} is not a picture that can be read ({reason}): repair or remove it.", reason)


def _reason(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "there is not enough memory for it"
    if isinstance(error, zlib.error):
        return "damaged"
    return str(error) or "damaged"
