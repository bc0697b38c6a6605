"""Sources in, one in-memory ImageSet out."""

from pathlib import Path

from explorer.data.imageset import SIZES, DataError, ImageSet
from explorer.data.mnist import SOURCES, load_idx_set

__all__ = ["SIZES", "DataError", "ImageSet", "load"]


def load(source: str, split: str = "train", data_dir: Path | None = None, size: int | None = None) -> ImageSet:
    """All pictures of one split of `source`, in memory."""
    if size is not None and size not in SIZES:
        raise DataError(f"Pictures can be {', '.join(map(str, SIZES[:-1]))} or {SIZES[-1]} pixels wide, not {size}.")
    if source == "digits":
        from explorer.data.digits import load_digits_set

        return load_digits_set(split, size)
    if source in SOURCES:
        return load_idx_set(SOURCES[source], split, Path(data_dir) if data_dir is not None else None, size)
    raise DataError(f"There is no data source {source!r}: use fashion-mnist, mnist or digits.")
