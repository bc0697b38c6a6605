"""Folders in which the files of a set known by name are looked for."""

from pathlib import Path

from explorer import places
from explorer.data.imageset import DataError


def cache_folder(name: str) -> Path:
    """The user's own folder of a set, where downloads go."""
    return places.user_data() / "data" / name


def search_folders(name: str, data_dir: Path | None) -> list[Path]:
    """Folders to search, in order: the folder `name` in `data_dir` (or in what GAN_EXPLORER_DATA names), `data_dir`
    itself, the cache. Raises DataError for a `data_dir` that does not exist."""
    own = data_dir or places.data_dir()
    if own is not None and not own.is_dir():
        raise DataError(f"The data folder {own} does not exist: correct --data-dir or GAN_EXPLORER_DATA.")
    return [*([own / name, own] if own is not None else []), cache_folder(name)]


def not_found(name: str, searched: list[Path]) -> DataError:
    """The error where a set is in none of these folders and must not be fetched."""
    return DataError(
        f"{name} is in none of these folders: {', '.join(map(str, searched))}; "
        "allow the download, or name a folder by --data-dir."
    )
