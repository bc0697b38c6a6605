"""Any picture brought into the format that a generator draws: its size, colours, background and margin."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from explorer.data.decode import MAX_PIXELS, open_picture
from explorer.errors import ExplorerError
from explorer.files import read_bytes, reason

MAX_BYTES = 64 * 2**20
MAX_SIDE = 1024  # pixels; larger pictures are scaled down first
TOLERANCE = 32  # grey levels by which a background may vary
MIN_RIM = 0.6  # share of a picture's rim that shows the background, if it has one
Source = str | Path | bytes | np.ndarray | Image.Image


class BlankPicture(ExplorerError):
    """A picture of nothing but a plain background, from which nothing can be cut out."""


@dataclass(frozen=True)
class PictureFormat:
    """Format of a generator's pictures. side: pixels. channels: 1 or 3. background: the grey level, 0 to 255, around
    the object, or None where pictures fill their frame. extent: the object's longer side as a share of the side."""

    side: int
    channels: int
    background: int | None
    extent: float


@dataclass(frozen=True, eq=False)
class PreparedPicture:
    """pixels: uint8 [H, W, C] in the generator's format. notes: the changes to the picture, a sentence each."""

    pixels: np.ndarray
    notes: tuple[str, ...]


def format_of(tiles: np.ndarray) -> PictureFormat:
    """The format of a generator's tiles, uint8 [N, H, W, C]."""
    _, side, _, channels = tiles.shape
    grey = tiles.mean(axis=3)
    background = _background(grey)
    if background is None:
        return PictureFormat(side, channels, None, 1.0)
    boxes = [_box(one, background) for one in grey]
    extents = [max(bottom - top, right - left) / side for top, left, bottom, right in filter(None, boxes)]
    return PictureFormat(side, channels, background, float(np.median(extents)) if extents else 1.0)


def prepare_picture(
    source: Source, form: PictureFormat, swap: bool | None = None, centre: bool = True
) -> PreparedPicture:
    """Bring a picture into a generator's format.

    source: a file, its bytes, a Pillow image, or uint8 [H, W] or [H, W, 1, 3 or 4] (a canvas). swap: whether light
    and dark change places; None decides by both backgrounds. centre: whether an object on a plain background is cut
    out, scaled to the generator's usual size and centred. A picture of the right size already is not moved, nor such a
    picture with every pixel enlarged, as pictures are saved here. Raises ExplorerError (DataError for files) with a
    sentence.
    """
    image, notes = _undo_enlargement(_open(source), form.side), []
    if max(image.size) > MAX_SIDE:
        image.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    image, more = _without_transparency(image)
    notes += more
    if form.channels == 1 and image.mode == "RGB" and np.ptp(np.asarray(image), axis=2).max() > 8:
        notes.append("Its colours were turned to grey, for this generator draws in grey.")
    pixels = np.asarray(image.convert("L" if form.channels == 1 else "RGB")).astype(np.float64)
    pixels = pixels.reshape(*pixels.shape[:2], form.channels)
    background = _background(pixels.mean(axis=2)[None])
    if swap is None:
        both = background is not None and form.background is not None
        swap = both and abs(255 - background - form.background) < abs(background - form.background)
    if swap:
        pixels = 255 - pixels
        background = None if background is None else 255 - background
        notes.append("Light and dark changed places.")
    if pixels.shape[:2] == (form.side, form.side):
        return PreparedPicture(pixels.astype(np.uint8), tuple(notes))
    if centre and background is not None and form.background is not None:
        box = _box(pixels.mean(axis=2), background)
        if box is None:
            raise BlankPicture(
                "There is nothing in this picture but its background; draw something, or choose another one."
            )
        notes.append("What is drawn was cut out of its background, scaled and put into the middle.")
        return PreparedPicture(_centred(pixels, box, background, form), tuple(notes))
    notes.append(f"It was cut to its middle square and scaled to {form.side} x {form.side}.")
    middle = ImageOps.fit(_image(pixels), (form.side, form.side), Image.Resampling.LANCZOS)
    return PreparedPicture(_pixels(middle, form.channels), tuple(notes))


