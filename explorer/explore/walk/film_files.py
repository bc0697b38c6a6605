"""Films as files: GIF, animated WebP, MP4 and filmstrip PNG, each with its walk inside; and the walk read back."""

import io
from collections.abc import Iterator
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from explorer.errors import ExplorerError
from explorer.explore.render.files import check_target, write
from explorer.explore.render.picture import SHOWN_SIDE, to_image
from explorer.explore.render.png import NoRecipe, bytes_of, text_in
from explorer.explore.spec.checks import number, whole
from explorer.explore.walk.walk import Walk

if TYPE_CHECKING:
    from explorer.explore.walk.film import Film

KINDS = {
    ".gif": "plays everywhere",
    ".webp": "smaller, and exact in colour",
    ".mp4": "a video",
    ".png": "a filmstrip",
}
MAX_PIXELS = 2**27  # of all frames together
SHORTEST = 2  # hundredths of a second, GIF's unit: browsers show a frame of one for ten
_DESCRIPTION = 0x010E  # the EXIF tag ImageDescription


def save_film(
    path: str | Path, film: "Film", fps: float = 12.0, ping_pong: bool = False, scale: int | None = None
) -> Path:
    """Write a film as the file's suffix says, atomically; returns the path, raises ExplorerError.

    The walk's JSON lies in the GIF's comment, the WebP's EXIF description, the MP4's comment, the PNG's text chunk
    `gan-explorer`; `walk_from` reads it. All but the PNG repeat for ever where the player lets them. GIF shows at most
    256 colours a frame and 50 frames a second, and MP4 is lossy; WebP and PNG hold the pixels as drawn, and GIF does so
    in grey.

    fps: frames a second, 1 .. 60. ping_pong: forwards, then backwards. scale: pixels a pixel, 1 .. 64; by default what
    makes a frame about 448 pixels wide, and 1 for a filmstrip.
    """
    path = check_target(path, KINDS)
    fps = number(fps, "fps", 1, 60)
    suffix = path.suffix.lower()
    if scale is not None:
        whole(scale, "scale", 1, 64)
    if suffix == ".png":
        return write(path, film.strip_png(scale or 1))
    frames, height, width, _ = film.composites.shape
    scale = scale or max(1, round(SHOWN_SIDE / max(height, width)))
    order = list(range(frames)) + (list(range(frames - 2, 0, -1)) if ping_pong else [])
    if len(order) * height * width * scale**2 > MAX_PIXELS:
        raise ExplorerError(f"{len(order)} frames at scale {scale} are too large a film; use a smaller scale.")
    images = (to_image(film.composites[frame], scale) for frame in order)
    return write(path, {".gif": _gif, ".webp": _webp, ".mp4": _mp4}[suffix](images, film.walk.to_json(), fps))


def walk_from(source: str | Path | bytes) -> Walk:
    """The walk in a file that `save_film` wrote (a path or the bytes), read as hostile; raises SpecError."""
    name, data = bytes_of(source)
    if data.startswith(b"\x89PNG"):
        return Walk.from_json(text_in(source))
    if data[4:8] == b"ftyp":
        return Walk.from_json(_mp4_comment(name, data))
    try:
        with Image.open(io.BytesIO(data), formats=["GIF", "WEBP"]) as image:
            found = image.info.get("comment") if image.format == "GIF" else image.getexif().get(_DESCRIPTION)
    except Exception:  # Pillow lets whatever a broken file provokes through: OSError, SyntaxError, struct.error ...
        raise NoRecipe(f"{name} is no GIF, WebP, MP4 or PNG that can be read.") from None
    if isinstance(found, bytes):
        found = found.decode("ascii", "replace")
    return Walk.from_json(_ours(name, found))


def _gif(images: Iterator[Image.Image], json: str, fps: float) -> bytes:
    buffer = io.BytesIO()
    first = next(images)
    duration = 10 * max(SHORTEST, round(100 / fps))
    first.save(
        buffer, "GIF", save_all=True, append_images=images, duration=duration, loop=0, comment=json.encode("ascii")
    )
    return buffer.getvalue()


def _webp(images: Iterator[Image.Image], json: str, fps: float) -> bytes:
    exif = Image.Exif()
    exif[_DESCRIPTION] = json
    buffer = io.BytesIO()
    first = next(images).convert("RGB")
    rest = (image.convert("RGB") for image in images)
    duration = round(1000 / fps)
    first.save(
        buffer, "WEBP", save_all=True, append_images=rest, duration=duration, loop=0, lossless=True, method=0, exif=exif
    )
    return buffer.getvalue()


def _mp4(images: Iterator[Image.Image], json: str, fps: float) -> bytes:
    av = _av()
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as film:
        film.metadata["comment"] = json
        codec = "libx264" if "libx264" in av.codecs_available else "mpeg4"
        stream = film.add_stream(codec, rate=Fraction(fps).limit_denominator(1000))
        stream.pix_fmt = "yuv420p"
        if codec == "libx264":
            stream.options = {"crf": "14", "preset": "fast"}
        first = _even_sides(next(images))
        stream.height, stream.width = first.shape[:2]
        for pixels in chain([first], map(_even_sides, images)):
            film.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        film.mux(stream.encode())
    return buffer.getvalue()


def _even_sides(image: Image.Image) -> np.ndarray:
    """uint8 [H, W, 3] with even sides, which yuv420p asks for."""
    pixels = np.asarray(image.convert("RGB"))
    height, width = pixels.shape[:2]
    return np.pad(pixels, ((0, height % 2), (0, width % 2), (0, 0)), "edge")


def _mp4_comment(name: str, data: bytes) -> str:
    av = _av()
    try:
        with av.open(io.BytesIO(data), format="mp4") as film:
            return _ours(name, film.metadata.get("comment"))
    except (av.error.FFmpegError, ValueError, UnicodeError):
        raise NoRecipe(f"{name} is not an MP4 that can be read.") from None


def _ours(name: str, comment: object) -> str:
    """A file's comment, if it is JSON, as ours are: other programs write their names there."""
    if isinstance(comment, str) and comment.startswith("{"):
        return comment
    raise NoRecipe(f"{name} holds no walk: only a film that GAN Explorer saved can be drawn again.")


def _av():
    try:
        import av
    except ImportError:
        raise ExplorerError(
            "MP4 needs PyAV, which is not installed; run pip install 'gan-explorer[video]', or use .gif or .webp."
        ) from None
    return av
