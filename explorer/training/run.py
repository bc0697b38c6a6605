"""The run folder: the files of a training, written so that a kill at any moment loses little and breaks nothing."""

import contextlib
import json
import os
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.atomic import write_atomic
from explorer.errors import ExplorerError
from explorer.files import is_regular, parse_json, read_bytes, reason
from explorer.state_file import DamagedState, pack_state, read_state
from explorer.training.lock import owned
from explorer.training.resuming import resumed_config, write_config
from explorer.training.settings import TrainConfig, TrainingError

if TYPE_CHECKING:
    from tensorboardX import SummaryWriter

MAX_STATS = 1 << 26  # bytes of stats.jsonl: some 250,000 lines
STATE_FILE = "state.safetensors"


class Run:
    """A folder with config.json, stats.jsonl, status.json, samples/, snapshots/, state/ and checkpoint/.

    Inside `with` it is made, if need be, and locked against every other trainer; an error that ends the block goes to
    status.json. is_main: whether this process writes; of several that share the folder, one does.
    """

    def __init__(self, folder: Path, config: TrainConfig, is_main: bool = True):
        self.folder, self.config, self.is_main = folder, config, is_main
        self.states, self._finish = folder / "state", folder / "finish"
        self._status: dict = {"pid": os.getpid(), "budget_kimg": config.images / 1000}
        self._lock = contextlib.ExitStack()
        self._events: SummaryWriter | None = None

    def __enter__(self) -> "Run":
        """Take the folder. Refused for a config other than `resumed_config` makes of it, which could not resume."""
        if not self.is_main:
            return self
        if resumed_config(self.folder, self.config) != self.config:
            raise TrainingError(f"The settings of {self.folder} were changed just now: run the same command again.")
        try:
            for part in (self.states, self.folder / "samples"):
                part.mkdir(parents=True, exist_ok=True)
            with contextlib.ExitStack() as lock:
                lock.enter_context(owned(self.folder))
                self._finish.unlink(missing_ok=True)  # of an earlier time
                write_config(self.folder, self.config)
                self.status(state="starting")
                self._lock = lock.pop_all()
        except OSError as error:
            raise TrainingError(
                f"The run folder {self.folder} cannot be made or written ({error.strerror}): give another place by "
                "--run, or set GAN_EXPLORER_HOME to a folder that may be written."
            ) from error
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, _: object) -> None:
        with self._lock, contextlib.suppress(OSError):  # a full disk may be the very reason
            if isinstance(error, ExplorerError):
                self.status(state="failed", reason=str(error))
            elif isinstance(error, Exception):
                self.status(state="failed", reason=f"An error of this program ended it: {error!r:.300}")

    # The state: written beside, then renamed, so that what is there is always whole.

    def save_state(self, state: dict) -> None:
        """Save everything needed to go on; the state before it is dropped only when the new one is safe on disk."""
        setbacks = len(state["setbacks"]["told"])  # each rewrites the state it goes back to
        final = self.states / (f"{state['images']:012d}" + (f"-{setbacks}" if setbacks else ""))
        if final.is_dir() or not self.is_main:
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
        folders = sorted(self.states.iterdir()) if self.states.is_dir() else ()
        files = [
            folder / name
            for folder in folders
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

    # The log: one JSON line a log step, cut back to the saved moment on resume.

    def start_log(self, images: int) -> None:
        """Open the log at `images` seen: drop the lines, sheets and snapshots of steps that will be done again.

        Raises TrainingError where the log cannot be read, or event files are wanted and cannot be written.
        """
        if not self.is_main:
            return
        if self.config.tensorboard:
            try:
                from tensorboardX import SummaryWriter
            except ImportError as error:
                raise TrainingError(
                    "Event files need a package more: pip install 'gan-explorer[tensorboard]', or train without them."
                ) from error
            self._events = SummaryWriter(str(self.folder / "tensorboard"), purge_step=images + 1)
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

    def log(self, line: dict) -> None:
        """Append one line to stats.jsonl, and its numbers to the event files, if any."""
        if not self.is_main:
            return
        with open(self.folder / "stats.jsonl", "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        if self._events is None:
            return
        for name, value in line.items():
            if name not in ("images", "kimg"):
                values = value.items() if isinstance(value, dict) else [("", value)]
                for part, number in values:
                    self._events.add_scalar(f"{name}/{part}" if part else name, number, line["images"])
        self._events.flush()

    def status(self, **facts: object) -> None:
        """Update status.json with facts and this process's CPU time, as a whole new file."""
        if self.is_main:
            self._status |= facts | {"process_seconds": round(time.process_time(), 2)}
            write_atomic(self.folder / "status.json", (json.dumps(self._status) + "\n").encode())

    @property
    def is_to_finish(self) -> bool:
        """Whether an interruption is to end the training for good: somebody stopped it and keeps what there is."""
        return self._finish.exists()


def _check_state(state: dict) -> None:
    """Raise DamagedState unless the plain values of a state are there; `TrainState` checks its tensors."""
    numbers = {"images": int, "seconds": (int, float), "cpu_seconds": (int, float, type(None))}
    for name, kinds in numbers.items():
        if not isinstance(state.get(name), kinds):
            raise DamagedState(f"it has no {name}")
    if state["images"] < 0 or not isinstance(state.get("setbacks", {}), dict):
        raise DamagedState("it holds what no training saves")
