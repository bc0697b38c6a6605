"""What somebody may name: a checkpoint, a run, or a run that has no checkpoint yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from explorer import checkpoint as checkpoints
from explorer import places
from explorer.checkpoint import CheckpointError, describe
from explorer.checkpoint.listing import SNAPSHOTS
from explorer.errors import ExplorerError
from explorer.files import is_regular
from explorer.jobs.run_state import RunState, read_run_state


@dataclass(frozen=True)
class Found:
    """Where one of them lies. given: as it was named. run: the run it belongs to, if it does."""

    given: str
    name: str
    checkpoint: Path | None
    run: RunState | None

    @property
    def snapshots(self) -> list[Path]:
        """The checkpoints that its run kept on the way, oldest first."""
        kept = (self.run.folder / SNAPSHOTS).glob("[0-9]*") if self.run else ()
        return sorted((path for path in kept if path.name.isdigit()), key=lambda path: int(path.name))


def find_all(given: Sequence[str | Path]) -> list[Found]:
    """All of them, each once. Raises ExplorerError for one that is nowhere, or for none at all."""
    found: dict[Path, Found] = {}
    for one in given:
        here = _find(str(one))
        found.setdefault((here.checkpoint or here.run.folder).resolve(), here)
    if not found:
        raise ExplorerError("There is nothing to compare: name some runs or checkpoints.")
    names = [one.name for one in found.values()]
    return [
        one if names.count(one.name) == 1 else Found(one.given, one.given, one.checkpoint, one.run)
        for one in found.values()
    ]


def _find(given: str) -> Found:
    try:
        path = checkpoints.find(given)
    except CheckpointError as error:
        path = places.run_folder(given)
        if given.startswith("hf:") or not is_regular(path / "config.json"):
            said = str(error).replace("There is no checkpoint", "There is no run and no checkpoint", 1)
            raise ExplorerError(said) from error
    if path.name == "checkpoint":
        run = _run(path.parent)
        return Found(given, path.parent.name if run else _name(path), path, run)
    try:
        describe(path)
    except CheckpointError:
        run = _run(path)
        if run is None:
            raise
        return Found(given, path.absolute().name, None, run)
    return Found(given, given if given.startswith("hf:") else _name(path), path, None)


def _run(folder: Path) -> RunState | None:
    seen = read_run_state(folder.absolute())
    return seen if seen and seen.files.config else None


def _name(path: Path) -> str:
    path = path.absolute()
    return f"{path.parent.parent.name}/{path.name}" if path.parent.name == SNAPSHOTS else path.name
