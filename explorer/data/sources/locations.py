"""Where the files of a set that is known by name are looked for."""

from pathlib import Path

from explorer import places
from explorer.data.imageset import DataError


def cache(name: str) -> Path:
    """The user's own folder for a set, where downloads are put."""
    return places.user_data() / "data" / name


def folders(name: str, data_dir: Path | None) -> list[Path]:
    """In this order: in `data_dir` (or what GAN_EXPLORER_DATA names) the folder of that name, `data_dir` itself, the
    cache. Raises DataError for a `data_dir` that does not exist."""
    own = data_dir or places.data_dir()
    if own is not None and not own.is_dir():
        raise DataError(f"The data folder {own} does not exist: correct --data-dir or GAN_EXPLORER_DATA.")
    return [*([own / name, own] if own is not None else []), cache(name)]


def nowhere(name: str, looked: list[Path]) -> DataError:
    """What is said where a set is in none of these folders and must not be fetched."""
    return DataError(
        f"{name} is in none of these folders: {', '.join(map(str, looked))}; "
        "allow the download, or name a folder by --data-dir."
    )
