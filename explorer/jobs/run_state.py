"""Looking at a run folder: what its files say, whether a process trains it, and the state that follows from both."""

import os
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from explorer.checkpoint import CheckpointError, Description, describe
from explorer.errors import ExplorerError
from explorer.files import is_regular
from explorer.jobs.job import Job
from explorer.jobs.launching import LOG, MARK
from explorer.jobs.naming import is_shown
from explorer.jobs.queue_entry import TICKET, Ticket, process_in, read_ticket
from explorer.jobs.run_files import number, small_json, tail, text
from explorer.jobs.status import MAX_KIMG, MAX_TEXT, STATUS, Status, read_status
from explorer.machine import cpu_seconds
from explorer.training.lock import OWNER, Owner
from explorer.training.settings import TrainConfig

CONFIG, CHECKPOINT = "config.json", "checkpoint/config.json"
RUN_FILES = (CONFIG, TICKET, STATUS)  # a folder with any of them is a run
_WATCHED = (*RUN_FILES, OWNER, CHECKPOINT)
LITTLE = 0.2  # of a CPU: with less, a training waits for it rather than works
QUIET = 10.0  # seconds without a word

Signature = tuple[tuple[int, int, int] | None, ...]


@dataclass(frozen=True)
class Notes:
    """What the files of a run say. trouble: why there is no config."""

    config: TrainConfig | None
    trouble: str | None
    ticket: Ticket | None
    status: Status
    owner: Owner | None
    checkpoint: Description | None


@dataclass(frozen=True)
class Seen:
    """A run at one moment. process: the one that trains it now. touched: when its files last changed, in ns. told: when
    its status did; 0 for never."""

    folder: Path
    notes: Notes
    process: Owner | None
    touched: int
    told: int = 0

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def at_work(self) -> bool:
        """Whether a process has its device; one that asks this itself has done with it."""
        return self.process is not None and self.process.pid != os.getpid()

    @property
    def device(self) -> str | None:
        """Where it is trained, or will be."""
        ticket, status = self.notes.ticket, self.notes.status
        by_hand = ticket is None or (self.process is not None and self.process != ticket.launched)
        return status.device if by_hand and status.device else ticket and ticket.device

    @property
    def kimg(self) -> float:
        """Thousands of pictures seen."""
        if self.notes.status.kimg is not None:
            return self.notes.status.kimg
        made = self.notes.checkpoint.made if self.notes.checkpoint else {}
        return number(made.get("kimg"), MAX_KIMG) or 0.0

    @property
    def spent(self) -> bool:
        """Whether its budget is."""
        config = self.notes.config
        return self.notes.status.state == "finished" and config is not None and self.kimg >= config.images / 1000 - 1e-6

    @property
    def state(self) -> str:
        """See `Job`."""
        ticket, status = self.notes.ticket, self.notes.status
        if self.process:
            by_it = status.pid == self.process.pid or (ticket is not None and self.process == ticket.launched)
            return "running" if by_it and status.state not in (None, "starting") else "starting"
        if self.notes.config is None:
            return "failed"
        if ticket and ticket.launched is None and not self.spent:
            return {"run": "queued", "pause": "paused", "finish": "finished"}[ticket.wish]
        if status.state == "paused" or (status.state == "starting" and ticket and ticket.wish != "run"):
            return "finished" if ticket and ticket.wish == "finish" and self.notes.checkpoint else "paused"
        return status.state if status.state in ("finished", "failed") else "lost"

    @property
    def leaving(self) -> bool:
        """Whether its process was told to go, or is about to."""
        ticket, status = self.notes.ticket, self.notes.status
        told = ticket is not None and ticket.wish != "run"
        return self.process is not None and (told or (self.state == "running" and status.state != "running"))

    @property
    def waits_for_cpu(self) -> bool:
        """Whether its process gets less than LITTLE of one CPU, though it could do with more.

        It says so itself, as long as it comes to that; of one that has said nothing for QUIET seconds, or does not work
        yet, it is measured.
        """
        status = self.notes.status
        if self.process is None or self.device not in (None, "cpu"):
            return False
        quiet = time.time() - self.told / 1e9
        if quiet < QUIET and status.cpu_share is not None:
            return status.cpu_share < LITTLE
        found = cpu_seconds(self.process.pid)
        if found is None:
            return False
        had, seconds = found
        if quiet >= QUIET:
            had, seconds = had - (status.process_seconds or 0), quiet
        return seconds >= QUIET and had < LITTLE * seconds

    @property
    def reason(self) -> str | None:
        """Why it is not as it should be, in a sentence."""
        if self.notes.trouble:
            return self.notes.trouble
        if self.state == "lost":
            return _last_words(self.folder)
        return self.notes.status.reason if self.state == "failed" else None

    def as_job(self, place: int | None) -> Job:
        """What is shown of it."""
        notes, status = self.notes, self.notes.status
        budget = notes.config.images / 1000 if notes.config else status.budget_kimg or 0.0
        return Job(
            name=self.name,
            folder=self.folder,
            state=self.state,
            config=notes.config,
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
            explorable=notes.checkpoint is not None,
            leaving=self.leaving,
            waits_for_cpu=self.waits_for_cpu,
        )


def look(folder: Path) -> Seen | None:
    """A run folder now; None where there is no run. Files that have not changed are not read again."""
    signature = tuple(_stamp(folder / name) for name in _WATCHED)
    if not any(signature[: len(RUN_FILES)]):
        return None
    notes = _notes(folder, signature)
    trainers = (notes.owner, notes.ticket and notes.ticket.launched)
    process = next((one for one in trainers if one is not None and one.lives), None)
    told = signature[_WATCHED.index(STATUS)]
    return Seen(folder, notes, process, max(stamp[0] for stamp in signature if stamp), told[0] if told else 0)


def look_around(root: Path) -> list[Seen]:
    """Every run right below a folder; none where the folder cannot be listed."""
    try:
        with os.scandir(root) as entries:
            names = [entry.name for entry in entries if is_shown(entry.name) and entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []
    return [seen for seen in (look(root / name) for name in names) if seen is not None]


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        return (0, 0, 0)  # there, and not to be read: which is then said
    return found.st_mtime_ns, found.st_size, found.st_ino


@lru_cache(maxsize=1024)
def _notes(folder: Path, signature: Signature) -> Notes:
    try:
        config, trouble = _config(folder / CONFIG), None
    except ExplorerError as error:
        config, trouble = None, text(str(error), MAX_TEXT)
    owner = process_in(small_json(folder / OWNER))
    return Notes(config, trouble, read_ticket(folder), read_status(folder), owner, _checkpoint(folder / "checkpoint"))


def _config(path: Path) -> TrainConfig:
    """A run's config; no link to one. Raises ExplorerError."""
    if not is_regular(path, links=False):
        raise ExplorerError(f"{path.parent} has no {CONFIG} that could be read: delete it, if it is of no use to you.")
    return TrainConfig.from_file(path)


def _checkpoint(folder: Path) -> Description | None:
    files = ("config.json", "generator.safetensors", "discriminator.safetensors")
    try:
        return describe(folder) if all(is_regular(folder / name, links=False) for name in files) else None
    except CheckpointError:
        return None


def _last_words(folder: Path) -> str:
    """Why a process is gone that said nothing of it in status.json: perhaps its log does."""
    lines = tail(folder / LOG, 10_000)[0].decode("utf-8", "replace").strip().splitlines()
    last = text(lines[-1], 300) if lines else None
    why = "it was killed, or the machine went down" if not last or last.startswith(MARK) else f"its log ends: {last!r}"
    return f"Its process is gone ({why}): resume it to go on from what it saved last."
