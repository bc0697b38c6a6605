"""The state of a run: what its files say, whether a process trains it, and what follows from both."""

import os
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from explorer.checkpoint import CheckpointError, Description, describe
from explorer.checks import line_or_none, number_or_none
from explorer.errors import ExplorerError
from explorer.files import is_regular
from explorer.jobs.job import Job
from explorer.jobs.launching import LOG, MARK
from explorer.jobs.naming import is_shown
from explorer.jobs.queue_entry import QUEUE_ENTRY, QueueEntry, process_in, read_queue_entry
from explorer.jobs.run_files import small_json, tail
from explorer.jobs.status import MAX_KIMG, MAX_TEXT, STATUS, Status, read_status
from explorer.machine import cpu_seconds
from explorer.training.lock import OWNER, Owner
from explorer.training.settings import TrainConfig

CONFIG, CHECKPOINT = "config.json", "checkpoint/config.json"
RUN_FILES = (CONFIG, QUEUE_ENTRY, STATUS)  # a folder with any of them is a run
_STAMPED = (*RUN_FILES, OWNER, CHECKPOINT)
STARVED_SHARE = 0.2  # of a CPU: with less, a training waits for it rather than works
QUIET = 10.0  # seconds without a new status

Signature = tuple[tuple[int, int, int] | None, ...]


@dataclass(frozen=True)
class RunFiles:
    """Contents of a run's files. trouble: why there is no config."""

    config: TrainConfig | None
    trouble: str | None
    entry: QueueEntry | None
    status: Status
    owner: Owner | None
    checkpoint: Description | None


@dataclass(frozen=True)
class RunState:
    """A run at one moment. process: the one that trains it now. changed_ns: last change of its files. status_ns: last
    change of its status, 0 for none."""

    folder: Path
    files: RunFiles
    process: Owner | None
    changed_ns: int
    status_ns: int = 0

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def holds_device(self) -> bool:
        """Whether a process of it occupies its device; the process that asks this itself no longer does."""
        return self.process is not None and self.process.pid != os.getpid()

    @property
    def device(self) -> str | None:
        """Device on which it is trained, or will be."""
        entry, status = self.files.entry, self.files.status
        by_hand = entry is None or (self.process is not None and self.process != entry.launched)
        return status.device if by_hand and status.device else entry and entry.device

    @property
    def kimg(self) -> float:
        """Thousands of pictures seen."""
        if self.files.status.kimg is not None:
            return self.files.status.kimg
        made = self.files.checkpoint.made if self.files.checkpoint else {}
        return number_or_none(made.get("kimg"), MAX_KIMG) or 0.0

    @property
    def spent(self) -> bool:
        """Whether its budget is spent."""
        config = self.files.config
        return self.files.status.state == "finished" and config is not None and self.kimg >= config.images / 1000 - 1e-6

    @property
    def state(self) -> str:
        """See `Job`."""
        entry, status = self.files.entry, self.files.status
        if self.process:
            is_current = status.pid == self.process.pid or (entry is not None and self.process == entry.launched)
            return "running" if is_current and status.state not in (None, "starting") else "starting"
        if self.files.config is None:
            return "failed"
        if entry and entry.launched is None and not self.spent:
            return {"run": "queued", "pause": "paused", "finish": "finished"}[entry.requested]
        if status.state == "paused" or (status.state == "starting" and entry and entry.requested != "run"):
            return "finished" if entry and entry.requested == "finish" and self.files.checkpoint else "paused"
        return status.state if status.state in ("finished", "failed") else "lost"

    @property
    def leaving(self) -> bool:
        """Whether its process was asked to leave, or is about to."""
        entry, status = self.files.entry, self.files.status
        asked = entry is not None and entry.requested != "run"
        return self.process is not None and (asked or (self.state == "running" and status.state != "running"))

    @property
    def waits_for_cpu(self) -> bool:
        """Whether its process gets less than STARVED_SHARE of one CPU, though it could use more.

        The status says so while it is fresh; of a process without a new status for QUIET seconds it is measured.
        """
        status = self.files.status
        if self.process is None or self.device not in (None, "cpu"):
            return False
        quiet = time.time() - self.status_ns / 1e9
        if quiet < QUIET and status.cpu_share is not None:
            return status.cpu_share < STARVED_SHARE
        found = cpu_seconds(self.process.pid)
        if found is None:
            return False
        had, seconds = found
        if quiet >= QUIET:
            had, seconds = had - (status.process_seconds or 0), quiet
        return seconds >= QUIET and had < STARVED_SHARE * seconds

    @property
    def reason(self) -> str | None:
        """Why it failed, is lost, or cannot be read, in a sentence."""
        if self.files.trouble:
            return self.files.trouble
        if self.state == "lost":
            return _why_lost(self.folder)
        return self.files.status.reason if self.state == "failed" else None

    def as_job(self, place: int | None) -> Job:
        """The run as a job; place: in its device's queue."""
        files, status = self.files, self.files.status
        budget = files.config.images / 1000 if files.config else status.budget_kimg or 0.0
        return Job(
            name=self.name,
            folder=self.folder,
            state=self.state,
            config=files.config,
            device=self.device,
            kimg=self.kimg,
            budget_kimg=budget,
            img_per_s=status.img_per_s,
            eta_s=status.eta_s if self.process else None,
            seconds=status.seconds,
            losses=dict(status.losses),
            memory_mb=status.memory_mb,
            reason=self.reason,
            changed=status.changed,
            place=place,
            explorable=files.checkpoint is not None,
            leaving=self.leaving,
            waits_for_cpu=self.waits_for_cpu,
        )


