"""Pictures as files: targets are checked before anything is drawn, and written atomically."""

import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from explorer import places
from explorer.atomic import write_atomic
from explorer.errors import ExplorerError, listed
from explorer.explore.render.picture import Picture
from explorer.explore.render.png import encode
from explorer.explore.render.sheets import sheet, words_of
from explorer.explore.spec.serialize import dumps
from explorer.explore.spec.spec import Spec

KINDS = {".png": "a picture", ".npz": "raw tiles"}


def check_target(path: str | Path, kinds: Mapping[str, str] = KINDS) -> Path:
    """The path, if it can be written as one of `kinds`; raises ExplorerError with a sentence if not."""
    path = places.expand(path)
    if path.suffix.lower() not in kinds:
        kind = f"{path.suffix!r} files" if path.suffix else "files without an extension"
        use = listed((f"{suffix} ({what})" for suffix, what in kinds.items()), "or")
        raise ExplorerError(f"Cannot write {path}: {kind} are not known here; use {use}.")
    if not path.parent.is_dir():
        raise ExplorerError(f"Cannot write {path}: there is no folder {path.parent}; make it first.")
    if path.exists() and not path.is_file():
        raise ExplorerError(f"Cannot write {path}: something that is no plain file has that name.")
    if not os.access(path.parent, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise ExplorerError(f"Cannot write {path}: it is not yours to write; choose another place.")
    return path


def save_pictures(
    path: str | Path, pictures: Sequence[Picture], scale: int = 1, labels: Sequence[str] | None = None
) -> Path:
    """Write pictures as a .png (a sheet if there are several) or an .npz; returns the path.

    labels: of a sheet's rows, see `sheet`.
    The .npz holds `images` uint8 [N, H, W, C] (all pictures' tiles in order, not scaled), `conditions` and `styles` [N]
    (what each was drawn from; "" for an open style) and `specs` (JSON, one a picture); it loads without pickle.
    """
    path = check_target(path)
    return write(path, npz(pictures) if path.suffix.lower() == ".npz" else _png(pictures, scale, labels))


def write(path: Path, data: bytes) -> Path:
    """Write a file atomically; returns the path, raises ExplorerError."""
    try:
        write_atomic(path, data)
    except OSError as error:
        raise ExplorerError(f"Cannot write {path}: {error.strerror or error}.") from error
    return path


def _png(pictures: Sequence[Picture], scale: int, labels: Sequence[str] | None) -> bytes:
    if len(pictures) == 1:
        return pictures[0].png(scale)
    return encode(sheet(pictures, labels, scale), [picture.spec for picture in pictures])


def npz(pictures: Sequence[Picture]) -> bytes:
    """The content of an .npz of pictures, see `save_pictures`."""
    if len({picture.tiles.shape[1:] for picture in pictures}) > 1:
        raise ExplorerError("One .npz holds tiles of one size and kind; save these pictures to a file each.")
    return npz_of(
        np.concatenate([picture.tiles for picture in pictures]),
        [words_of(picture.spec) for picture in pictures for _ in picture.tiles],
        [style for picture in pictures for style in picture.tile_styles or [""] * len(picture.tiles)],
        [picture.spec for picture in pictures],
    )


def npz_of(tiles: np.ndarray, conditions: Sequence[str], styles: Sequence[str], specs: Sequence[Spec]) -> bytes:
    """The same of bare tiles, with a condition and a style each."""
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        images=tiles,
        conditions=np.array(conditions),
        styles=np.array(styles),
        specs=np.array([dumps(spec) for spec in specs]),
    )
    return buffer.getvalue()
