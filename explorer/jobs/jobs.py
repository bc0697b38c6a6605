"""The runs below one folder, as jobs: seen, started, and queued for their devices."""

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
from explorer.errors import shown
from explorer.jobs import naming, record
from explorer.jobs.job import Job, JobError
from explorer.jobs.launching import tell_to_leave
from explorer.jobs.queue import Busy, held_queue, last_order, queue_places, start_waiting, startable, waiting
from explorer.jobs.queue_entry import Ticket, Wish, check_device
from explorer.jobs.run_state import CONFIG, Seen, look, look_around
from explorer.training.lock import alone
from explorer.training.resuming import keep, wanted_of
from explorer.training.settings import TrainConfig
from explorer.training.starting import noted

TRASH = ".trash"
FINISH = "finish"  # a run with this file ends where it is interrupted


class Jobs:
    """The runs in one folder, by default the user's own. It remembers nothing: any number may look at one folder.

    Whoever shows jobs calls `advance` first, which is how the queue goes on after a process that was killed; a training
    that ends calls it too. An action returns the job as it is then, which for pause and stop is seldom the end of it:
    the process saves first, within seconds.
    """

    def __init__(self, root: Path | None = None):
        self.root = Path(os.path.abspath(places.expand(root or places.runs())))

    # Looking.

    def all(self) -> list[Job]:
        """Every run: those at work first, then the queues in their order, then the others, the newest first.

        A run that cannot be read is there too, with the reason. Starts nothing, changes nothing.
        """
        seen = look_around(self.root)
        at = queue_places(seen)
        ranked = sorted(seen, key=lambda one: (_rank(one), at.get(one.name, 0), -one.touched, one.name))
        return [one.as_job(at.get(one.name)) for one in ranked]

    def get(self, name: str) -> Job:
        """One run; raises JobError where there is none of that name."""
        seen = self._seen(name)
        return seen.as_job(queue_places(look_around(self.root)).get(name) if seen.state == "queued" else None)

    def stats(self, name: str, after: int = -1) -> list[dict[str, Any]]:
        """What it recorded after so many images, oldest first: `images`, `kimg`, losses, speeds, `coverage` by label.

        At most a few thousand lines: of a long training evenly fewer.
        """
        return record.read_stats(naming.existing(self.root, name), after)

    def sheets(self, name: str) -> list[int]:
        """After how many images a sheet was kept, ascending."""
        return record.list_sheets(naming.existing(self.root, name))

    def sheet(self, name: str, images: int) -> Path:
        """The file of one of them, a JPEG; raises JobError where there is none."""
        return record.find_sheet(naming.existing(self.root, name), images)

    def preview(self, name: str) -> Path | None:
        """The sheet as it was seconds ago, a JPEG."""
        return record.find_preview(naming.existing(self.root, name))

    def log(self, name: str, lines: int = 40) -> str:
        """The last lines that its process wrote."""
        return record.read_log(naming.existing(self.root, name), lines)

    # Acting.

    def start(self, name: str, config: TrainConfig, device: str | None = None) -> Job:
        """Make a run and queue it for `device`, by default the best there is (for which torch is asked).

        Raises JobError for a name that is taken or is none, a device that is none, or a folder that cannot be written.
        """
        folder = self.root / naming.check_new(name)
        device = check_device(device or _best_device())
        config = noted(replace(config, data=naming.in_full(config.data), space=naming.in_full(config.space)))
        with held_queue(self.root):
            if os.path.lexists(folder):
                raise JobError(f"There is a run {name!r} already: give another name, or resume that one.")
            fresh = folder.with_name(f".{name}.new")
            try:
                with self._changing(name):
                    shutil.rmtree(fresh, ignore_errors=True)
                    fresh.mkdir()
                    write_atomic(fresh / CONFIG, (config.to_json() + "\n").encode())
                    Ticket("run", device, self._next_order()).write(fresh)
                    fresh.rename(folder)
            finally:
                shutil.rmtree(fresh, ignore_errors=True)
            trouble = start_waiting(self.root).get(name)
            if trouble:
                shutil.rmtree(folder, ignore_errors=True)
                raise trouble
        return self.get(name)

    def resume(self, name: str, device: str | None = None, **changes: object) -> Job:
        """Queue a run that is at rest to go on from what it saved last, on the same device or another.

        changes: settings that may be changed on the way (`training.resuming`): kimg=300 trains for longer. Raises
        JobError for a run that is being trained, has spent its budget, or cannot be read; TrainingError for a change
        that may not be.
        """
        device = check_device(device or self._seen(name).device or _best_device())
        with held_queue(self.root):
            seen = self._seen(name)
            if seen.process:
                raise JobError(f"{name} is being trained already, by process {seen.process.pid}: pause it first.")
            if seen.notes.trouble:
                raise JobError(seen.notes.trouble)
            before, config = wanted_of(seen.folder, changes)
            if seen.spent and config.images <= before.images:
                raise JobError(
                    f"{name} has spent its budget of {before.kimg:g} kimg: give it a higher one (--kimg) to train for "
                    f"longer."
                )
            if config != before:
                with self._changing(name), alone(seen.folder):
                    keep(seen.folder, config)
            if seen.state != "queued" or seen.device != device:
                with self._changing(name):
                    (seen.folder / FINISH).unlink(missing_ok=True)
                    Ticket("run", device, self._next_order()).write(seen.folder)
            trouble = start_waiting(self.root).get(name)
            if trouble:
                raise trouble
        return self.get(name)

    def pause(self, name: str) -> Job:
        """Leave the device, or the queue, with everything saved that is needed to go on."""
        with held_queue(self.root):
            seen = self._seen(name)
            if seen.process:
                with contextlib.suppress(OSError):  # on a full disk it leaves all the same
                    self._wish("pause", seen)
                self._tell_to_leave(seen)
            elif seen.state == "queued":
                self._unqueue(seen)
            else:
                raise JobError(f"{name} is {seen.state}: there is nothing to pause.")
        return self.get(name)

    def stop(self, name: str) -> Job:
        """End it for good where it is, and keep the generator."""
        with held_queue(self.root):
            seen = self._seen(name)
            if seen.process:
                with self._changing(name):
                    (seen.folder / FINISH).touch()
                    self._wish("finish", seen)
                self._tell_to_leave(seen)
            elif seen.state not in ("queued", "paused", "lost"):
                raise JobError(f"{name} is {seen.state}: there is nothing to stop.")
            elif seen.notes.checkpoint is None:
                raise JobError(f"{name} has saved no generator yet that could be kept: resume it, or delete it.")
            else:
                with self._changing(name):
                    Ticket("finish", seen.device).write(seen.folder)
        return self.get(name)

    def cancel(self, name: str) -> Job:
        """Take a run out of the queue; it is paused then, with what it has."""
        with held_queue(self.root):
            seen = self._seen(name)
            if seen.state != "queued":
                raise JobError(f"{name} is {seen.state} and waits in no queue: there is nothing to cancel.")
            self._unqueue(seen)
        return self.get(name)

    def move(self, name: str, place: int) -> Job:
        """Give a queued run another place in the queue of its device: 1 is next; one too high is the last."""
        if not isinstance(place, int) or isinstance(place, bool) or place < 1:
            raise JobError(f"A place in the queue is a whole number from 1, not {shown(place, 20)!r}.")
        with held_queue(self.root):
            seen = self._seen(name)
            if seen.state != "queued":
                raise JobError(f"{name} is {seen.state} and waits in no queue, so it has no place to change.")
            queue = [one for one in waiting(look_around(self.root), seen.device) if one.name != name]
            queue.insert(place - 1, seen)
            with self._changing(name):
                for order, one in enumerate(queue, 1):
                    if one.notes.ticket.order != order:
                        replace(one.notes.ticket, order=float(order)).write(one.folder)
        return self.get(name)

    def delete(self, name: str) -> Path:
        """Move a run that is not being trained to the trash folder; returns where it lies there."""
        with held_queue(self.root):
            seen = self._seen(name)
            if seen.process:
                raise JobError(f"{name} is being trained: pause or stop it first, then delete it.")
            to = self.root / TRASH / f"{name[:40]}-{time.strftime('%Y%m%d-%H%M%S')}"
            with self._changing(name):
                to.parent.mkdir(exist_ok=True)
                while os.path.lexists(to):
                    to = to.with_name(f"{to.name}+")
                seen.folder.rename(to)
        return to

    def advance(self) -> list[JobError]:
        """Start what waits for a device that is free, one run a device. Any number of processes may call it at once.

        Raises nothing; returns what could not be started, a sentence each. It is tried again the next time.
        """
        if not startable(look_around(self.root)):
            return []
        try:
            with held_queue(self.root, wait=1.0):
                return list(start_waiting(self.root).values())
        except Busy:
            return []  # who changes the queue starts what can be
        except JobError as error:
            return [error]

    # What these have in common.

    def _next_order(self) -> float:
        return last_order(look_around(self.root)) + 1

    def _wish(self, wish: Wish, seen: Seen) -> None:
        if seen.notes.ticket:  # a training begun by hand has none, and needs none
            replace(seen.notes.ticket, wish=wish).write(seen.folder)

    def _unqueue(self, seen: Seen) -> None:
        with self._changing(seen.name):
            replace(seen.notes.ticket, wish="pause").write(seen.folder)

    def _tell_to_leave(self, seen: Seen) -> None:
        with self._changing(seen.name):
            tell_to_leave(seen.process)

    def _seen(self, name: str) -> Seen:
        seen = look(naming.existing(self.root, name))
        if seen is None:
            raise JobError(f"{shown(name, 80)!r} in {self.root} is no run.")
        return seen

    @contextlib.contextmanager
    def _changing(self, name: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise JobError(
                f"{name} in {self.root} cannot be changed ({error.strerror or error}): make room, or see who "
                "may write there."
            ) from error


def _rank(one: Seen) -> int:
    return {"queued": 1}.get(one.state, 0 if one.process else 2)


def _best_device() -> str:
    from explorer.machine import devices

    return devices()[0]