def read_run_state(folder: Path) -> RunState | None:
    """State of the run in a folder; None where there is none. Files that have not changed are not read again."""
    signature = tuple(_stamp(folder / name) for name in _STAMPED)
    if not any(signature[: len(RUN_FILES)]):
        return None
    files = _read_files(folder, signature)
    trainers = (files.owner, files.entry and files.entry.launched)
    process = next((one for one in trainers if one is not None and one.is_alive), None)
    status = signature[_STAMPED.index(STATUS)]
    changed_ns = max(stamp[0] for stamp in signature if stamp)
    return RunState(folder, files, process, changed_ns, status[0] if status else 0)


def read_run_states(root: Path) -> list[RunState]:
    """States of the runs right below a folder; empty where the folder cannot be listed."""
    try:
        with os.scandir(root) as entries:
            names = [entry.name for entry in entries if is_shown(entry.name) and entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []
    return [run for run in (read_run_state(root / name) for name in names) if run is not None]


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        return (0, 0, 0)  # there, and unreadable: its reader says so
    return found.st_mtime_ns, found.st_size, found.st_ino


@lru_cache(maxsize=1024)
def _read_files(folder: Path, signature: Signature) -> RunFiles:
    try:
        config, trouble = _config(folder / CONFIG), None
    except ExplorerError as error:
        config, trouble = None, line_or_none(str(error), MAX_TEXT)
    owner = process_in(small_json(folder / OWNER))
    return RunFiles(
        config, trouble, read_queue_entry(folder), read_status(folder), owner, _checkpoint(folder / "checkpoint")
    )


def _config(path: Path) -> TrainConfig:
    """The config of a run, where it is no link. Raises ExplorerError."""
    if not is_regular(path, links=False):
        raise ExplorerError(f"{path.parent} has no {CONFIG} that could be read: delete it, if it is of no use to you.")
    return TrainConfig.from_file(path)


def _checkpoint(folder: Path) -> Description | None:
    files = ("config.json", "generator.safetensors", "discriminator.safetensors")
    try:
        return describe(folder) if all(is_regular(folder / name, links=False) for name in files) else None
    except CheckpointError:
        return None


def _why_lost(folder: Path) -> str:
    """Why a process is gone that left no reason in status.json: the end of its log, perhaps."""
    lines = tail(folder / LOG, 10_000)[0].decode("utf-8", "replace").strip().splitlines()
    last = line_or_none(lines[-1], 300) if lines else None
    why = "it was killed, or the machine went down" if not last or last.startswith(MARK) else f"its log ends: {last!r}"
    return f"Its process is gone ({why}): resume it to go on from what it saved last."
