"""Where checkpoints are: shipped, the user's own, in a folder, in a run, on the hub."""

import contextlib
import re
from dataclasses import dataclass
from pathlib import Path

from explorer import places
from explorer.checkpoint.description import FILES, CheckpointError, Description, describe, is_name
from explorer.errors import shown
from explorer.files import is_regular

SNAPSHOTS = "snapshots"  # of a run: the folder of those checkpoints that it kept while it learned
_SNAPSHOT = re.compile(r"(.+)@([0-9]{1,12})", re.DOTALL)


@dataclass(frozen=True)
class Listing:
    """One line of the checkpoint menu. A broken one has an `error` and nothing else."""

    name: str
    path: Path
    description: Description | None
    error: str | None = None


def list_checkpoints(runs: bool = False) -> list[Listing]:
    """The shipped checkpoints, then the user's own; sorted by name, the first of two of one name wins.

    runs: whether what the user's own runs published last is there too, by the run's name.
    """
    found: dict[str, Listing] = {}
    shelves = [(shelf, ".") for shelf in places.shelves("checkpoints")]
    for shelf, inside in [*shelves, *([(places.runs(), "checkpoint")] if runs else [])]:
        for entry in sorted(shelf.iterdir()) if shelf.is_dir() else []:
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
    """The folder of a checkpoint: a shipped or own name, a run's name, a folder, or `hf:owner/name@revision`.

    `run@25024` is what a run, given by name or folder, kept after 25,024 pictures.
    """
    text = str(name)
    if text.startswith("hf:"):
        return _from_hub(text)
    shelves = places.shelves("checkpoints") if is_name(text) else ()
    with contextlib.suppress(OSError, RuntimeError, ValueError):  # a name too long, an unknown ~user, a zero byte
        folder = Path(text).expanduser()
        own_run = (places.runs() / text / "checkpoint",) if places.is_bare(text) else ()
        for place in (*(shelf / text for shelf in shelves), *own_run, folder / "checkpoint", folder):
            if is_regular(place / "config.json"):
                return place
    kept = _SNAPSHOT.fullmatch(text)
    if kept:
        return _snapshot(kept[1], int(kept[2]))
    known = ", ".join(listing.name for listing in list_checkpoints(runs=True)) or "none yet"
    raise CheckpointError(
        f"There is no checkpoint {shown(text, 100)!r}: give a name ({known}), a folder, or hf:owner/name."
    )


def snapshots(name: str | Path) -> tuple[int, ...]:
    """The pictures that a run had seen when it kept what `find` knows as `name@pictures`, fewest first; () for others.

    Raises CheckpointError where there is nothing of that name.
    """
    folder = _snapshots_of(name)
    kept = (path for path in folder.glob("[0-9]*") if is_regular(path / "config.json")) if folder else ()
    return tuple(sorted(int(path.name) for path in kept if re.fullmatch(r"[0-9]{12}", path.name)))


def _snapshots_of(name: str | Path) -> Path | None:
    place = find(name)
    return place.parent / SNAPSHOTS if place.name == "checkpoint" else None


def _snapshot(name: str, images: int) -> Path:
    folder = _snapshots_of(name)
    place = folder / f"{images:012d}" if folder else None
    if place is None or not is_regular(place / "config.json"):
        raise CheckpointError(f"{shown(name, 100)} kept nothing after {images:,} pictures: name one of its snapshots.")
    return place


def _from_hub(text: str) -> Path:
    match = re.fullmatch(r"hf:([\w-][\w.-]*/[\w-][\w.-]*)(?:@([\w][\w./-]*))?", text)
    if not match:
        raise CheckpointError(f"{shown(text, 100)!r} is not of the form hf:owner/name or hf:owner/name@revision.")
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(match[1], revision=match[2], allow_patterns=list(FILES)))
    except Exception as error:  # the hub's own exceptions are many; each means that there is nothing to open
        why = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise CheckpointError(
            f"The checkpoint {text} could not be fetched from the Hugging Face hub: {shown(why)}"
        ) from error
