"""Anybody's picture, brought into the form that a generator draws: its size, its colours, its paper, its margin."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from explorer.data.decode import MAX_PIXELS, open_picture
from explorer.errors import ExplorerError
from explorer.files import read_bytes, reason

MAX_BYTES = 64 * 2**20
LARGEST = 1024  # pixels of the longer side that are looked at
CLOSE = 32  # grey levels by which paper may vary
PLAIN = 0.6  # of a picture's rim is paper, if it has any
Source = str | Path | bytes | np.ndarray | Image.Image


@dataclass(frozen=True)
class PictureFormat:
    """How a generator's pictures look. side: pixels. channels: 1 or 3. paper: the grey level, 0 to 255, around what is
    drawn, or None where pictures fill their frame. extent: the longer side of what is drawn, as a share of the side."""

    side: int
    channels: int
    paper: int | None
    extent: float


@dataclass(frozen=True, eq=False)
class PreparedPicture:
    """pixels: uint8 [H, W, C] as the generator draws them. notes: what was done to the picture, a sentence each."""

    pixels: np.ndarray
    notes: tuple[str, ...]


def format_of(tiles: np.ndarray) -> PictureFormat:
    """What tiles uint8 [N, H, W, C] of a generator have in common."""
    _, side, _, channels = tiles.shape
    grey = tiles.mean(axis=3)
    paper = _paper(grey)
    if paper is None:
        return PictureFormat(side, channels, None, 1.0)
    boxes = [_box(one, paper) for one in grey]
    extents = [max(bottom - top, right - left) / side for top, left, bottom, right in filter(None, boxes)]
    return PictureFormat(side, channels, paper, float(np.median(extents)) if extents else 1.0)


def prepare_picture(
    source: Source, manner: PictureFormat, swap: bool | None = None, centre: bool = True
) -> PreparedPicture:
    """A picture as a generator of this manner might have drawn it.

    source: a file, its bytes, a Pillow image, or uint8 [H, W] or [H, W, 1, 3 or 4] (a canvas). swap: whether light
    and dark change places; None decides by the paper of both. centre: whether what is drawn on plain paper is cut out,
    scaled to the generator's usual size and put into the middle. A picture of the right size already is not moved, nor
    one that is such a picture with every pixel enlarged, as those that are saved here are. Raises ExplorerError
    (DataError for files) with a sentence.
    """
    image, notes = _small_again(_opened(source), manner.side), []
    if max(image.size) > LARGEST:
        image.thumbnail((LARGEST, LARGEST), Image.Resampling.LANCZOS)
    image, note = _on_paper(image)
    notes += note
    if manner.channels == 1 and image.mode == "RGB" and np.ptp(np.asarray(image), axis=2).max() > 8:
        notes.append("Its colours were turned to grey, for this generator draws in grey.")
    pixels = np.asarray(image.convert("L" if manner.channels == 1 else "RGB")).astype(np.float64)
    pixels = pixels.reshape(*pixels.shape[:2], manner.channels)
    paper = _paper(pixels.mean(axis=2)[None])
    if swap is None:
        on_paper = paper is not None and manner.paper is not None
        swap = on_paper and abs(255 - paper - manner.paper) < abs(paper - manner.paper)
    if swap:
        pixels = 255 - pixels
        paper = None if paper is None else 255 - paper
        notes.append("Light and dark changed places.")
    if pixels.shape[:2] == (manner.side, manner.side):
        return PreparedPicture(pixels.astype(np.uint8), tuple(notes))
    if centre and paper is not None and manner.paper is not None:
        box = _box(pixels.mean(axis=2), paper)
        if box is None:
            raise ExplorerError(
                "There is nothing in this picture but its paper; draw something, or choose another one."
            )
        notes.append("What is drawn on its paper was cut out, scaled and put into the middle.")
        return PreparedPicture(_mounted(pixels, box, paper, manner), tuple(notes))
    notes.append(f"It was cut to its middle square and scaled to {manner.side} x {manner.side}.")
    middle = ImageOps.fit(_image(pixels), (manner.side, manner.side), Image.Resampling.LANCZOS)
    return PreparedPicture(_pixels(middle, manner.channels), tuple(notes))


def _opened(source: Source) -> Image.Image:
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


def _small_again(image: Image.Image, side: int) -> Image.Image:
    """A picture of `side` pixels whose every pixel was enlarged, as it was; any other as it is."""
    if image.width != image.height or image.width % side or image.width == side:
        return image
    small = image.resize((side, side), Image.Resampling.NEAREST)
    same = small.resize(image.size, Image.Resampling.NEAREST).tobytes() == image.tobytes()
    return small if same and len(small.getcolors(side * side)) > 1 else image


def _on_paper(image: Image.Image) -> tuple[Image.Image, list[str]]:
    """The picture without transparency: on white, unless what is seen of it is light itself."""
    if image.mode != "RGBA":
        return image, []
    seen = np.asarray(image.getchannel("A")).astype(np.float64)
    if seen.min() == 255:
        return image.convert("RGB"), []
    if not seen.any():
        raise ExplorerError("This picture is transparent all over; draw something, or choose another one.")
    light = np.average(np.asarray(image.convert("RGB").convert("L")), weights=seen) > 127
    paper = Image.new("RGB", image.size, "black" if light else "white")
    paper.paste(image, mask=image.getchannel("A"))
    return paper, [f"Its transparent parts were laid on {'black' if light else 'white'}."]


def _paper(grey: np.ndarray) -> int | None:
    """The level around what is drawn in pictures [N, H, W], or None if they have no plain rim."""
    rim = np.concatenate([grey[:, 0], grey[:, -1], grey[:, :, 0], grey[:, :, -1]], axis=1)
    paper = float(np.median(rim))
    return round(paper) if (np.abs(rim - paper) <= CLOSE).mean() >= PLAIN else None


def _box(grey: np.ndarray, paper: float) -> tuple[int, int, int, int] | None:
    """Top, left, bottom and right of what is drawn on the paper, ends not included; None if nothing is."""
    drawn = np.abs(grey - paper) > CLOSE
    if not drawn.any():
        return None
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    return int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1


def _mounted(pixels: np.ndarray, box: tuple[int, int, int, int], paper: int, manner: PictureFormat) -> np.ndarray:
    top, left, bottom, right = box
    drawn = _image(np.clip(pixels[top:bottom, left:right] + (manner.paper - paper), 0, 255))
    scale = manner.extent * manner.side / max(drawn.size)
    width, height = (max(1, round(length * scale)) for length in drawn.size)
    small = _pixels(drawn.resize((width, height), Image.Resampling.LANCZOS), manner.channels)
    page = np.full((manner.side, manner.side, manner.channels), manner.paper, dtype=np.uint8)
    row, column = (manner.side - height) // 2, (manner.side - width) // 2
    page[row : row + height, column : column + width] = small
    return page


def _image(pixels: np.ndarray) -> Image.Image:
    whole = np.rint(pixels).astype(np.uint8)
    return Image.fromarray(whole[:, :, 0] if whole.shape[2] == 1 else whole)


def _pixels(image: Image.Image, channels: int) -> np.ndarray:
    return np.asarray(image).reshape(image.height, image.width, channels)
