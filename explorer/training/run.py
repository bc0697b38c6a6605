"""The run folder: what a training leaves on disk, such that a kill at any moment loses little and breaks nothing."""

import contextlib
import json
import os
import shutil
import time
from pathlib import Path

from explorer.atomic import write_atomic
from explorer.errors import ExplorerError
from explorer.files import is_regular, parse_json, read_bytes, reason
from explorer.state_file import DamagedState, pack_state, read_state
from explorer.training.lock import owned
from explorer.training.resuming import resumed_config, write_config
from explorer.training.settings import TrainConfig, TrainingError

MAX_STATS = 1 << 26  # bytes of stats.jsonl: some 250,000 lines
STATE_FILE = "state.safetensors"


class Run:
    """A folder with config.json, stats.jsonl, status.json, samples/, snapshots/, state/ and checkpoint/.

    Inside `with` it is made, if need be, and held against every other trainer; an error that ends the block is told in
    status.json. leads: whether this process writes; of a team that shares the folder, one does.
    """

    def __init__(self, folder: Path, config: TrainConfig, leads: bool = True):
        self.folder, self.config, self.leads = folder, config, leads
        self.states, self._finish = folder / "state", folder / "finish"
        self._facts: dict = {"pid": os.getpid(), "budget_kimg": config.images / 1000}
        self._holding = contextlib.ExitStack()

    def __enter__(self) -> "Run":
        """The same config resumes, or one that `settle` made of another; any other is refused, because it would not."""
        if not self.leads:
            return self
        if resumed_config(self.folder, self.config) != self.config:
            raise TrainingError(f"The settings of {self.folder} were changed just now: run the same command again.")
        try:
            for part in (self.states, self.folder / "samples"):
                part.mkdir(parents=True, exist_ok=True)
            with contextlib.ExitStack() as holding:
                holding.enter_context(owned(self.folder))
                self._finish.unlink(missing_ok=True)  # of an earlier time
                write_config(self.folder, self.config)
                self.status(state="starting")
                self._holding = holding.pop_all()
        except OSError as error:
            raise TrainingError(
                f"The run folder {self.folder} cannot be made or written ({error.strerror}): give another place by "
                "--run, or set GAN_EXPLORER_HOME to a folder that may be written."
            ) from error
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, _: object) -> None:
        with self._holding, contextlib.suppress(OSError):  # a full disk may be the very reason
            if isinstance(error, ExplorerError):
                self.status(state="failed", reason=str(error))
            elif isinstance(error, Exception):
                self.status(state="failed", reason=f"An error of this program ended it: {error!r:.300}")

    # The state: written beside, then renamed, so that what is there is always whole.

    def save_state(self, state: dict) -> None:
        """Keep everything needed to go on; the one before it is dropped only when the new one is safe on disk."""
        setbacks = len(state["setbacks"]["told"])  # each rewrites the state it goes back to
        final = self.states / (f"{state['images']:012d}" + (f"-{setbacks}" if setbacks else ""))
        if final.is_dir() or not self.leads:
            return
        fresh = self.states / f"new-{os.getpid()}"
        content = pack_state(state)
        try:
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir(parents=True)
            with open(fresh / STATE_FILE, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.rename(fresh, final)
        except OSError:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
        for old in self.states.iterdir():
            if old != final:
                shutil.rmtree(old, ignore_errors=True)

    def load_state(self) -> dict | None:
        """The newest whole state, or None for a new run. Raises TrainingError where it is damaged; never runs it."""
        there = sorted(self.states.iterdir()) if self.states.is_dir() else ()
        files = [
            folder / name
            for folder in there
            for name in ("state.pt", STATE_FILE)  # the first is torch's own, by versions before this one
            if folder.name[:12].isdigit() and os.path.lexists(folder / name)
        ]
        if not files:
            return None
        try:
            state = read_state(files[-1])
            _check_state(state)
            return state
        except (OSError, DamagedState) as error:
            before = f"to go on from {files[-2].parent.name}" if len(files) > 1 else "to begin the run anew"
            raise TrainingError(
                f"The saved state {files[-1]} cannot be read ({reason(error)}): delete the folder it lies in {before}, "
                f"or train in another folder."
            ) from error

    # The record: one JSON line a log step, cut back to the saved moment on resume.

    def cut_back(self, images: int) -> None:
        """Drop the lines, sheets and snapshots of steps that a resumed run will do again."""
        if not self.leads:
            return
        path = self.folder / "stats.jsonl"
        try:
            lines = read_bytes(path, MAX_STATS).decode("utf-8", "replace").splitlines() if is_regular(path) else []
        except OSError as error:
            raise TrainingError(f"{path} cannot be read ({reason(error)}): remove it to go on without it.") from error
        kept = []
        for line in lines:
            try:
                if parse_json(line)["images"] <= images:
                    kept.append(line)
            except (ValueError, KeyError, TypeError):
                break  # a kill in the middle of a line: nothing after it counts
        write_atomic(path, "".join(line + "\n" for line in kept).encode())
        for sheet in (self.folder / "samples").glob("*.jpg"):
            if not sheet.stem.isdigit() or int(sheet.stem) > images:
                sheet.unlink()
        for snapshot in (self.folder / "snapshots").glob("[0-9]*"):
            if not snapshot.name.isdigit() or int(snapshot.name) > images:
                shutil.rmtree(snapshot, ignore_errors=True)

    def stats(self, line: dict) -> None:
        """Append one line."""
        if self.leads:
            with open(self.folder / "stats.jsonl", "a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")

    def status(self, **facts) -> None:
        """Replace status.json whole: what the run is doing now, what was last told of it, our CPU time so far."""
        if self.leads:
            self._facts |= facts | {"process_seconds": round(time.process_time(), 2)}
            write_atomic(self.folder / "status.json", (json.dumps(self._facts) + "\n").encode())

    @property
    def is_to_finish(self) -> bool:
        """Whether an interruption is to be the end of it: somebody stops the training and keeps what there is."""
        return self._finish.exists()


def _check_state(state: dict) -> None:
    """Raise DamagedState unless what everybody takes from a state is there; what its tensors fit, the game knows."""
    numbers = {"images": int, "seconds": (int, float), "cpu_seconds": (int, float, type(None))}
    for name, kinds in numbers.items():
        if not isinstance(state.get(name), kinds):
            raise DamagedState(f"it has no {name}")
    if state["images"] < 0 or not isinstance(state.get("setbacks", {}), dict):
        raise DamagedState("it holds what no training saves")
