"""The runs below one folder as jobs: listed, started, and queued for their devices."""

import contextlib
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from explorer import places
from explorer.atomic import write_atomic
from explorer.checks import is_whole
from explorer.errors import shown
from explorer.jobs import naming, record
from explorer.jobs.job import Job, JobError
from explorer.jobs.launching import ask_to_leave
from explorer.jobs.queue import Busy, held_queue, last_order, queue_places, start_waiting, startable, waiting
from explorer.jobs.queue_entry import QueueEntry, Requested, check_device_name
from explorer.jobs.run_state import CONFIG, RunState, read_run_state, read_run_states
from explorer.machine import best_device
from explorer.training.fine_tuning import record_start
from explorer.training.lock import locked
from explorer.training.resuming import changed_config, write_config
from explorer.training.settings import TrainConfig

TRASH = ".trash"
FINISH = "finish"  # a run with this file ends where it is interrupted


class Jobs:
    """The runs in one folder, by default the user's own. It keeps no state: any number may use one folder.

    Call `advance` before showing jobs, so that the queue goes on after a process that was killed; a training that ends
    calls it too. An action returns the job as it is then; after pause and stop the process still saves for some
    seconds.
    """

    def __init__(self, root: Path | None = None):
        self.root = Path(os.path.abspath(places.expand(root or places.runs())))

    # Reading.

    def all(self) -> list[Job]:
        """Every run: those being trained first, then the queues in their order, then the others, the newest first.

        A run that cannot be read is listed with the reason. Starts nothing, changes nothing.
        """
        runs = read_run_states(self.root)
        places_of = queue_places(runs)
        ranked = sorted(runs, key=lambda one: (_rank(one), places_of.get(one.name, 0), -one.changed_ns, one.name))
        return [one.as_job(places_of.get(one.name)) for one in ranked]

    def get(self, name: str) -> Job:
        """One run; raises JobError where there is none of that name."""
        run = self._run(name)
        return run.as_job(queue_places(read_run_states(self.root)).get(name) if run.state == "queued" else None)

    def stats(self, name: str, after: int = -1) -> list[dict[str, Any]]:
        """Lines recorded after so many images, oldest first: `images`, `kimg`, losses, speeds, `coverage` by label.

        At most a few thousand: those of a long training are thinned evenly.
        """
        return record.read_stats(naming.existing_run(self.root, name), after)

    def sheets(self, name: str) -> list[int]:
        """Images seen at each kept sheet, ascending."""
        return record.list_sheets(naming.existing_run(self.root, name))

    def sheet(self, name: str, images: int) -> Path:
        """File of one of them, a JPEG; raises JobError where there is none."""
        return record.find_sheet(naming.existing_run(self.root, name), images)

    def preview(self, name: str) -> Path | None:
        """File of the newest sheet, a JPEG, seconds old."""
        return record.find_preview(naming.existing_run(self.root, name))

    def log(self, name: str, lines: int = 40) -> str:
        """Last lines that its process wrote."""
        return record.read_log(naming.existing_run(self.root, name), lines)

    # Acting.

    def start(self, name: str, config: TrainConfig, device: str | None = None) -> Job:
        """Make a run and queue it for `device`, by default the best there is (which loads torch).

        Raises JobError for a name that is taken or not allowed, an unknown device, or a folder that cannot be written.
        """
        folder = self.root / naming.check_new(name)
        device = check_device_name(device or best_device())
        config = record_start(
            replace(
                config,
                data=naming.absolute_source(config.data),
                more_data=tuple(map(naming.absolute_source, config.more_data)),
                space=naming.absolute_source(config.space),
            )
        )
        with held_queue(self.root):
            if os.path.lexists(folder):
                raise JobError(f"There is a run {name!r} already: give another name, or resume that one.")
            fresh = folder.with_name(f".{name}.new")
            try:
                with self._changing(name):
                    shutil.rmtree(fresh, ignore_errors=True)
                    fresh.mkdir()
                    write_atomic(fresh / CONFIG, (config.to_json() + "\n").encode())
                    QueueEntry("run", device, self._next_order()).write(fresh)
                    fresh.rename(folder)
            finally:
                shutil.rmtree(fresh, ignore_errors=True)
            trouble = start_waiting(self.root).get(name)
            if trouble:
                shutil.rmtree(folder, ignore_errors=True)
                raise trouble
        return self.get(name)

    def resume(self, name: str, device: str | None = None, **changes: object) -> Job:
        """Queue a run that is not being trained to go on from its last save, on the same device or another.

        changes: settings that may be changed on the way (`training.resuming`): kimg=300 trains for longer. Raises
        JobError for a run that is being trained, has spent its budget, or cannot be read; TrainingError for a change
        that may not be.
        """
        device = check_device_name(device or self._run(name).device or best_device())
        with held_queue(self.root):
            run = self._run(name)
            if run.process:
                raise JobError(f"{name} is being trained already, by process {run.process.pid}: pause it first.")
            if run.files.trouble:
                raise JobError(run.files.trouble)
            before, config = changed_config(run.folder, changes)
            if run.spent and config.images <= before.images:
                raise JobError(
                    f"{name} has seen all {before.kimg:g} kimg of its training length: give a "
                    f"greater one (--kimg) to train for longer."
                )
            if config != before:
                with self._changing(name), locked(run.folder):
                    write_config(run.folder, config)
            if run.state != "queued" or run.device != device:
                with self._changing(name):
                    (run.folder / FINISH).unlink(missing_ok=True)
                    QueueEntry("run", device, self._next_order()).write(run.folder)
            trouble = start_waiting(self.root).get(name)
            if trouble:
                raise trouble
        return self.get(name)

    def pause(self, name: str) -> Job:
        """Save the run and free its device, or take it out of the queue."""
        with held_queue(self.root):
            run = self._run(name)
            if run.process:
                with contextlib.suppress(OSError):  # on a full disk it is paused all the same
                    self._request("pause", run)
                self._ask_to_leave(run)
            elif run.state == "queued":
                self._unqueue(run)
            else:
                raise JobError(f"{name} is {run.state}: there is nothing to pause.")
        return self.get(name)

    def stop(self, name: str) -> Job:
        """End the run where it is and keep its generator."""
        with held_queue(self.root):
            run = self._run(name)
            if run.process:
                with self._changing(name):
                    (run.folder / FINISH).touch()
                    self._request("finish", run)
                self._ask_to_leave(run)
            elif run.state not in ("queued", "paused", "lost"):
                raise JobError(f"{name} is {run.state}: there is nothing to stop.")
            elif run.files.checkpoint is None:
                raise JobError(f"{name} has saved no generator yet that could be kept: resume it, or delete it.")
            else:
                with self._changing(name):
                    QueueEntry("finish", run.device).write(run.folder)
        return self.get(name)

    def cancel(self, name: str) -> Job:
        """Take a run out of the queue; it is paused then."""
        with held_queue(self.root):
            run = self._run(name)
            if run.state != "queued":
                raise JobError(f"{name} is {run.state} and waits in no queue: there is nothing to cancel.")
            self._unqueue(run)
        return self.get(name)

    def move(self, name: str, place: int) -> Job:
        """Give a queued run another place in the queue of its device: 1 is next; one too high is the last."""
        if not is_whole(place, 1):
            raise JobError(f"A place in the queue is a whole number from 1, not {shown(place, 20)!r}.")
        with held_queue(self.root):
            run = self._run(name)
            if run.state != "queued":
                raise JobError(f"{name} is {run.state} and waits in no queue, so it has no place to change.")
            queue = [one for one in waiting(read_run_states(self.root), run.device) if one.name != name]
            queue.insert(place - 1, run)
            with self._changing(name):
                for order, one in enumerate(queue, 1):
                    if one.files.entry.order != order:
                        replace(one.files.entry, order=float(order)).write(one.folder)
        return self.get(name)

    def delete(self, name: str) -> Path:
        """Move a run that is not being trained to the trash folder; returns its new path."""
        with held_queue(self.root):
            run = self._run(name)
            if run.process:
                raise JobError(f"{name} is being trained: pause or stop it first, then delete it.")
            to = self.root / TRASH / f"{name[:40]}-{time.strftime('%Y%m%d-%H%M%S')}"
            with self._changing(name):
                to.parent.mkdir(exist_ok=True)
                while os.path.lexists(to):
                    to = to.with_name(f"{to.name}+")
                run.folder.rename(to)
        return to

    def advance(self) -> list[JobError]:
        """Start the next run of each free device. Any number of processes may call it at once.

        Raises nothing; returns an error for each run that could not be started, which is tried again the next time.
        """
        if not startable(read_run_states(self.root)):
            return []
        try:
            with held_queue(self.root, wait=1.0):
                return list(start_waiting(self.root).values())
        except Busy:
            return []  # whoever holds the lock starts them
        except JobError as error:
            return [error]

    def _next_order(self) -> float:
        return last_order(read_run_states(self.root)) + 1

    def _request(self, requested: Requested, run: RunState) -> None:
        if run.files.entry:  # a training begun by hand has none, and needs none
            replace(run.files.entry, requested=requested).write(run.folder)

    def _unqueue(self, run: RunState) -> None:
        with self._changing(run.name):
            replace(run.files.entry, requested="pause").write(run.folder)

    def _ask_to_leave(self, run: RunState) -> None:
        with self._changing(run.name):
            ask_to_leave(run.process)

    def _run(self, name: str) -> RunState:
        run = read_run_state(naming.existing_run(self.root, name))
        if run is None:
            raise JobError(f"{shown(name, 80)!r} in {self.root} is no run.")
        return run

    @contextlib.contextmanager
    def _changing(self, name: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise JobError(
                f"{name} in {self.root} cannot be changed ({error.strerror or error}): make room, or see who "
                "may write there."
            ) from error


def _rank(run: RunState) -> int:
    return {"queued": 1}.get(run.state, 0 if run.process else 2)
