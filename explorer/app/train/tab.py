"""The Train tab: choose pictures and a recipe, start a training, close the browser, come back to a generator.

Trainings are processes of their own that know nothing of the app (`explorer.jobs`); all that is shown is read from
their folders. A page that is looked at asks every two seconds for what is new; whatever touches the disk runs off the
event loop.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.app.shared.answering import Answering
from explorer.app.shared.catalog import spaces
from explorer.app.shared.component import component
from explorer.app.shared.request import AskError, number_of
from explorer.app.shared.task_tab import LongAsks
from explorer.app.shared.tasks import Progress, TaskRunner
from explorer.app.train import replies as shown
from explorer.app.train import settings as recipe
from explorer.app.train.inspected import Looked
from explorer.app.train.job_queue import Queue
from explorer.app.train.request import (
    Pictures,
    Training,
    read_deed,
    read_known,
    read_pictures,
    read_training,
    read_watch,
)
from explorer.app.train.updates import news
from explorer.errors import ExplorerError

if TYPE_CHECKING:
    from explorer.data.folders.inspecting import Inspection
    from explorer.training import TrainConfig

SWITCHED = "Training"


class TrainTab(LongAsks):
    """One app's Train tab."""

    def __init__(self, answering: Answering):
        super().__init__(answering, TaskRunner(answering.told))
        self._queue = Queue(advances=not answering.read_only)
        self._looked = Looked()

    def place(self) -> None:
        """Put the tab into the `gr.Blocks` that is open."""
        answers = {
            "offer": self.offer,
            "watch": self.watch,
            "sheet": self.sheet,
            "begin": self.begin,
            "look": self.look,
            "give_up": self.give_up,
            "start": self.start,
            "act": self.act,
            "explore": self.explore,
        }
        component("train", answers)
        self._queue.keep_going()

    async def offer(self, raw: Any) -> dict[str, Any]:
        """What a new training is chosen from: sources, presets, dials, word spaces, devices."""

        def job() -> dict[str, Any]:
            from explorer.data import NAMES

            names = spaces()
            return {
                "ok": True,
                "sources": list(NAMES),
                "presets": recipe.presets(),
                "families": recipe.families(),
                "dials": recipe.dials(),
                "spaces": names,
                "space": recipe.default_space(names),
                "devices": self._devices(),
                "most_preview": recipe.MOST_PREVIEW,
            }

        return await self._answering.off_the_loop(job)

    async def watch(self, raw: Any) -> dict[str, Any]:
        """The jobs, and of the one that is watched what is new since the page last asked."""

        def job() -> dict[str, Any]:
            ask, jobs = read_watch(raw), self._queue.all()
            reply = {"ok": True, "jobs": [shown.line(job, self._clean) for job in jobs], "watched": None, "message": ""}
            try:
                if ask.name is not None:
                    read_only = self._answering.read_only
                    reply["watched"] = news(self._queue.jobs, ask, self._looked, self._clean, read_only)
            except ExplorerError as error:  # the list is still good
                reply["message"] = self._answering.told(error)["message"]
            return reply

        return await self._answering.off_the_loop(job)

    async def sheet(self, raw: Any) -> dict[str, Any]:
        """One sheet that a job kept, by its name and the pictures seen then."""

        def job() -> dict[str, Any]:
            name, images = read_known(raw), number_of(raw, "images")
            found = shown.jpeg(self._queue.jobs.sheet(name, images))
            if found is None:
                raise AskError("This sheet is not there any more.")
            return {"ok": True, "jpeg": found}

        return await self._answering.off_the_loop(job)

    async def begin(self, raw: Any) -> dict[str, Any]:
        """Start what takes seconds: `work` is `look` (at pictures) or `estimate` (of a training)."""

        def job() -> dict[str, Any]:
            self._answering.check_writable(SWITCHED)
            kind = raw.get("work") if isinstance(raw, dict) else None
            if not isinstance(kind, str) or kind not in ("look", "estimate"):
                raise AskError("This page and the app do not understand each other; reload the page.")
            rest = {key: value for key, value in raw.items() if key != "work"}
            if kind == "look":
                pictures = read_pictures(rest, spaces())
                return self._start(pictures.tab, lambda progress: self._look(pictures, progress))
            training = read_training(rest, spaces(), self._devices())
            return self._start(training.pictures.tab, lambda progress: self._estimate(training, progress))

        return await self._answering.off_the_loop(job)

    async def start(self, raw: Any) -> dict[str, Any]:
        """Start a training, or put it into its device's queue."""

        def job() -> dict[str, Any]:
            self._answering.check_writable(SWITCHED)
            training = read_training(raw, spaces(), self._devices())
            if training.name is None:
                raise AskError("Give the training a name.")
            pictures = training.pictures
            found = self._looked.known(pictures.data, pictures.space, pictures.fit, pictures.skip_broken)
            if found is None:
                return {"ok": False, "kind": "unseen", "message": "The pictures are being looked at once more."}
            self._queue.jobs.start(training.name, _config(training, found), training.device)
            self._queue.forget()
            return {"ok": True, "name": training.name}

        return await self._answering.off_the_loop(job)

    async def act(self, raw: Any) -> dict[str, Any]:
        """Pause, resume (for longer, too), stop, cancel or delete a job, or move it in its queue."""

        def job() -> dict[str, Any]:
            self._answering.check_writable(SWITCHED)
            name, what, kimg = read_deed(raw)
            jobs = self._queue.jobs
            if what in ("up", "down"):
                place = jobs.get(name).place
                if place is None:
                    raise AskError("Only a training that waits can be moved.")
                jobs.move(name, max(1, place + (1 if what == "down" else -1)))
            elif kimg is not None:
                recipe.check_kept(kimg, jobs.get(name).config)
                jobs.resume(name, kimg=kimg)
            else:
                getattr(jobs, what)(name)
            self._queue.forget()
            return {"ok": True}

        return await self._answering.off_the_loop(job)

    async def explore(self, raw: Any) -> dict[str, Any]:
        """Under which name the other tabs draw with a job's last save, and a word to begin with."""

        def job() -> dict[str, Any]:
            offer = self._answering.offers.of_run(self._queue.jobs.get(read_known(raw)).folder)
            if offer is None:
                raise AskError("This training has not saved a generator yet; the first is there within a minute.")
            return {"ok": True, "generator": offer.name, "word": offer.about.labels[0]}

        return await self._answering.off_the_loop(job)

    def _devices(self) -> list[str]:
        from explorer.machine import devices

        return list(devices())

    def _clean(self, sentence: str, folder: Path) -> str:
        return self._answering.offers.without_places(sentence, folder.parent)

    # --- a new one ----------------------------------------------------------------------------------------------------

    def _look(self, pictures: Pictures, progress: Progress) -> dict[str, Any]:
        progress.report("reading the pictures", 0, 0)
        found = self._seen(pictures, progress)
        return {"ok": True, "kind": "done"} | shown.found(found, self._answering.offers.without_places)

    def _seen(self, pictures: Pictures, progress: Progress) -> "Inspection":
        return self._looked.look(pictures.data, pictures.space, progress, pictures.fit, pictures.skip_broken)

    def _estimate(self, training: Training, progress: Progress) -> dict[str, Any]:
        from explorer import jobs

        config = _config(training, self._seen(training.pictures, progress))
        progress.report("trying it for two seconds", 0, 0)
        found = jobs.estimate(config, training.device or self._devices()[0])
        return {
            "ok": True,
            "kind": "done",
            "speed": shown.number(found.get("img_per_s")),
            "memory": shown.number(found.get("memory_mb")),
            "device": shown.text(found.get("device", ""), 40),
        }


def _config(training: Training, found: "Inspection") -> "TrainConfig":
    pictures = training.pictures
    return recipe.config_of(
        training.preset,
        training.dials,
        training.preview,
        pictures.data,
        pictures.space,
        found,
        pictures.fit,
        pictures.skip_broken,
    )
