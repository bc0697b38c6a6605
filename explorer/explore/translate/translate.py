"""Translate: a picture of one domain in, the same as one of the other domain out, and what comes back of that."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

import numpy as np
import torch
from PIL import Image

from explorer.checkpoint import TranslatorCheckpoint
from explorer.checkpoint.example_pictures import Examples, read_examples
from explorer.explore.inside.prepare import BlankPicture, PictureFormat, Source, format_of, prepare_picture
from explorer.explore.render.files import check_target, write
from explorer.explore.render.picture import to_image
from explorer.explore.render.png import encode_text
from explorer.explore.render.studio import Studio
from explorer.explore.translate.translation import Translation
from explorer.models.config import Way
from explorer.models.pixels import from_bytes, to_bytes
from explorer.models.translator import translate as translate_pictures

GAP = 2  # pixels between two pictures of a row
SHOWN_SIDE = 448  # pixels, about, of a picture in a notebook
BATCH = 16


@dataclass(frozen=True, eq=False)
class Translated:
    """The result of `translate`. source, picture, back: uint8 [H, W, C]: what the translator was given, its
    translation (at the strength that was asked for), and what comes back of the whole translation.

    domains: names of the set that the source is taken for, and of the other. notes: changes made to the picture before,
    a sentence each. timings: milliseconds by step.
    """

    translation: Translation
    domains: tuple[str, str]
    source: np.ndarray
    picture: np.ndarray
    back: np.ndarray
    notes: tuple[str, ...]
    timings: Mapping[str, float]

    @property
    def cycle_error(self) -> float:
        """Mean absolute difference of what came back from the source, 0 to 255 grey levels."""
        return float(np.abs(self.back.astype(np.float64) - self.source).mean())

    @property
    def change(self) -> float:
        """Mean absolute difference of the translation from the source, 0 to 255 grey levels."""
        return float(np.abs(self.picture.astype(np.float64) - self.source).mean())

    def of(self, name: str) -> "Translated":
        """The same under another name of the translator, as pages know it."""
        return replace(self, translation=self.translation.of(name))

    def row(self) -> np.ndarray:
        """Source, translation and what comes back side by side, uint8 [H, 3 W + 2 GAP, C]."""
        gap = np.full((len(self.source), GAP, self.source.shape[2]), 128, np.uint8)
        return np.concatenate([self.source, gap, self.picture, gap, self.back], axis=1)

    def image(self, scale: int = 1) -> Image.Image:
        """The three as a Pillow image (mode L or RGB), each pixel `scale` x `scale`."""
        return to_image(self.row(), scale)

    def png(self, scale: int = 1, whole: bool = True) -> bytes:
        """A PNG that carries the translation; whole: of all three pictures, else of the translation alone."""
        image = self.image(scale) if whole else to_image(self.picture, scale)
        return encode_text(image, self.translation.to_json())

    def save(self, path: str | Path, scale: int = 1, whole: bool = False) -> Path:
        """Write a .png of the translation, or of all three pictures; returns the path. Raises ExplorerError."""
        return write(check_target(path, {".png": "a picture"}), self.png(scale, whole))

    def _repr_png_(self) -> bytes:
        return self.png(max(1, round(SHOWN_SIDE / self.row().shape[1])))


def fit_picture(
    opened: TranslatorCheckpoint, source: Source, way: Way = "there", centre: bool = True
) -> tuple[bytes, tuple[str, ...]]:
    """Any picture in a translator's size, colours and background, as a PNG; and the changes, a sentence each.

    centre: whether what is drawn on a plain background is cut out, scaled and put into the middle; see
    `inside.prepare.prepare_picture`. Raises ExplorerError with a sentence for what is no picture.
    """
    form = domain_format(opened, way)
    try:
        prepared = prepare_picture(source, form, centre=centre)
    except BlankPicture:  # which may be translated too
        prepared = prepare_picture(source, form, centre=False)
    buffer = io.BytesIO()
    to_image(prepared.pixels).save(buffer, "PNG", optimize=True)
    return buffer.getvalue(), prepared.notes


def domain_format(opened: TranslatorCheckpoint, way: Way = "there") -> PictureFormat:
    """The format of the pictures that a translator takes this way: by its examples, where it has some."""
    channels, side, _ = opened.image_shape
    some = examples_of(opened)
    tiles = some.a if way == "there" else some.b
    return format_of(tiles) if len(tiles) else PictureFormat(side, channels, None, 1.0)


def examples_of(opened: TranslatorCheckpoint) -> Examples:
    """The real pictures that a translator carries."""
    return read_examples(opened.path, opened.image_shape)


def translate(
    studio: Studio,
    source: Source | Translation,
    checkpoint: str = "",
    way: Way = "there",
    strength: float = 1.0,
    centre: bool = True,
) -> Translated:
    """Translate a picture (a file, its bytes, a Pillow image or an array), or do a Translation again.

    checkpoint: a translator's name, folder or hub address. way: `there` or `back`. strength: share of the change, 0 to
    1: the picture and its translation are blended pixel by pixel. centre: see `fit_picture`. Raises ExplorerError.
    """
    notes: tuple[str, ...] = ()
    if isinstance(source, Translation):
        translation = source
        opened = studio.translator(translation.checkpoint)
        picture, _ = fit_picture(opened, translation.picture, translation.way)
    else:
        opened = studio.translator(checkpoint)
        picture, notes = fit_picture(opened, source, way, centre)
        translation = Translation(checkpoint, picture, way, strength)
    channels, side, _ = opened.image_shape
    with Image.open(io.BytesIO(picture)) as image:
        pixels = np.asarray(image).reshape(1, side, side, channels)
    clock = perf_counter()
    translated, back = translate_tiles(opened, pixels, translation.way, translation.strength)
    timings = {"translate": 1000 * (perf_counter() - clock)}
    domains = opened.domains if translation.way == "there" else opened.domains[::-1]
    return Translated(translation, domains, pixels[0], translated[0], back[0], notes, timings)


@torch.inference_mode()
def translate_tiles(
    opened: TranslatorCheckpoint, tiles: np.ndarray, way: Way, strength: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    """Pictures uint8 [N, H, W, C], in the translator's size and colours, translated, and brought back; see
    `translate`."""
    device = next(opened.translator.parameters()).device
    found: tuple[list[np.ndarray], list[np.ndarray]] = ([], [])
    for start in range(0, len(tiles), BATCH):
        rows = np.array(tiles[start : start + BATCH])  # a copy, since the tiles may be read-only
        pictures = from_bytes(torch.from_numpy(rows).permute(0, 3, 1, 2)).to(device)
        translated, back = translate_pictures(opened.translator, pictures, way)
        for part, drawn in zip(found, (torch.lerp(pictures, translated, strength), back), strict=True):
            part.append(to_bytes(drawn).cpu().numpy())
    translated, back = (np.concatenate(part) if part else np.empty_like(tiles) for part in found)
    return translated, back
