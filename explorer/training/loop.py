"""The training loop."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Event

import torch
from torch import Tensor

from explorer import parent
from explorer.data import ImageSet
from explorer.machine import CpuShare, memory_mb
from explorer.stopping import interruptible
from explorer.training.coverage import Coverage
from explorer.training.distributed import Distributed
from explorer.training.fine_tuning import Start
from explorer.training.publish import is_published, publish, save_sheet
from explorer.training.resuming import resumed_config
from explorer.training.run import Run
from explorer.training.schedules import Clock, is_due
from explorer.training.settings import TrainConfig, TrainingError
from explorer.training.state import Diverged, TrainState, out_of_memory
from explorer.training.step import train_step
from explorer.training.training_data import TrainingData, data_for, load_pictures, other_data, prepare_data
from explorer.training.translation_data import TranslationData
from explorer.words import WordSpace, open_space

LOG_EVERY = 16  # batches between lines of stats.jsonl: only then are losses fetched from the device
PREVIEW_SECONDS = 5.0  # between previews, more where they would cost a hundredth of the time

Report = Callable[[dict], None]
Data = TrainingData | TranslationData


def train(
    folder: Path,
    config: TrainConfig,
    pictures: ImageSet,
    space: WordSpace,
    report: Report = lambda line: None,
    device: str | None = None,
) -> Path:
    """Train until the budget is spent, resuming what the folder holds; returns the published checkpoint folder.

    `report` is called with every line of stats.jsonl, `eta_s`, the seconds left, and `budget_kimg`. Ctrl-C, SIGTERM or
    SIGHUP saves and raises Interrupted. Where memory runs out, or numbers stop being finite, the run goes back to what
    was saved and on from there, in smaller pieces or more slowly (see Setbacks). Errors: those of TrainingData;
    TrainingError for a folder that another process trains, other settings or pictures than the run began with, a full
    disk, or when nothing is left to try.
    """
    distributed = Distributed.start(device)
    config = resumed_config(folder, config)
    return train_on(folder, prepare_data(folder, config, pictures, space, distributed), report)


def train_on(folder: Path, data: Data, report: Report = lambda line: None) -> Path:
    """`train` on data that `prepare_data` gave for the folder."""
    with Run(folder, data.config, data.distributed.is_main) as run:
        return resume(run, data, report)


def train_folder(
    folder: Path, device: str | None = None, data_dir: Path | None = None, report: Report = lambda line: None
) -> Path:
    """Train the run in `folder`, begun or only described by a config.json; returns its checkpoint folder.

    Pictures and words are found by the names in the config. Errors, which go to status.json too, are as for `train`;
    DataError when the pictures are not there any more.
    """
    if not (folder / "config.json").is_file():
        raise TrainingError(f"There is no run in {folder}: say which pictures to train on, and it is begun.")
    config, distributed = TrainConfig.from_file(folder / "config.json"), Distributed.start(device)
    with Run(folder, config, distributed.is_main) as run:
        space = open_space(config.space)
        pictures = load_pictures(folder, config, data_dir)
        return resume(run, data_for(config, pictures, space, distributed), report)


def resume(run: Run, data: Data, report: Report) -> Path:
    """Train from the newest saved state, or from the beginning, and again from there after each setback."""
    config, distributed = run.config, data.distributed
    parent.watch()
    torch.set_num_threads(config.threads)
    coverage = Coverage.of(data) if distributed.is_main and isinstance(data, TrainingData) else None
    distributed.barrier()  # until the main process has made the folder
    with interruptible() as interrupted, explain_write_errors(run.folder):
        while True:
            saved = run.load_state()
            start = Start.of(config, data.pictures.words, data.pictures.styles) if saved is None else None
            state = TrainState.new(config, distributed.device, torch.from_numpy(data.label_vectors), start)
            if saved is None:
                run.save_state(state.state_dict() | {"data": data.fingerprint})
            elif saved.get("data") != data.fingerprint:
                raise other_data(run.folder, data.pictures)
            else:
                state.load_state_dict(saved)
            try:
                run_loop(run, state, data, coverage, report, interrupted)
                return run.folder / "checkpoint"
            except (Diverged, RuntimeError, MemoryError) as fault:
                if not isinstance(fault, Diverged) and (distributed.world > 1 or not out_of_memory(fault)):
                    raise
                setbacks = state.setbacks.after(fault, config.batch, state.kimg)
            # Out of `except`, whose error holds on to the memory that ran out.
            saved = run.load_state()
            run.save_state(saved | {"setbacks": setbacks.to_state()})
            distributed.barrier()
            del state, saved
            if distributed.device.type == "cuda":
                torch.cuda.empty_cache()


def run_loop(
    run: Run, state: TrainState, data: Data, coverage: Coverage | None, report: Report, interrupted: Event
) -> None:
    """Step until the budget is spent: log, draw and save on the way. Raises Diverged, or whatever torch does."""
    config, distributed = run.config, data.distributed
    run.start_log(state.images)
    run.status(state="running", **state.progress, device=str(distributed.device), changed=history(state, config))
    if state.images == 0:
        draw_samples(run, state, data, coverage)

    clock = Clock(state.images, state.seconds, state.cpu_seconds)
    next_preview, next_save = clock.now, clock.now + config.save_seconds
    cpu_share, averages = CpuShare(), Averages()
    while state.images < config.images:
        averages.add(train_step(state, config, data.batch(state.images), distributed))
        state.seconds, state.cpu_seconds = clock.tick()
        due = partial(is_due, state.images, config.batch)
        leaving = False

        if due(LOG_EVERY * config.batch) or state.images >= config.images:
            means = averages.collect(distributed, leaving=float(interrupted.is_set()))
            leaving = means.pop("leaving") > 0  # all processes leave together
            infinite = next((name for name, value in means.items() if not math.isfinite(value)), None)
            if infinite:
                raise Diverged(f"{infinite} was not finite")
            speed, eta = clock.speed_and_eta(state.images, config.images)
            line = state.progress | means | {"seconds": round(state.seconds, 2), "img_per_s": round(speed, 1)}
            run.log(line)
            line["eta_s"] = eta
            share = cpu_share.measure() if distributed.world == 1 else None  # several processes wait for each other
            run.status(memory_mb=memory_mb(distributed.device.type), cpu_share=share, **line)
            report(line | {"budget_kimg": config.images / 1000})

        if due(1000 * config.sheet_kimg):
            draw_samples(run, state, data, coverage)

        if due(1000 * config.snapshot_kimg) and distributed.is_main:
            publish(run.folder / f"snapshots/{state.images:012d}", state, data, half=True)

        if distributed.is_main and clock.now > next_preview:
            save_sheet(run.folder / "preview.jpg", state, data)
            cost = time.monotonic() - clock.now
            next_preview = time.monotonic() + max(PREVIEW_SECONDS, 100 * cost)

        if distributed.world == 1:
            leaving = interrupted.is_set()
        if leaving or clock.now > next_save:
            save(run, state, data)
            next_save = time.monotonic() + config.save_seconds
        if leaving:
            run.status(state="finished" if run.is_to_finish else "paused", **state.progress)
            raise KeyboardInterrupt(  # which `interruptible` makes an Interrupted
                f"Saved at {state.kimg:.1f} of {config.images / 1000:.1f} kimg."
            )

    if not state.is_finite():
        raise Diverged("a weight was not finite")
    # If the budget was spent before, only what a kill prevented is done again: the checkpoint keeps what was measured.
    if not is_published(run.folder / "checkpoint", state):
        save(run, state, data)
    if not sample_path(run, state).exists():
        draw_samples(run, state, data, coverage)
    run.status(state="finished", **state.progress, eta_s=0)


def save(run: Run, state: TrainState, data: Data) -> None:
    """Save the state, and the checkpoint of this moment."""
    if state.is_finite():  # else the next line of the log will tell
        run.save_state(state.state_dict() | {"data": data.fingerprint})
        if data.distributed.is_main:
            publish(run.folder / "checkpoint", state, data)


def draw_samples(run: Run, state: TrainState, data: Data, coverage: Coverage | None) -> None:
    """Write a sample sheet, and log the coverage of each class."""
    if data.distributed.is_main:
        save_sheet(sample_path(run, state), state, data)
        if coverage:
            run.log(state.progress | {"coverage": coverage.measure(state)})


def sample_path(run: Run, state: TrainState) -> Path:
    """The sample sheet of this moment."""
    return run.folder / f"samples/{state.images:012d}.jpg"


def history(state: TrainState, config: TrainConfig) -> list[str]:
    """Sentences on all that was not as the run was started: fine-tuning, changes, setbacks."""
    return [*([state.began] if state.began else []), *config.change_history, *state.setbacks.history]


class Averages:
    """Means of logged scalars since they were last collected; they stay on their device until then."""

    def __init__(self) -> None:
        self._sums: dict[str, Tensor] = {}
        self._counts: dict[str, int] = {}

    def add(self, log: dict[str, Tensor]) -> None:
        """Add the scalars of one step."""
        for name, value in log.items():
            self._sums[name] = self._sums.get(name, 0) + value
            self._counts[name] = self._counts.get(name, 0) + 1

    def collect(self, distributed: Distributed, **sums: float) -> dict[str, float]:
        """The means over steps, summed over the processes; with them further sums over the processes."""
        totals = distributed.sum_scalars(self._sums | sums)
        means = {name: total / self._counts.get(name, 1) for name, total in totals.items()}
        self._sums, self._counts = {}, {}
        return means


@contextmanager
def explain_write_errors(folder: Path) -> Iterator[None]:
    """Say in a sentence that the disk is full or gone. Every file is replaced whole, so what was saved stays good."""
    try:
        yield
    except OSError as error:
        raise TrainingError(
            f"The run folder {folder} cannot be written ({error.strerror}); what was saved before is whole, "
            f"so make room and run the same command again."
        ) from error
