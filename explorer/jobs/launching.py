"""Starting the process that trains a run, and asking it to leave."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import explorer
from explorer import places
from explorer.atomic import write_atomic
from explorer.files import is_regular
from explorer.jobs.job import JobError
from explorer.jobs.queue_entry import QueueEntry
from explorer.jobs.status import STATUS, read_status
from explorer.machine import process_started
from explorer.training.lock import Owner

LOG, MARK = "log.txt", "== "  # the mark begins a line that this module writes into the log
_PARENT = Path(explorer.__file__).resolve().parent.parent  # where this `explorer` is imported from, and no other
_PASSWORD = "GAN_EXPLORER_AUTH"  # the app's; no trainer needs it
_DISTRIBUTED = ("RANK", "LOCAL_RANK", "WORLD_SIZE", "LOCAL_WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")


def worker_command(folder: Path, device: str) -> list[str]:
    """Command that trains the run in `folder` with its own config."""
    return [sys.executable, "-m", "explorer", "train", "--run", str(folder), "--device", device, "--polite"]


def launch(folder: Path, entry: QueueEntry) -> None:
    """Start the run's process and record it in job.json. Raises JobError, and then nothing was started.

    The process has its own session: neither a Ctrl-C in this terminal nor the end of this program reaches it.
    """
    try:
        link = next((path.name for path in folder.rglob("*") if path.is_symlink()), None)
        if link:  # what is written to the run would be written wherever that leads
            raise JobError(f"{folder.name} cannot be trained: {link!r} in its folder is a link. Put a file there.")
        if os.path.lexists(folder / LOG) and not is_regular(folder / LOG):  # opening a pipe would block
            raise JobError(f"{folder.name} cannot be trained: {LOG} in its folder is no file. Remove it.")
        launched = _start_process(folder, entry.device)
    except OSError as error:
        raise _not_started(folder, error) from error
    try:
        replace(entry, launched=launched).write(folder)
    except OSError as error:
        os.kill(launched.pid, signal.SIGTERM)
        raise _not_started(folder, error) from error


def _start_process(folder: Path, device: str) -> Owner:
    # The end of an earlier process must not be taken for this one's.
    before = read_status(folder)
    status = {"state": "starting", "kimg": before.kimg, "changed": before.changed}
    write_atomic(folder / STATUS, (json.dumps(status) + "\n").encode())
    with open(folder / LOG, "ab") as log:
        log.write(f"{MARK}{datetime.now():%Y-%m-%d %H:%M:%S}, on {device}\n".encode())
        log.flush()
        process = subprocess.Popen(
            worker_command(folder, device),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            close_fds=True,
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            **process_environment(),
        )
    # A child that ended stays in the system's table until its status is fetched.
    threading.Thread(target=process.wait, name=f"wait for {process.pid}", daemon=True).start()
    return Owner(process.pid, process_started(process.pid) or "")


def _not_started(folder: Path, error: OSError) -> JobError:
    return JobError(
        f"{folder.name} cannot be started ({error.strerror or error}): make room, or see who may write there."
    )


def ask_to_leave(process: Owner) -> None:
    """Ask a training process to save and leave. Raises OSError where that is not permitted."""
    with contextlib.suppress(ProcessLookupError):
        if process.is_alive:
            os.kill(process.pid, signal.SIGTERM)


def process_environment() -> dict[str, Any]:
    """Keywords of subprocess.run for a process that imports this `explorer`: its folder and its environment.

    Folders in the environment become absolute; the variables of a distributed launch and the app's password are left
    out.
    """
    kept = {name: value for name, value in os.environ.items() if name not in (*_DISTRIBUTED, _PASSWORD)}
    kept |= {"PYTHONUNBUFFERED": "1", "GAN_EXPLORER_HOME": os.path.abspath(places.user_data())}
    if data := places.data_dir():
        kept["GAN_EXPLORER_DATA"] = os.path.abspath(data)
    return {"cwd": _PARENT, "env": kept}
