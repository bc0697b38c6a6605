"""Run folders written by hand, for tests of everything that reads them."""

import json
import os
from pathlib import Path

from explorer.machine import process_started
from explorer.training.settings import TrainConfig

TINY = {"data": "digits", "size": 8, "z_dim": 8, "batch": 32, "ema_kimg": 0.5, "sheet_kimg": 0.5}
GONE = {"pid": os.getpid(), "started": "another boot/1"}  # our own pid, used by another process before us


def us() -> dict:
    """This process as job.json stores a launched one."""
    return {"pid": os.getpid(), "started": process_started(os.getpid())}


def write_run(
    folder: Path,
    status: dict | str | bytes | None = None,
    queue_entry: dict | str | bytes | None = None,
    owner: dict | None = None,
    **settings,
) -> Path:
    """A run of a tiny config: its files as given, text as it stands, or none."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(TrainConfig(**{**TINY, "kimg": 2.0, **settings}).to_json())
    for name, content in (("status.json", status), ("job.json", queue_entry), ("owner.json", owner)):
        if content is not None:
            text = json.dumps(content) if isinstance(content, dict) else content
            (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def queue_entry(requested: str = "run", launched: dict | None = None, device: str = "cpu", order: float = 1.0) -> dict:
    """What a job.json holds."""
    return {"wish": requested, "device": device, "order": order, "launched": launched}