def _open(source: Source) -> Image.Image:
    if isinstance(source, Image.Image):
        if source.width * source.height > MAX_PIXELS:
            raise ExplorerError(f"This picture has more than {MAX_PIXELS // 10**6} million pixels: scale it down.")
        return source.convert("RGBA" if source.has_transparency_data else "L" if source.mode == "L" else "RGB")
    if isinstance(source, np.ndarray):
        channels = source.shape[2] if source.ndim == 3 else 1
        if source.dtype != np.uint8 or source.ndim not in (2, 3) or channels not in (1, 3, 4) or not source.size:
            raise ExplorerError(
                f"A picture is an array uint8 [H, W] or [H, W, 1, 3 or 4], not {source.dtype} {list(source.shape)[:4]}."
            )
        if source.shape[0] * source.shape[1] > MAX_PIXELS:
            raise ExplorerError(f"This picture has more than {MAX_PIXELS // 10**6} million pixels: scale it down.")
        return Image.fromarray(source[:, :, 0] if channels == 1 and source.ndim == 3 else source)
    if isinstance(source, bytes):
        return open_picture(source[:MAX_BYTES], "This picture")
    try:
        return open_picture(read_bytes(source, MAX_BYTES), str(source))
    except OSError as error:
        raise ExplorerError(f"{source} cannot be read ({reason(error)}).") from None


def _undo_enlargement(image: Image.Image, side: int) -> Image.Image:
    """The picture of `side` pixels before every pixel was enlarged; any other unchanged."""
    if image.width != image.height or image.width % side or image.width == side:
        return image
    small = image.resize((side, side), Image.Resampling.NEAREST)
    same = small.resize(image.size, Image.Resampling.NEAREST).tobytes() == image.tobytes()
    return small if same and len(small.getcolors(side * side)) > 1 else image


def _without_transparency(image: Image.Image) -> tuple[Image.Image, list[str]]:
    """The picture on white, or on black where its visible part is light."""
    if image.mode != "RGBA":
        return image, []
    alpha = np.asarray(image.getchannel("A")).astype(np.float64)
    if alpha.min() == 255:
        return image.convert("RGB"), []
    if not alpha.any():
        raise ExplorerError("This picture is transparent all over; draw something, or choose another one.")
    light = np.average(np.asarray(image.convert("RGB").convert("L")), weights=alpha) > 127
    page = Image.new("RGB", image.size, "black" if light else "white")
    page.paste(image, mask=image.getchannel("A"))
    return page, [f"Its transparent parts were laid on {'black' if light else 'white'}."]


def _background(grey: np.ndarray) -> int | None:
    """The grey level around the objects in pictures [N, H, W], or None if they have no plain rim."""
    rim = np.concatenate([grey[:, 0], grey[:, -1], grey[:, :, 0], grey[:, :, -1]], axis=1)
    level = float(np.median(rim))
    return round(level) if (np.abs(rim - level) <= TOLERANCE).mean() >= MIN_RIM else None


def _box(grey: np.ndarray, background: float) -> tuple[int, int, int, int] | None:
    """Top, left, bottom and right of the object on a background, ends not included; None if there is none."""
    drawn = np.abs(grey - background) > TOLERANCE
    if not drawn.any():
        return None
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    return int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1


def _centred(pixels: np.ndarray, box: tuple[int, int, int, int], background: int, form: PictureFormat) -> np.ndarray:
    top, left, bottom, right = box
    drawn = _image(np.clip(pixels[top:bottom, left:right] + (form.background - background), 0, 255))
    scale = form.extent * form.side / max(drawn.size)
    width, height = (max(1, round(length * scale)) for length in drawn.size)
    small = _pixels(drawn.resize((width, height), Image.Resampling.LANCZOS), form.channels)
    page = np.full((form.side, form.side, form.channels), form.background, dtype=np.uint8)
    row, column = (form.side - height) // 2, (form.side - width) // 2
    page[row : row + height, column : column + width] = small
    return page


def _image(pixels: np.ndarray) -> Image.Image:
    whole = np.rint(pixels).astype(np.uint8)
    return Image.fromarray(whole[:, :, 0] if whole.shape[2] == 1 else whole)


def _pixels(image: Image.Image, channels: int) -> np.ndarray:
    return np.asarray(image).reshape(image.height, image.width, channels)
