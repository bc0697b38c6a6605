"""The Train tab: choose pictures and settings, start a training, close the browser, come back to a generator.

Trainings are processes of their own that know nothing of the app (`explorer.jobs`); all that is shown is read from
their folders. A page in sight asks every two seconds for what is new; whatever touches the disk runs off the event
loop.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.app.server.refuse import MISMATCH
from explorer.app.shared.answering import Answering
from explorer.app.shared.catalog import space_names
from explorer.app.shared.component import component
from explorer.app.shared.request import RequestError, read_whole
from explorer.app.shared.task_tab import TaskTab
from explorer.app.shared.tasks import Progress, TaskRunner
from explorer.app.train import replies, settings
from explorer.app.train.inspecting import CanBeLeftOut
from explorer.app.train.inspections import Inspections
from explorer.app.train.job_queue import JobQueue
from explorer.app.train.request import (
    PicturesRequest,
    TrainingRequest,
    read_action,
    read_existing,
    read_pictures,
    read_training,
    read_watch,
)
from explorer.app.train.updates import update_reply
from explorer.errors import ExplorerError

if TYPE_CHECKING:
    from explorer.data.inspection import Inspection
    from explorer.training import TrainConfig


class TrainTab(TaskTab):
    """One app's Train tab."""

    def __init__(self, answering: Answering):
        super().__init__(answering, TaskRunner(self._task_error))
        self._queue = JobQueue(advances=not answering.read_only)
        self._inspections = Inspections()

    def _task_error(self, error: Exception) -> dict[str, Any]:
        """As everywhere; `kind` is "broken" where the rest can be trained on without some files."""
        reply = self._answering.error_reply(error)
        return reply | {"kind": "broken"} if isinstance(error, CanBeLeftOut) else reply

    def place(self) -> None:
        """Put the tab into the `gr.Blocks` that is open."""
        answers = {
            "offer": self.choices,
            "watch": self.watch,
            "sheet": self.sheet,
            "begin": self.begin,
            "look": self.status,
            "cancel": self.cancel,
            "start": self.start,
            "act": self.act,
            "explore": self.explore,
        }
        component("train", answers)
        self._queue.start_thread()

    async def choices(self, raw: Any) -> dict[str, Any]:
        """What a new training is chosen from: sources, presets, settings, word spaces, devices."""

        def job() -> dict[str, Any]:
            from explorer.data import NAMES

            names = space_names()
            return {
                "sources": list(NAMES),
                "presets": settings.presets(),
                "families": settings.families(),
                "settings": settings.page_settings(),
                "spaces": names,
                "space": settings.default_space(names),
                "devices": self._devices(),
                "most_preview": settings.MOST_PREVIEW,
            }

        return await self._answering.reply_in_thread(job)

    async def watch(self, raw: Any) -> dict[str, Any]:
        """The jobs, and of the one that is watched what is new since the page last asked."""

        def job() -> dict[str, Any]:
            request, jobs = read_watch(raw), self._queue.all()
            lines, watched, message = [replies.line(job, self._clean) for job in jobs], None, ""
            try:
                if request.name is not None:
                    read_only = self._answering.read_only
                    watched = update_reply(self._queue.jobs, request, self._inspections, self._clean, read_only)
            except ExplorerError as error:  # the list is still good
                message = self._answering.error_reply(error)["message"]
            return {"jobs": lines, "watched": watched, "message": message}

        return await self._answering.reply_in_thread(job)

    async def sheet(self, raw: Any) -> dict[str, Any]:
        """One sheet that a job kept, by its name and the pictures seen then."""

        def job() -> dict[str, Any]:
            name, images = read_existing(raw), read_whole(raw, "images")
            found = replies.jpeg(self._queue.jobs.sheet(name, images))
            if found is None:
                raise RequestError("This sheet is not there any more.")
            return {"jpeg": found}

        return await self._answering.reply_in_thread(job)

    async def begin(self, raw: Any) -> dict[str, Any]:
        """Start what takes seconds: `work` is `look` (at pictures) or `estimate` (of a training)."""

        def job() -> dict[str, Any]:
            self._answering.check_writable("Training")
            kind = raw.get("work") if isinstance(raw, dict) else None
            if not isinstance(kind, str) or kind not in ("look", "estimate"):
                raise RequestError(MISMATCH)
            rest = {key: value for key, value in raw.items() if key != "work"}
            if kind == "look":
                pictures = read_pictures(rest, space_names())
                return self._start(pictures.tab, lambda progress: self._inspect(pictures, progress))
            training = read_training(rest, space_names(), self._devices())
            return self._start(training.pictures.tab, lambda progress: self._estimate(training, progress))

        return await self._answering.reply_in_thread(job)

    async def start(self, raw: Any) -> dict[str, Any]:
        """Start a training, or put it into its device's queue."""

        def job() -> dict[str, Any]:
            self._answering.check_writable("Training")
            training = read_training(raw, space_names(), self._devices())
            if training.name is None:
                raise RequestError("Give the training a name.")
            pictures = training.pictures
            found = self._inspections.known(pictures.data, pictures.space, pictures.fit, pictures.skip_broken)
            if found is None:
                return {"ok": False, "kind": "unseen", "message": "The pictures are being looked at once more."}
            self._queue.jobs.start(training.name, _config(training, found), training.device)
            self._queue.refresh()
            return {"name": training.name}

        return await self._answering.reply_in_thread(job)

    async def act(self, raw: Any) -> dict[str, Any]:
        """Pause, resume (for longer, too), stop, cancel or delete a job, or move it in its queue."""

        def job() -> dict[str, Any]:
            self._answering.check_writable("Training")
            name, what, kimg = read_action(raw)
            jobs = self._queue.jobs
            if what in ("up", "down"):
                place = jobs.get(name).place
                if place is None:
                    raise RequestError("Only a training that waits can be moved.")
                jobs.move(name, max(1, place + (1 if what == "down" else -1)))
            elif kimg is not None:
                settings.check_kept(kimg, jobs.get(name).config)
                jobs.resume(name, kimg=kimg)
            else:
                getattr(jobs, what)(name)
            self._queue.refresh()
            return {}

        return await self._answering.reply_in_thread(job)

    async def explore(self, raw: Any) -> dict[str, Any]:
        """The name by which the other tabs draw with a job's last save, and a word to begin with."""

        def job() -> dict[str, Any]:
            entry = self._answering.catalog.of_run(self._queue.jobs.get(read_existing(raw)).folder)
            if entry is None:
                raise RequestError("This training has not saved a generator yet; the first is there within a minute.")
            return {"generator": entry.name, "word": entry.about.labels[0], "translates": entry.translates}

        return await self._answering.reply_in_thread(job)

    def _devices(self) -> list[str]:
        from explorer.machine import devices

        return list(devices())

    def _clean(self, sentence: str, folder: Path) -> str:
        return self._answering.catalog.without_paths(sentence, folder.parent)

    # --- tasks --------------------------------------------------------------------------------------------------------

    def _inspect(self, pictures: PicturesRequest, progress: Progress) -> dict[str, Any]:
        progress.report("reading the pictures", 0, 0)
        found = self._inspection(pictures, progress)
        return replies.inspection_reply(found, self._answering.catalog.without_paths)

    def _inspection(self, pictures: PicturesRequest, progress: Progress) -> "Inspection":
        return self._inspections.inspect(pictures.data, pictures.space, progress, pictures.fit, pictures.skip_broken)

    def _estimate(self, training: TrainingRequest, progress: Progress) -> dict[str, Any]:
        from explorer import jobs
        from explorer.training.examples import ages_of, nearest_example
        from explorer.training.resolve import explain_settings

        inspection = self._inspection(training.pictures, progress)
        config, facts = _config(training, inspection), settings.facts_of(inspection)
        progress.report("trying it for two seconds", 0, 0)
        found = jobs.estimate(config, training.device or self._devices()[0])
        return {
            "speed": replies.number(found.get("img_per_s")),
            "memory": replies.number(found.get("memory_mb")),
            "device": replies.text(found.get("device", ""), 40),
            "because": replies.text(explain_settings(facts, config), 300),
            "examples": [replies.example(one) for one in ages_of(nearest_example(facts, config.kimg))],
        }


def _config(training: TrainingRequest, found: "Inspection") -> "TrainConfig":
    pictures = training.pictures
    return settings.config_of(
        training.preset,
        training.settings,
        training.preview,
        pictures.data,
        pictures.space,
        found,
        pictures.fit,
        pictures.skip_broken,
    )
