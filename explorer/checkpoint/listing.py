"""Finding checkpoints: shipped, the user's own, in a folder, in a run, on the hub."""

import contextlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from explorer import places
from explorer.checkpoint.description import FILES, CheckpointError, Description, describe, is_name
from explorer.errors import shown
from explorer.files import is_regular

SNAPSHOTS = "snapshots"  # a run's folder of checkpoints from during its training
_SNAPSHOT = re.compile(r"(.+)@([0-9]{1,12})", re.DOTALL)


@dataclass(frozen=True)
class Listing:
    """One checkpoint of a list. A broken one has an `error` and no description."""

    name: str
    path: Path
    description: Description | None
    error: str | None = None


def list_checkpoints(runs: bool = False) -> list[Listing]:
    """List the shipped checkpoints, then the user's own, by name; the first of two of one name wins.

    runs: whether the user's own runs are there too, each with its last checkpoint, by the run's name.
    """
    found: dict[str, Listing] = {}
    parents = [(parent, ".") for parent in places.search_folders("checkpoints")]
    for parent, inside in [*parents, *([(places.runs(), "checkpoint")] if runs else [])]:
        for entry in sorted(parent.iterdir()) if parent.is_dir() else []:
            half_made = entry.name.startswith(".")  # a save that was killed
            name, folder = shown(entry.name), entry / inside
            if half_made or name in found or not is_regular(folder / "config.json"):
                continue
            try:
                if name != entry.name:
                    raise CheckpointError(
                        f"The checkpoint {folder} has a name that cannot be shown: rename the folder."
                    )
                found[name] = Listing(name, folder, describe(folder))
            except CheckpointError as error:
                found[name] = Listing(name, folder, None, str(error))
    return list(found.values())


def find(name: str | Path) -> Path:
    """Find the folder of a checkpoint by a shipped or own name, a run's name, a folder, or `hf:owner/name@revision`.

    `run@25024` is the snapshot of a run, given by name or folder, after 25,024 images. Raises CheckpointError.
    """
    text = str(name)
    if text.startswith("hf:"):
        return _from_hub(text)
    place = _on_disk(text) or _snapshot_at(text)
    if place is not None:
        return place
    known = ", ".join(listing.name for listing in list_checkpoints(runs=True)) or "none yet"
    raise CheckpointError(
        f"There is no checkpoint {shown(text, 100)!r}: give a name ({known}), a folder, or hf:owner/name."
    )


def default_word_truncation(name: str | Path) -> float:
    """What a checkpoint's words are drawn with where nobody says another, 0 .. 1; 0 for one that cannot be opened,
    as whoever draws with it will say.

    Takes microseconds, as every key press asks: its config is read again only when it has changed, and the hub is asked
    once.
    """
    text = str(name)
    try:
        place = _fetched(text) if text.startswith("hf:") else _on_disk(text) or _snapshot_at(text)
        if place is None:
            return 0.0
        status = (place / "config.json").stat()
        return _word_truncation(place, status.st_mtime_ns, status.st_size)
    except (CheckpointError, OSError):
        return 0.0


@lru_cache(64)
def _word_truncation(place: Path, changed: int, size: int) -> float:
    return describe(place).word_truncation


def _on_disk(text: str) -> Path | None:
    """The folder of a checkpoint by its name or place; None where there is none."""
    parents = places.search_folders("checkpoints") if is_name(text) else ()
    with contextlib.suppress(OSError, RuntimeError, ValueError):  # a name too long, an unknown ~user, a zero byte
        folder = Path(text).expanduser()
        own_run = (places.runs() / text / "checkpoint",) if places.is_bare(text) else ()
        for place in (*(parent / text for parent in parents), *own_run, folder / "checkpoint", folder):
            if is_regular(place / "config.json"):
                return place
    return None


def snapshots(name: str | Path) -> tuple[int, ...]:
    """The images seen at each snapshot of a run, `name@images` for `find`, fewest first; () for other checkpoints.

    Raises CheckpointError where there is nothing of that name.
    """
    folder = _snapshots_of(name)
    kept = (path for path in folder.glob("[0-9]*") if is_regular(path / "config.json")) if folder else ()
    return tuple(sorted(int(path.name) for path in kept if re.fullmatch(r"[0-9]{12}", path.name)))


def _snapshots_of(name: str | Path) -> Path | None:
    place = find(name)
    return place.parent / SNAPSHOTS if place.name == "checkpoint" else None


def _snapshot_at(text: str) -> Path | None:
    snapshot = _SNAPSHOT.fullmatch(text)
    return _snapshot(snapshot[1], int(snapshot[2])) if snapshot else None


def _snapshot(name: str, images: int) -> Path:
    folder = _snapshots_of(name)
    place = folder / f"{images:012d}" if folder else None
    if place is None or not is_regular(place / "config.json"):
        raise CheckpointError(f"{shown(name, 100)} kept nothing after {images:,} pictures: name one of its snapshots.")
    return place


@lru_cache(16)
def _fetched(text: str) -> Path:
    return _from_hub(text)


def _from_hub(text: str) -> Path:
    match = re.fullmatch(r"hf:([\w-][\w.-]*/[\w-][\w.-]*)(?:@([\w][\w./-]*))?", text)
    if not match:
        raise CheckpointError(f"{shown(text, 100)!r} is not of the form hf:owner/name or hf:owner/name@revision.")
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(match[1], revision=match[2], allow_patterns=list(FILES)))
    except Exception as error:  # the hub raises many kinds; each means that there is nothing to open
        why = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise CheckpointError(
            f"The checkpoint {text} could not be fetched from the Hugging Face hub: {shown(why)}"
        ) from error
