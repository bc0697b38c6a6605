"""Sheets: samples from the same latents, and real pictures of the same labels."""

import base64
import io
from collections.abc import Sequence

import numpy as np
from PIL import Image

from explorer.checkpoint import Checkpoint
from explorer.compare.comparison import Sheet
from explorer.data import ImageSet
from explorer.explore.render.forward import draw_tiles
from explorer.explore.spec.spec import Seeded, Spec
from explorer.many_labels import spread

SEED = 0  # of the latents
ROWS, COLUMNS, REAL = 10, 8, 4  # the most rows; samples a row; real pictures a row


def drawn_sheet(checkpoint: Checkpoint, seed: int = SEED) -> Sheet:
    """Draw samples, psi 1: a row for each label, or value of an InfoGAN's first category, of the same latents.

    An unconditional generator draws the same latents and those that follow. Latents of equal (seed, index) begin with
    the same numbers, however long they are.
    """
    rows = rows_of(checkpoint)
    no_word = np.zeros(checkpoint.label_vectors.shape[1], dtype=np.float32)
    if checkpoint.conditional:
        vectors = dict(zip(checkpoint.labels, checkpoint.label_vectors, strict=True))
        tiles = [draw_tiles(checkpoint, Spec(latents=Seeded(seed, COLUMNS)), vectors[label]) for label in rows]
    elif rows:
        codes = checkpoint.generator.config.codes
        specs = (Spec(latents=Seeded(seed, COLUMNS), codes=_codes(codes, value)) for value in range(len(rows)))
        tiles = [draw_tiles(checkpoint, spec, no_word) for spec in specs]
    else:
        count = COLUMNS * min(ROWS, len(checkpoint.labels) or ROWS)
        tiles = [draw_tiles(checkpoint, Spec(latents=Seeded(seed, count)), no_word)]
    return _sheet(np.concatenate(tiles), _names(checkpoint, rows), COLUMNS)


def rows_of(checkpoint: Checkpoint) -> tuple[str, ...]:
    """The label, or the value of the code, of each row; () for an unconditional generator."""
    if checkpoint.conditional:
        return tuple(checkpoint.labels[place] for place in spread(checkpoint.labels, ROWS))
    codes = checkpoint.description.codes
    first = _first_category(codes)
    return () if first is None else tuple(f"c{first + 1} = {value}" for value in range(min(ROWS, codes[first])))


def real_sheet(checkpoint: Checkpoint, pictures: ImageSet, rows: int = ROWS) -> Sheet:
    """The first real pictures of each of the same labels, in so many rows at most."""
    known = [label for label in checkpoint.labels if label in pictures.words] or list(pictures.words)
    labels = [known[place] for place in spread(known, rows)]
    tiles = np.zeros((len(labels) * REAL, *pictures.images.shape[1:]), dtype=np.uint8)
    for row, label in enumerate(labels):
        found = np.flatnonzero(pictures.labels == pictures.words.index(label))[:REAL]
        tiles[row * REAL : row * REAL + len(found)] = pictures.images[found]
    return _sheet(tiles.transpose(0, 2, 3, 1), _names(checkpoint, labels), REAL)


def _names(checkpoint: Checkpoint, rows: Sequence[str]) -> tuple[str, ...]:
    return tuple(checkpoint.display_names.get(row, row) for row in rows)


def _first_category(codes: tuple[int, ...]) -> int | None:
    return next((place for place, kind in enumerate(codes) if kind > 1), None)


def _codes(kinds: tuple[int, ...], value: int) -> tuple[float, ...]:
    first = _first_category(kinds)
    return tuple(float(value) if place == first else 0.0 for place in range(len(kinds)))


def _sheet(tiles: np.ndarray, rows: tuple[str, ...], columns: int) -> Sheet:
    """A sheet of tiles uint8 [N, H, W, C], so many a row."""
    height, (_, side, width, channels) = len(tiles) // columns, tiles.shape
    grid = tiles.reshape(height, columns, side, width, channels).transpose(0, 2, 1, 3, 4)
    content = io.BytesIO()
    picture = Image.fromarray(grid.reshape(height * side, columns * width, channels).squeeze())
    picture.save(content, "PNG", optimize=True)
    return Sheet(base64.b64encode(content.getvalue()).decode(), rows, columns, height)
